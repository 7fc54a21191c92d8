/** How new a grant or a change is, by Exchange's own clock: what nobody can date is not guessed. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ExchangeError } from "../../../exchange/errors.ts";
import type { ExchangeObject } from "../../../exchange/session.ts";
import type { Context } from "../../../resources/lifecycle/contract.ts";
import { propagation, sinceLastChange, waitUntilEffective } from "../../../resources/proof/propagation.ts";
import { failureOf } from "../../support/tenant.ts";

const hour = 60 * 60 * 1000;
const now = Date.parse("2026-11-23T12:00:00Z");
const idOf = (number: number): string => `0e0e0e0e-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Exchange with assignments made at these times, and a clock of its own. */
function exchangeWith(times: readonly (string | undefined)[], serverTime: number | undefined = now): Context {
  const read = (cmdlet: string, parameters: Readonly<Record<string, unknown>>): Promise<readonly ExchangeObject[]> => {
    const at = times.findIndex((_, index) => idOf(index) === parameters["Identity"]);
    if (cmdlet !== "Get-ManagementRoleAssignment" || at < 0) throw new Error(`${cmdlet} was not expected`);
    return Promise.resolve([{ Guid: idOf(at), ...(times[at] === undefined ? {} : { WhenCreatedUTC: times[at] }) }]);
  };
  return { exchange: { read, serverTime } } as unknown as Context;
}

/** An access of nothing but assignments, as reach `organization` is. */
const assigned = (...ids: string[]) => ({ assignments: ids.join("\n"), pointer: "", scope: "", group: "" });

const wait = (times: readonly (string | undefined)[], serverTime?: number, heldSince = ""): Promise<number> =>
  waitUntilEffective(
    serverTime === undefined ? exchangeWith(times) : exchangeWith(times, serverTime),
    assigned(...times.map((_, index) => idOf(index))),
    heldSince,
  );

