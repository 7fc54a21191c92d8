/** Kills a run of the engine in the middle of a call, as a power cut does. */
import { expect, test } from "@jest/globals";
import type { Fault } from "../../simulator/server/faults.ts";
import { until } from "./processes.ts";
import { type TestStack } from "./stack.ts";
import type { TestTenant } from "./tenant.ts";

/** The engine dies before the call in flight is carried out, or after that and before it is answered. */
export type Moment = "before it lands" | "before it is answered";

/** A call to be killed in. */
export type Kill = readonly [operation: string, moment: Moment];

/** Whether runs are killed in every call: it takes minutes, so it is asked for. */
export const everywhere: boolean = process.env["KILL_EVERYWHERE"] === "1";

/** A test of a further moment to be killed in, for KILL_EVERYWHERE=1. */
export const testWhereAsked: (name: string, run: () => Promise<void>, timeout: number) => void = everywhere
  ? test
  : () => undefined;

/**
 * The calls to be killed in: every third one, or all of them with KILL_EVERYWHERE=1 in the environment. That a run which
 * breaks off in any call is finished by the next is tested of each artifact without the engine, too (faults.ts).
 */
export function chosen(kills: readonly Kill[]): readonly Kill[] {
  return everywhere ? kills : kills.filter((_, index) => index % 3 === 0);
}

/** Kills a run in a call, waits for the call to land, and recovers; rejects where a host of the run works on. */
export async function killIn(
  { running }: TestTenant,
  stack: TestStack,
  command: "up" | "destroy",
  operation: string,
  moment: Moment,
): Promise<void> {
  const { faults, journal } = running;
  const landed = journal.entries.length;
  const effect: Omit<Fault, "match"> =
    moment === "before it lands" ? { effect: "slow", ms: 1000 } : { effect: "slowAnswer", ms: 60_000 };
  faults.set([{ match: { operation }, ...effect }]);
  const run = stack.start([command, "--yes", "--skip-preview"]);
  await until(`${operation} to be under way`, () => faults.describe().faults[0]?.fired === 1, 60);
  const name = operation.replace("/:id", "");
  const isDone = (): boolean => journal.entries.slice(landed).some((entry) => entry.operation === name);
  if (moment === "before it is answered") await until(`${operation} to land`, isDone);
  await run.kill();
  if (moment === "before it lands") await until(`${operation} to land`, isDone);
  faults.set([]);
  expect(await stack.recover()).toMatchObject({ code: 0, stdout: expect.stringContaining("released") });
}
