/** Ctrl-C reaches whoever waits: nobody sleeps on in a run that the operator ended. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { limitCalls } from "../../network/limiter.ts";
import { InterruptedError } from "../../network/interruption.ts";
import { repeat } from "../../network/retry.ts";
import { waitUntil } from "../../network/waiting.ts";
import { realWaits } from "../../network/waits.ts";
import { prepareInterruption, type Interruption } from "../support/interruption.ts";

let interruption: Interruption;
beforeAll(() => {
  interruption = prepareInterruption();
});
afterEach(() => {
  interruption.clear();
});
afterAll(() => {
  interruption.remove();
});

const hour = 60 * 60 * 1000;
const waits = realWaits(() => undefined);

/** Presses Ctrl-C a little later; says how the wait ended and how long that took, in ms. */
async function press(wait: Promise<unknown>): Promise<{ error: unknown; took: number }> {
  setTimeout(() => {
    interruption.press();
  }, 50);
  const start = performance.now();
  const error = await wait.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, took: performance.now() - start };
}

describe("an interruption", () => {
  const ended: [string, () => Promise<unknown>, string][] = [
    ["a sleep", () => waits.sleep(hour, "the night"), "interrupted while waiting for the night"],
    [
      "a wait for what Exchange does in its own time",
      () =>
        waitUntil("the group", async () => undefined, { timeoutSeconds: 7200, report: () => undefined, clock: waits }),
      "interrupted while waiting for the group",
    ],
    [
      "the pause before a call is made again",
      () =>
        repeat(
          "Get-Mailbox",
          () => Promise.reject(new Error("busy")),
          () => ({ again: true, retryAfter: 300_000, reason: "busy" }),
          waits,
        ),
      "interrupted while waiting for another attempt of Get-Mailbox",
    ],
    [
      "a call that is held back while its tenant is throttled",
      () => {
        const limiter = limitCalls(4, hour, waits);
        limiter.holdOff(300_000);
        return limiter.run(() => Promise.resolve("sent"));
      },
      "interrupted while waiting for Exchange, which throttles this tenant",
    ],
  ];
  test.each(ended)("ends %s within a second", async (_what, wait, message) => {
    const { error, took } = await press(wait());
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({ message });
    expect(took).toBeLessThan(1_000);
  });

  test("lets the short pauses be that a call needs to come to its end", async () => {
    interruption.press();
    await expect(waits.sleep(200, "the last write to show")).resolves.toBeUndefined();
    await expect(waits.sleep(1_000, "more")).rejects.toThrow(InterruptedError);
  });

  test("is nothing where nobody said where to look", async () => {
    interruption.press();
    interruption.remove();
    await expect(waits.sleep(600, "more")).resolves.toBeUndefined();
    interruption = prepareInterruption();
  });
});
