/** The key of the digests of hand-overs. */
import { describe, expect, test } from "@jest/globals";
import { handoverKey } from "../../resources/handoverKey.ts";
import type { Context } from "../../resources/lifecycle/contract.ts";

/** The key makes no call: a context that cannot be used is enough. */
const nobody = undefined as unknown as Context;

describe("the key of a stack's hand-overs", () => {
  test("has 32 bytes, and is each stack's own", async () => {
    const keys = await Promise.all([1, 2].map(async () => (await handoverKey.create(nobody, {})).properties["key"]));
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });

  test("stays through every refresh and every up, so that old letters can be checked", async () => {
    const made = await handoverKey.create(nobody, {});
    const reading = await handoverKey.read(nobody, made);
    expect(reading).toEqual({ properties: made.properties, inputs: {} });
    expect(handoverKey.diff(made.properties, {}).changes).toBe(false);
    expect(await handoverKey.update(nobody, made, {})).toEqual(made.properties);
  });
});
