/** The virtual clock: work runs at the moment it was planned for, early when time is moved. */
import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { VirtualClock } from "../../../simulator/tenant/clock.ts";

const HOUR = 3_600_000;

const clocks: VirtualClock[] = [];

function makeClock(): VirtualClock {
  const clock = new VirtualClock();
  clocks.push(clock);
  return clock;
}

afterEach(() => {
  for (const clock of clocks.splice(0)) clock.reset();
});

/** Virtual time is at least `milliseconds` ahead of `since` and at most that far ahead of the real time of now. */
function expectAhead(clock: VirtualClock, since: number, milliseconds: number): void {
  expect(clock.now()).toBeGreaterThanOrEqual(since + milliseconds);
  const now = clock.now();
  expect(now).toBeLessThanOrEqual(Date.now() + milliseconds);
}

describe("virtual time", () => {
  test("runs with real time, and ahead of it once it is moved", () => {
    const clock = makeClock();
    const start = Date.now();
    expectAhead(clock, start, 0);
    clock.advance(HOUR);
    expectAhead(clock, start, HOUR);
    clock.reset();
    expectAhead(clock, start, 0);
  });

  test("work that falls due in real time runs by itself", async () => {
    const clock = makeClock();
    const ran: string[] = [];
    clock.after(20, "soon", () => ran.push("soon"));
    clock.after(HOUR, "late", () => ran.push("late"));
    await sleep(80);
    expect(ran).toEqual(["soon"]);
    expect(clock.pending().map(({ description }) => description)).toEqual(["late"]);
  });

  test("moved time runs planned work in the order of its moments, each at its own", () => {
    const clock = makeClock();
    const start = clock.now();
    const ran: [string, number][] = [];
    const note = (name: string) => () => ran.push([name, Math.round((clock.now() - start) / 60_000)]);
    clock.after(30 * 60_000, "second", note("second"));
    clock.after(10 * 60_000, "first", () => {
      note("first")();
      clock.after(5 * 60_000, "planned by the first", note("planned by the first"));
    });
    clock.after(2 * HOUR, "not yet", note("not yet"));
    clock.advance(HOUR);
    expect(ran).toEqual([
      ["first", 10],
      ["planned by the first", 15],
      ["second", 30],
    ]);
  });

  test("settling runs everything that is planned, and what that plans", () => {
    const clock = makeClock();
    let depth = 0;
    const plan = (): void => {
      depth += 1;
      if (depth < 5) clock.after(HOUR, "deeper", plan);
    };
    clock.after(HOUR, "first", plan);
    clock.settle();
    expect(depth).toBe(5);
    expect(clock.pending()).toEqual([]);
  });

  test("a reset forgets what was planned", () => {
    const clock = makeClock();
    clock.after(1000, "forgotten", () => {
      throw new Error("ran");
    });
    clock.reset();
    clock.advance(HOUR);
  });

  test("never runs work before its moment nor skips any, however time is moved", () => {
    const delays = fc.array(fc.integer({ min: 1000, max: 100_000 }), { maxLength: 20 });
    const moves = fc.array(fc.integer({ min: 0, max: 50_000 }), { maxLength: 10 });
    fc.assert(
      fc.property(delays, moves, (planned, steps) => {
        const clock = makeClock();
        const start = Date.now();
        const late: number[] = [];
        let ran = 0;
        for (const delay of planned) {
          const due = clock.now() + delay;
          clock.after(delay, "", () => {
            ran += 1;
            late.push(clock.now() - due);
          });
        }
        let moved = 0;
        for (const step of steps) {
          clock.advance(step);
          moved += step;
        }
        // Real time runs on during the test: so much may be due on top.
        const elapsed = Date.now() - start;
        expect(late.every((ms) => ms >= 0 && ms <= elapsed)).toBe(true);
        expect(ran).toBeGreaterThanOrEqual(planned.filter((delay) => delay <= moved).length);
        expect(ran).toBeLessThanOrEqual(planned.filter((delay) => delay <= moved + elapsed).length);
        clock.reset();
      }),
    );
  });
});