describe("how long a grant still needs", () => {
  test("is two hours, the longest that Microsoft documents", () => {
    expect(propagation).toBe(2 * hour);
  });

  test.each([
    ["2026-11-23T12:00:00Z", 2 * hour],
    ["2026-11-23T11:59:59.500Z", 2 * hour - 500],
    ["2026-11-23T10:30:00Z", hour / 2],
    ["2026-11-23T10:00:01Z", 1000],
    ["2026-11-23T10:00:00Z", 0],
    ["2024-03-04T08:15:00Z", Date.parse("2024-03-04T10:15:00Z") - now],
    // By Exchange's own clock, whatever it shows: a grant of the future is a new one.
    ["2026-11-23T12:05:00Z", 2 * hour + hour / 12],
  ])("for one made at %s", async (time, expected) => {
    expect(await wait([time])).toBe(expected);
  });

  test("goes by the youngest of all roles", async () => {
    expect(await wait(["2020-01-01T00:00:00Z", "2026-11-23T11:00:00Z", "2026-11-23T10:30:00Z"])).toBe(hour);
  });

  test("goes by Exchange's clock, not by this machine's", async () => {
    expect(await wait(["2020-01-01T00:00:00Z"], Date.parse("2020-01-01T00:30:00Z"))).toBe(1.5 * hour);
    expect(await wait(["2999-01-01T00:00:00Z"], Date.parse("2999-01-01T02:00:00Z"))).toBe(0);
  });

  test.each([
    ["2026-11-23T11:00:00+00:00", hour],
    ["2026-11-23T13:00:00+02:00", hour],
    // Without its zone it is UTC, as the property's name says: a machine in the Netherlands would take it for an hour
    // more.
    ["2026-11-23T11:00:00", hour],
    ["2026-11-23T11:00:00.0000000", hour],
  ])("reads the time in UTC, however it is written: %s", async (time, expected) => {
    expect(await wait([time])).toBe(expected);
  });

  test.each([undefined, "", "recently", "11/12/2025 11:00:00 AM", "/Date(1764000000000)/"])(
    "is all of it where the age is unknown: %s",
    async (time) => {
      expect(await wait([time])).toBe(propagation);
      expect(await wait(["2020-01-01T00:00:00Z", time])).toBe(propagation);
    },
  );

  test("goes by the proof that found the access to hold, where an assignment shows no time; by no other", async () => {
    const held = (times: (string | undefined)[]) => wait(times, now, "2026-11-23T11:00:00Z");
    expect(await held([undefined])).toBe(hour);
    expect(await held(["2020-01-01T00:00:00Z", undefined])).toBe(hour);
    expect(await held(["2026-11-23T10:30:00Z"])).toBe(hour / 2);
    expect(await held(["2026-11-23T11:30:00Z", undefined])).toBe(1.5 * hour);
  });

  test("goes by the last change of an assignment, not only by its making", async () => {
    const read = (): Promise<readonly ExchangeObject[]> =>
      Promise.resolve([
        { Guid: idOf(0), WhenCreatedUTC: "2020-01-01T00:00:00Z", WhenChangedUTC: "2026-11-23T11:00:00Z" },
      ]);
    const context = { exchange: { read, serverTime: now } } as unknown as Context;
    expect(await waitUntilEffective(context, assigned(idOf(0)), "")).toBe(hour);
  });

  test("is all of it without any assignment, and while Exchange has not told its time", async () => {
    expect(await wait([])).toBe(propagation);
    const silent = { exchange: { ...exchangeWith(["2020-01-01T00:00:00Z"]).exchange, serverTime: undefined } };
    expect(await waitUntilEffective(silent as unknown as Context, assigned(idOf(0)), "2020-01-01T00:00:00Z")).toBe(
      propagation,
    );
  });

  test("is all of it where an assignment is gone, and an error where it cannot be asked", async () => {
    const failing = (kind: "notFound" | "forbidden"): Context => {
      const read = (): Promise<never> => Promise.reject(new ExchangeError(kind, "Get-ManagementRoleAssignment", kind));
      return { exchange: { read, serverTime: now } } as unknown as Context;
    };
    expect(await waitUntilEffective(failing("notFound"), assigned(idOf(0)), "2020-01-01T00:00:00Z")).toBe(propagation);
    await failureOf(waitUntilEffective(failing("forbidden"), assigned(idOf(0)), ""));
  });

  test("is over for all only once it is over for each", async () => {
    const ages = fc.array(fc.integer({ min: 0, max: 5 * hour }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(ages, async (each) => {
        const left = await wait(each.map((age) => new Date(now - age).toISOString()));
        expect(left <= 0).toBe(each.every((age) => age >= propagation));
      }),
    );
  });
});

const claim = { assignments: "a-1\na-2", pointer: "p-1", scope: "s-1", group: "g-1" };

/** Exchange with these objects, by GUID. */
function exchangeOf(objects: Readonly<Record<string, ExchangeObject>>, serverTime: number | undefined = now) {
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
    ["the pointer was made", { "a-1": old, "p-1": { WhenCreatedUTC: "2026-11-23T11:50:00Z" } }],
    ["the group was changed", { "a-1": old, "g-1": { ...old, WhenChangedUTC: "2026-11-23T11:50:00Z" } }],
  ])("counts from when %s", async (_what, objects) => {
    expect(await sinceLastChange(exchangeOf(objects), claim, [])).toBe(10 * 60_000);
  });

  test("counts in UTC, however the time is written", async () => {
    const zoneless = { ...old, WhenChangedUTC: "2026-11-23T11:50:00" };
    expect(await sinceLastChange(exchangeOf({ "a-1": zoneless }), claim, [])).toBe(10 * 60_000);
  });

  test("counts from what the stack changed, where that is younger", async () => {
    expect(await sinceLastChange(exchangeOf({ "a-1": old }), claim, [now - 1000])).toBe(1000);
  });

  test("is unknown where nothing is dated, or Exchange tells no time", async () => {
    expect(await sinceLastChange(exchangeOf({ "a-1": {} }), claim, [])).toBeUndefined();
    const silent = { exchange: { ...exchangeOf({ "a-1": old }).exchange, serverTime: undefined } };
    expect(await sinceLastChange(silent as unknown as Context, claim, [])).toBeUndefined();
  });
});

describe("an access with a group is as new as the last change of anything in it", () => {
  const heldLong = "2026-01-01T00:00:00Z";
  const all = { "a-1": old, "a-2": old, "p-1": old, "s-1": old, "g-1": old };
  const waitOf = (objects: Readonly<Record<string, ExchangeObject>>, heldSince = heldLong) =>
    waitUntilEffective(exchangeOf(objects), claim, heldSince);

  test("old in all its parts it is effective", async () => {
    expect(await waitOf(all)).toBeLessThan(0);
  });

  test.each(["a-2", "p-1", "s-1", "g-1"])("one part changed ten minutes ago: %s", async (id) => {
    const changed = { ...old, WhenChangedUTC: "2026-11-23T11:50:00Z" };
    expect(await waitOf({ ...all, [id]: changed })).toBe(2 * hour - hour / 6);
  });

  test("five seconds after the first proof of a new list, which no object shows", async () => {
    expect(await waitOf(all, "2026-11-23T11:59:55Z")).toBe(2 * hour - 5000);
  });

  test("where nobody knows since when the list is what it is, it is new", async () => {
    expect(await waitOf(all, "")).toBe(propagation);
    expect(await waitOf(all, "lately")).toBe(propagation);
  });

  test("a part without a time goes by the proof, one that is gone is new", async () => {
    expect(await waitOf({ ...all, "p-1": {} })).toBeLessThan(0);
    expect(await waitOf({ ...all, "p-1": {} }, "2026-11-23T11:00:00Z")).toBe(hour);
    const withoutScope = Object.fromEntries(Object.entries(all).filter(([id]) => id !== "s-1"));
    expect(await waitOf(withoutScope)).toBe(propagation);
  });
});
