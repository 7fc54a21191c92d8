// Local times in named zones.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toEpoch } from "../../../simulator/server/timeZone.ts";

const iso = (epoch: number | undefined): string | undefined =>
  epoch === undefined ? undefined : new Date(epoch).toISOString();

describe("a local time", () => {
  test.each([
    ["2026-12-07T09:00:00", "UTC", "2026-12-07T09:00:00.000Z"],
    ["2026-12-07T09:00:00.0000000", "Europe/Amsterdam", "2026-12-07T08:00:00.000Z"],
    ["2026-07-07T09:00:00", "W. Europe Standard Time", "2026-07-07T07:00:00.000Z"],
    ["2026-07-07T09:00:00", "GMT Standard Time", "2026-07-07T08:00:00.000Z"],
    ["2026-12-07T09:00:00-05:00", "Europe/Amsterdam", "2026-12-07T14:00:00.000Z"],
    // The hours around both changes of 2026.
    ["2026-03-29T01:59:59", "Europe/Amsterdam", "2026-03-29T00:59:59.000Z"],
    ["2026-03-29T03:00:00", "Europe/Amsterdam", "2026-03-29T01:00:00.000Z"],
    ["2026-10-25T03:00:00", "Europe/Amsterdam", "2026-10-25T02:00:00.000Z"],
  ])("%s in %s is %s", (local, zone, expected) => {
    expect(iso(toEpoch(local, zone))).toBe(expected);
  });

  test("in a zone that nobody knows is not guessed", () => {
    expect(toEpoch("2026-12-07T09:00:00", "Samoa Standard Time")).toBeUndefined();
  });

  test("that is none is NaN", () => {
    expect(toEpoch("yesterday", "Europe/Amsterdam")).toBeNaN();
  });

  test("shows as itself in its zone, but for the hour that is skipped", () => {
    const minutes = fc.integer({ min: 0, max: 10 * 366 * 24 * 60 });
    fc.assert(
      fc.property(minutes, (offset) => {
        const local = new Date(Date.UTC(2020, 0, 1) + offset * 60_000).toISOString().slice(0, 19);
        const epoch = toEpoch(local, "Europe/Amsterdam") ?? NaN;
        const shown = new Date(epoch).toLocaleString("sv-SE", { timeZone: "Europe/Amsterdam" }).replace(" ", "T");
        const isSkipped = /-03-(2[5-9]|3[01])T02/.test(local);
        fc.pre(!isSkipped);
        expect(shown).toBe(local);
      }),
    );
  });
});
