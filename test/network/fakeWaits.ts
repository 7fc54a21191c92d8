/** A clock for tests: sleeping takes no time, and is remembered. An interruption ends it as it ends the real one. */
import { demandUninterrupted } from "../../network/interruption.ts";
import type { Waits } from "../../network/waits.ts";

export interface FakeWaits extends Waits {
  readonly slept: number[];
  readonly lines: string[];
}

export function fakeWaits({ random = 0.5 } = {}): FakeWaits {
  let time = Date.parse("2026-11-22T10:00:00Z");
  const slept: number[] = [];
  const lines: string[] = [];
  return {
    slept,
    lines,
    now: () => time,
    sleep: async (milliseconds, what) => {
      demandUninterrupted(milliseconds, what);
      slept.push(milliseconds);
      time += milliseconds;
    },
    tick: () => new Promise<void>((resolve) => setImmediate(resolve)),
    random: () => random,
    report: (line) => lines.push(line),
  };
}
