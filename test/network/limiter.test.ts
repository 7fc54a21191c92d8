/** How many calls are under way at once, and when none is begun. */
import { describe, expect, test } from "@jest/globals";
import { HeldTooLongError, limitCalls } from "../../network/limiter.ts";
import { fakeWaits } from "./fakeWaits.ts";

const minutes = (number: number): number => number * 60_000;

describe("the tenant's calls", () => {
  test("are held back while the tenant is throttled, whoever makes them", async () => {
    const waits = fakeWaits();
    const limiter = limitCalls(4, minutes(10), waits);
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
    const limiter = limitCalls(2, minutes(10), fakeWaits());
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

  test("wait visibly: the hold is said once, not by each of them", async () => {
    const waits = fakeWaits();
    const limiter = limitCalls(4, minutes(10), waits);
    limiter.holdOff(42_000);
    await Promise.all([1, 2, 3].map((each) => limiter.run(() => Promise.resolve(each))));
    expect(waits.lines).toEqual(["Exchange throttles this tenant: its calls wait for 42 s"]);
    limiter.holdOff(1_000);
    await limiter.run(() => Promise.resolve());
    expect(waits.lines).toHaveLength(1);
  });

  test("are not made, and say for how long, where the tenant is to be left alone for longer than there is time for", async () => {
    const waits = fakeWaits();
    const limiter = limitCalls(4, minutes(10), waits);
    limiter.holdOff(minutes(20));
    let made = 0;
    const calls = [1, 2, 3, 4, 5, 6].map(() => limiter.run(() => Promise.resolve(++made)));
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(HeldTooLongError) });
    }
    expect([made, waits.slept]).toEqual([0, []]);
    await expect(limiter.run(() => Promise.resolve())).rejects.toThrow(
      "not sent: Exchange throttles this tenant and is to be left alone for another 20 min; calls wait no longer than 10 min. Run the same command again after that",
    );
  });

  test("do not add their waits up, however often the tenant asks for more", async () => {
    const waits = fakeWaits();
    const start = waits.now();
    const limiter = limitCalls(1, minutes(10), waits);
    limiter.holdOff(minutes(4));
    const refused = () => {
      limiter.holdOff(minutes(4));
      return Promise.reject(new Error("throttled"));
    };
    await Promise.allSettled([1, 2, 3, 4, 5].map(() => limiter.run(refused)));
    expect(waits.now() - start).toBe(minutes(8));
  });

  test("have all their time again once the tenant has answered", async () => {
    const waits = fakeWaits();
    const limiter = limitCalls(1, minutes(10), waits);
    for (let round = 1; round <= 3; round += 1) {
      limiter.holdOff(minutes(6));
      // What was under way all the time says nothing yet.
      limiter.letGo();
      await limiter.run(() => Promise.resolve());
      limiter.letGo();
    }
    expect(waits.slept).toEqual([minutes(6), minutes(6), minutes(6)]);
  });
});
