/** Waiting for what takes its own time, visibly. */
import { describe, expect, test } from "@jest/globals";
import { duration, waitUntil, WaitTimeoutError } from "../../network/waiting.ts";
import { fakeWaits } from "./fakeWaits.ts";

describe("waiting", () => {
  test("is silent where there is nothing to wait for", async () => {
    const waits = fakeWaits();
    const options = {
      timeoutSeconds: 60,
      report: (line: string) => {
        waits.report(line);
      },
      clock: waits,
    };
    await expect(waitUntil("the group", () => Promise.resolve("there"), options)).resolves.toBe("there");
    expect(waits.lines).toEqual([]);
  });

  test.each([
    [0.2, 4, 0.95],
    [0.9, 2, 0.9],
  ])("says nothing of one that is over within a second: looks %d s apart at first", async (interval, needed, total) => {
    const waits = fakeWaits();
    const start = waits.now();
    let looks = 0;
    await waitUntil("the group", () => Promise.resolve(++looks < needed ? undefined : looks), {
      timeoutSeconds: 60,
      report: waits.report.bind(waits),
      clock: waits,
      intervalSeconds: interval,
    });
    expect(waits.now() - start).toBeCloseTo(total * 1000);
    expect(waits.lines).toEqual([]);
  });

  test("has spoken by the time that a second is over, however short the looks' distance", async () => {
    const spokenAfter = async (intervalSeconds: number): Promise<number> => {
      const waits = fakeWaits();
      const start = waits.now();
      const spoken: number[] = [];
      const options = { timeoutSeconds: 5, clock: waits, intervalSeconds, report: () => spoken.push(waits.now()) };
      await expect(waitUntil("the group", () => Promise.resolve(undefined), options)).rejects.toThrow("gave up");
      return (spoken[0] ?? Infinity) - start;
    };
    for (const interval of [0.01, 0.1, 0.2, 0.5, 0.99, 1, 4]) {
      expect(await spokenAfter(interval)).toBeLessThanOrEqual(1000);
    }
  });

  test("says what for, for how long already, and for how long at most", async () => {
    const waits = fakeWaits();
    let looks = 0;
    const probe = () => Promise.resolve(++looks < 9 ? undefined : looks);
    await waitUntil("the user to reach Exchange", probe, {
      timeoutSeconds: 600,
      report: (line: string) => {
        waits.report(line);
      },
      clock: waits,
    });
    expect(waits.lines[0]).toBe("waiting for the user to reach Exchange (10 min at most)");
    expect(waits.lines[1]).toMatch(/^waiting for the user to reach Exchange \(\d+ s so far, 10 min at most\)$/);
    expect(waits.lines.at(-1)).toMatch(/^the user to reach Exchange: done after /);
    expect(waits.lines.length).toBeLessThan(6);
  });

  test("ends at its time, with the last answer, after a last look", async () => {
    const waits = fakeWaits();
    const start = waits.now();
    let last = 0;
    const probe = () => {
      last = waits.now();
      return Promise.reject(new Error("not yet replicated"));
    };
    const options = {
      timeoutSeconds: 90,
      report: (line: string) => {
        waits.report(line);
      },
      clock: waits,
      isPending: () => true,
    };
    const failure = waitUntil("the role", probe, options);
    await expect(failure).rejects.toThrow(WaitTimeoutError);
    await expect(failure).rejects.toThrow(
      "gave up waiting for the role after 1 min 30 s; last answer: not yet replicated",
    );
    expect(last - start).toBe(90_000);
  });

  test("ends with a failure that is not a matter of time", async () => {
    const waits = fakeWaits();
    const options = {
      timeoutSeconds: 90,
      report: (line: string) => {
        waits.report(line);
      },
      clock: waits,
    };
    await expect(waitUntil("x", () => Promise.reject(new Error("forbidden")), options)).rejects.toThrow("forbidden");
    expect(waits.slept).toEqual([]);
  });

  test.each([
    [0, "0 s"],
    [59, "59 s"],
    [60, "1 min"],
    [3600, "60 min"],
    [75, "1 min 15 s"],
  ])("%i seconds are shown as %s", (seconds, shown) => {
    expect(duration(seconds)).toBe(shown);
  });
});
