/** Days until a certificate ends. */
import { expect, test } from "@jest/globals";
import { daysLeft } from "../../../resources/proof/expiry.ts";

test.each([
  ["2026-11-23T12:00:00Z", 0],
  ["2026-11-24T11:59:59Z", 0],
  ["2026-11-24T12:00:00Z", 1],
  ["2026-11-23T11:59:59Z", -1],
])("a certificate that ends at %s has %i whole days at noon of the 23rd", (notAfter, days) => {
  expect(daysLeft(notAfter, Date.parse("2026-11-23T12:00:00Z"))).toBe(days);
});
