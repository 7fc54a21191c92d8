// Running a story: what holds, what does not, and what is left out after that.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { demand, formatTable, runSteps, type Step } from "../../../commands/demo/step.ts";
import { differencesOf } from "../../../commands/demo/difference.ts";

const step = (title: string, run: () => void = () => undefined): Step => ({
  title,
  told: [`about ${title}`],
  run: async () => {
    run();
  },
});

describe("the steps of a story", () => {
  test("all are told and timed, and hold", async () => {
    const lines: string[] = [];
    let clock = 0;
    const results = await runSteps(
      [step("one"), step("two")],
      (line) => lines.push(line),
      () => (clock += 1500),
    );
    expect(results.map(({ outcome, seconds }) => [outcome, seconds])).toEqual([
      ["held", 1.5],
      ["held", 1.5],
    ]);
    expect(lines.filter((line) => line !== "")).toEqual(["1/2  one", "     about one", "2/2  two", "     about two"]);
    expect(formatTable(results).at(-1)).toMatch(/^ {2}all together +held +3\.0$/);
  });

  test("after the first that does not hold none is run, and the reasons are told", async () => {
    const lines: string[] = [];
    const ran: string[] = [];
    const steps = [
      step("one", () => ran.push("one")),
      step("two", () => {
        demand(false, "first reason", "second reason");
      }),
      step("three", () => ran.push("three")),
    ];
    const results = await runSteps(steps, (line) => lines.push(line));
    expect(results.map(({ outcome }) => outcome)).toEqual(["held", "did not hold", "not run"]);
    expect(ran).toEqual(["one"]);
    expect(lines).toContain("     DOES NOT HOLD: first reason");
    expect(lines).toContain("     DOES NOT HOLD: second reason");
    expect(formatTable(results).at(-1)).toContain("did not hold");
  });

  test("an unforeseen error is a step that does not hold", async () => {
    const broken = step("one", () => {
      throw new Error("no connection");
    });
    expect(await runSteps([broken], () => undefined)).toMatchObject([
      { outcome: "did not hold", reasons: ["no connection"] },
    ]);
  });
});

describe("the differences between two states", () => {
  test("equal states have none, whatever they hold", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(differencesOf(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  test("two states without a difference are equal", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        if (differencesOf(one, other).length === 0) expect(JSON.stringify(one)).toBe(JSON.stringify(other));
      }),
    );
  });

  test("what was left behind is named by its place", () => {
    const before = { scopes: [{ name: "A" }], users: [] };
    const after = { scopes: [{ name: "B" }], users: [{ id: 1 }] };
    expect(differencesOf(before, after)).toEqual([
      'scopes[0].name: "A" is now "B"',
      'users[0]: nothing is now {"id":1}',
    ]);
  });
});
