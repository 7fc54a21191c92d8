/** Repeated calls: when, how often, and after which pause. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defaultRetryPolicy, pause, readRetryAfter, repeat } from "../../network/retry.ts";
import { fakeWaits } from "./fakeWaits.ts";

const again = { again: true, reason: "Exchange is throttling" };

describe("a call that fails for the moment", () => {
  test("is made again until it succeeds", async () => {
    const waits = fakeWaits();
    let made = 0;
    const call = () => (++made < 4 ? Promise.reject(new Error("busy")) : Promise.resolve("done"));
    await expect(repeat("Get-Mailbox", call, () => again, waits)).resolves.toBe("done");
    expect(made).toBe(4);
    expect(waits.slept).toEqual([1500, 3000, 6000]);
  });

  test("is given up after the policy's attempts, with its last failure", async () => {
    let made = 0;
    const call = () => Promise.reject(new Error(`failure ${++made}`));
    await expect(repeat("Get-Mailbox", call, () => again, fakeWaits())).rejects.toThrow("failure 6");
    expect(made).toBe(defaultRetryPolicy.attempts);
  });

  test("waits as long as the service asks, and says so", async () => {
    const waits = fakeWaits({ random: 0 });
    let made = 0;
    const call = () => (++made < 2 ? Promise.reject(new Error("busy")) : Promise.resolve(1));
    await repeat("Get-Mailbox", call, () => ({ ...again, retryAfter: 42_000 }), waits);
    expect(waits.slept).toEqual([42_000]);
    expect(waits.lines).toEqual(["Get-Mailbox: Exchange is throttling; attempt 2 of 6 in 42 s"]);
  });

  test("is given up at once where the service asks for more than there is time for", async () => {
    const waits = fakeWaits();
    const judge = () => ({ ...again, retryAfter: 3_600_000 });
    await expect(repeat("Get-Mailbox", () => Promise.reject(new Error("busy")), judge, waits)).rejects.toThrow("busy");
    expect(waits.slept).toEqual([]);
  });

  test("is not made again where its failure is final", async () => {
    let made = 0;
    const call = () => Promise.reject(new Error(`failure ${++made}`));
    const judge = () => ({ again: false, reason: "" });
    await expect(repeat("Get-Mailbox", call, judge, fakeWaits())).rejects.toThrow("failure 1");
  });
});

describe("a pause", () => {
  test("grows, stays within its bounds, and is never shorter than asked for", () => {
    const policy = defaultRetryPolicy;
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.option(fc.nat(600_000), { nil: undefined }),
        random,
        (made, asked, r) => {
          const milliseconds = pause(made, asked, r, policy);
          if (asked !== undefined) expect(milliseconds).toBeGreaterThanOrEqual(asked);
          else {
            expect(milliseconds).toBeGreaterThanOrEqual(policy.firstPause / 2);
            expect(milliseconds).toBeLessThanOrEqual(policy.longestPause);
          }
        },
      ),
    );
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-11-22T10:00:00Z");
  test.each([
    ["7", 7000],
    ["0", 0],
    [" 1.5 ", 1500],
    ["Sun, 22 Nov 2026 10:00:30 GMT", 30_000],
    ["Sun, 22 Nov 2026 09:00:00 GMT", 0],
    ["-5", undefined],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j means %j ms", (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});
