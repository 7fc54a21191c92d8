/** How many calls are under way at once, and when none is begun. */
import { describe, expect, test } from "@jest/globals";
import { limitCalls } from "../../exchange/limiter.ts";
import { fakeWaits } from "./fakeWaits.ts";

describe("the tenant's calls", () => {
  test("are held back while the tenant is throttled, whoever makes them", async () => {
    const waits = fakeWaits();
    const limiter = limitCalls(4, waits);
    await limiter.run(() => Promise.resolve());
    limiter.holdOff(30_000);
    limiter.holdOff(10_000);
    const start = waits.now();
    const begun = await limiter.run(() => Promise.resolve(waits.now()));
    expect(begun - start).toBe(30_000);
    await limiter.run(() => Promise.resolve());
    expect(waits.slept).toEqual([30_000]);
  });

  test("are as many as allowed, and go on after one that failed", async () => {
    const limiter = limitCalls(2, fakeWaits());
    let running = 0;
    let most = 0;
    const call = async (index: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (index % 2 === 0) throw new Error("failed");
      return index;
    };
    const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((index) => limiter.run(() => call(index))));
    expect(most).toBe(2);
    expect(results.map(({ status }) => status)).toEqual(
      [0, 1, 2, 3, 4, 5].map((index) => (index % 2 === 0 ? "rejected" : "fulfilled")),
    );
  });
});
