/**
 * A stack and its embedded tenant, run by the real engine and judged after every run: nobody may open more than
 * allowed.
 */
import { expect } from "@jest/globals";
import { readDrift, type Drift } from "../../commands/demo/drift.ts";
import type { EngineResult } from "../../commands/engine/engine.ts";
import type { JournalEntry } from "../../simulator/server/journal.ts";
import type { EnterpriseApp } from "./application.ts";
import { reachNow, writesBeyond, writesOf } from "./reach.ts";
import { changesIn, makeStack, type TestStack } from "./stack.ts";
import { startTenant, type TestTenant } from "./tenant.ts";

/** What a run did. */
export interface Run {
  readonly result: EngineResult;
  /** The automation identity's writes, oldest first. */
  readonly writes: readonly string[];
  readonly entries: readonly JournalEntry[];
  readonly changes: readonly string[];
}

export interface Rehearsal {
  readonly tenant: TestTenant;
  readonly stack: TestStack;
  /** Everything that the engine said. */
  readonly said: readonly string[];
  /** Runs the engine; after no write may anybody have more open than before or as allowed. */
  run(allowed: readonly string[], ...args: readonly string[]): Promise<Run>;
  /** An `up` that ends well; afterwards each of these principals reaches exactly the asked mailboxes. */
  up(asked: readonly string[], ...principals: readonly string[]): Promise<Run>;
  /** An `up` that is refused before it writes anything; returns what it said. */
  refusedUp(): Promise<string>;
  /** A preview that finds changes: which, and what the proof of the application says. It writes nothing. */
  preview(): Promise<{ drift: Drift; verdict: string }>;
  /**
   * A `destroy` that ends well, with the tenant's directories in agreement afterwards.
   * @param environment variables for this run
   */
  destroy(environment?: Readonly<Record<string, string>>): Promise<Run>;
  close(): Promise<void>;
}

/** Starts a tenant, and makes an empty stack for it. */
export async function startRehearsal(settings: Readonly<Record<string, unknown>>): Promise<Rehearsal> {
  const tenant = await startTenant();
  const stack = await makeStack(tenant, settings);
  const said: string[] = [];

  const judge = async (
    allowed: readonly string[],
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<Run> => {
    const { entries: journal } = tenant.running.journal;
    const start = journal.length;
    const open = Object.keys(journal.at(-1)?.reach ?? {}).flatMap((principal) => reachNow(tenant, principal));
    const result = await stack.run(args, environment);
    said.push(result.stdout, result.stderr);
    const entries = tenant.running.journal.entries.slice(start);
    // A run may write nothing.
    expect(writesBeyond(entries, [...open, ...allowed])).toEqual([]);
    return { result, entries, writes: writesOf(entries), changes: changesIn(result) };
  };
  const run: Rehearsal["run"] = (allowed, ...args) => judge(allowed, args);
  return {
    tenant,
    stack,
    said,
    run,
    async up(asked, ...principals) {
      const done = await run(asked, "up", "--yes", "--skip-preview");
      demandSuccess(done);
      for (const principal of principals) expect(reachNow(tenant, principal)).toEqual(asked.toSorted());
      return done;
    },
    async refusedUp() {
      const { result, entries } = await run([], "up", "--yes", "--skip-preview");
      expect(result.code).not.toBe(0);
      expect(entries).toEqual([]);
      return result.stdout + result.stderr;
    },
    async preview() {
      const { result, entries } = await run([], "preview", "--diff", "--expect-no-changes");
      expect(result.code).toBe(7);
      expect(entries).toEqual([]);
      // The check's own: the stack's outputs speak of the last run's, which passed.
      const verdicts = [...result.stdout.matchAll(/~ verdict\s*: "([^\n]*)" => "to be proved"/g)].map(([, was]) => was);
      const verdict = verdicts.findLast((was) => was !== "passed");
      return { drift: readDrift(result.stdout), verdict: verdict ?? "" };
    },
    async destroy(environment) {
      const done = await judge([], ["destroy", "--yes", "--skip-preview"], environment);
      demandSuccess(done);
      expect(stack.resources()).toEqual([]);
      tenant.running.settle();
      return done;
    },
    async close() {
      stack.close();
      await tenant.close();
    },
  };
}

function demandSuccess({ result: { code, stdout, stderr } }: Run): void {
  if (code !== 0) throw new Error(`The engine ended with ${code}.\n${stdout}${stderr}`);
}

/** The enterprise app of this name. */
export function enterpriseApp({ tenant }: TestTenant, displayName: string): EnterpriseApp {
  const found = tenant.servicePrincipals.find((each) => each.displayName === displayName);
  if (found === undefined) throw new Error(`There is no enterprise app ${displayName}.`);
  return { appId: found.appId, objectId: found.id };
}
