// How old a change is, by Exchange's own clock: the youngest counts, and what nobody can date is not guessed.
import { describe, expect, test } from "@jest/globals";

import type { ExchangeObject } from "../../exchange/session.ts";
import type { Context } from "../../resources/lifecycle.ts";
import { sinceLastChange } from "../../resources/propagation.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const claim = { assignments: "a-1\na-2", scope: "s-1", group: "g-1" };

/** Exchange with these objects, by GUID. */
function exchangeWith(objects: Readonly<Record<string, ExchangeObject>>, serverTime: number | undefined = now) {
  const read = (_cmdlet: string, { Identity }: { Identity: string }) => {
    const found = objects[Identity];
    return Promise.resolve(found === undefined ? [] : [{ Guid: Identity, ...found }]);
  };
  return { exchange: { read, serverTime } } as unknown as Context;
}

const old = { WhenCreatedUTC: "2026-01-01T00:00:00Z" };

describe("the time since the last change of an app's access", () => {
  test.each([
    ["an assignment was made", { "a-1": old, "a-2": { WhenCreatedUTC: "2026-11-23T11:50:00Z" } }],
    ["an assignment was changed", { "a-1": { ...old, WhenChangedUTC: "2026-11-23T11:50:00Z" } }],
    ["the scope was changed", { "a-1": old, "s-1": { ...old, WhenChangedUTC: "2026-11-23T11:50:00Z" } }],
    ["the group was changed", { "a-1": old, "g-1": { ...old, WhenChangedUTC: "2026-11-23T11:50:00Z" } }],
  ])("counts from when %s", async (_what, objects) => {
    expect(await sinceLastChange(exchangeWith(objects), claim, [])).toBe(10 * 60_000);
  });

  test("counts from what the stack changed, where that is younger", async () => {
    expect(await sinceLastChange(exchangeWith({ "a-1": old }), claim, [now - 1000])).toBe(1000);
  });

  test("is unknown where nothing is dated, or Exchange tells no time", async () => {
    expect(await sinceLastChange(exchangeWith({ "a-1": {} }), claim, [])).toBeUndefined();
    const silent = { exchange: { ...exchangeWith({ "a-1": old }).exchange, serverTime: undefined } };
    expect(await sinceLastChange(silent as unknown as Context, claim, [])).toBeUndefined();
  });
});
