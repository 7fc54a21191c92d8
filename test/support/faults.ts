/** What holds for every artifact whatever HTTP call meets a fault: run for one kind after the other by a test file. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Artifact, Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Context, Properties } from "../../resources/lifecycle/contract.ts";
import { alwaysAsking } from "../../resources/lifecycle/lookup.ts";
import type { FaultEffect } from "../../simulator/server/faults.ts";
import { previewOf, tryUp, up } from "./access.ts";
import type { TestChannel } from "./channels.ts";
import { failureOf, startTenant, type TestTenant } from "./tenant.ts";
import { ad, eva } from "./people.ts";

/** An artifact with what has to be there before it, and somebody's change to it. */
export interface Subject {
  readonly artifact: Artifact;
  readonly desired: Properties;
  /** Back to the tenant before the artifact was made. */
  readonly restore: () => void;
  /** Changes by hand everything that can drift. */
  drift(id: string): Promise<void>;
}

/** A refusal, a server error that outlasts the retries, a write that lands without an answer, one that never lands. */
const effects: FaultEffect[] = ["forbidden", "error500", "lostAnswer", "dropped"];

/**
 * Runs something once for each HTTP call that it makes, with a fault in the first, the second, … until the fault comes
 * too late to be met. Returns how often it was met.
 */
export async function eachCall(
  tenant: TestTenant,
  effect: FaultEffect,
  run: (arm: () => void, disarm: () => void) => Promise<void>,
): Promise<number> {
  const { faults } = tenant.running;
  for (let between = 1; between < 60; between += 1) {
    let fired = 0;
    const times = effect === "error500" ? 3 : 1;
    await run(
      () => {
        faults.set([{ between, times, effect }]);
      },
      () => {
        fired = faults.describe().faults.reduce((sum, fault) => sum + fault.fired, 0);
        faults.set([]);
      },
    );
    if (fired === 0) return between - 1;
  }
  throw new Error("There was no end of calls.");
}

/** As `toEqual`, for two dumps: their texts are compared first, which takes a tenth of the time where they are equal. */
function expectSame(now: unknown, before: unknown): void {
  if (JSON.stringify(now) !== JSON.stringify(before)) expect(now).toEqual(before);
}

/**
 * Declares the tests of these kinds. `makeSubjects` makes everything once; nobody but the listed mailboxes may ever be
 * open to `principal`.
 */
export function testFaults(
  kinds: readonly string[],
  principal: string,
  makeSubjects: (tenant: TestTenant, context: Context) => Promise<Record<string, Subject>>,
  channel?: TestChannel,
): void {
  let tenant: TestTenant;
  let context: Context;
  let subjects: Record<string, Subject>;

  beforeAll(async () => {
    tenant = await startTenant({}, channel);
    const opened = await tenant.open();
    context = { ...opened, exchange: alwaysAsking(opened.exchange) };
    subjects = await makeSubjects(tenant, context);
  });
  afterAll(() => tenant.close());

  function subjectOf(name: string): Subject {
    const subject = subjects[name];
    if (subject === undefined) throw new Error(name);
    subject.restore();
    return subject;
  }

  const cases = kinds.flatMap((kind) => effects.map((effect) => [kind, effect] as const));

  /** Nobody but the listed mailboxes was ever open. */
  function expectNeverWider(): void {
    expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva], principal);
  }

  describe.each(cases)("a %s, with a fault (%s) in one call after the other", (kind, effect) => {
    test("is made once and whole by the next run, whatever the first one got done", async () => {
      const met = await eachCall(tenant, effect, async (arm, disarm) => {
        const { artifact, desired } = subjectOf(kind);
        const before = tenant.dump();
        arm();
        const { recorded, error } = await tryUp(artifact, context, desired);
        disarm();
        if (error !== undefined) expect(error.message).not.toContain("\n");
        const made = await up(artifact, context, desired, recorded);
        expect(await previewOf(artifact, context, made, desired)).toEqual({ changed: [], replaces: [] });
        await artifact.remove(context, made);
        tenant.running.clock.settle();
        expectSame(tenant.dump(), before);
        expectNeverWider();
      });
      expect(met).toBeGreaterThan(2);
    });

    test("is repaired by the next run, whatever the first one got done", async () => {
      const met = await eachCall(tenant, effect, async (arm, disarm) => {
        const { artifact, desired, ...subject } = subjectOf(kind);
        const made = await up(artifact, context, desired);
        tenant.running.clock.settle();
        const before = tenant.dump();
        await subject.drift(made.id);
        arm();
        const { recorded } = await tryUp(artifact, context, desired, made);
        disarm();
        const repaired = await up(artifact, context, desired, recorded);
        expect(repaired.id).toBe(made.id);
        tenant.running.clock.settle();
        expectSame(tenant.dump(), before);
        expectNeverWider();
      });
      expect(met).toBeGreaterThan(1);
    });

    test("is gone after the next run, whatever the first one got done", async () => {
      const met = await eachCall(tenant, effect, async (arm, disarm) => {
        const { artifact, desired } = subjectOf(kind);
        const before = tenant.dump();
        const made = await up(artifact, context, desired);
        arm();
        await artifact.remove(context, made).catch((error: unknown) => {
          expect(String(error)).not.toContain("\n");
        });
        disarm();
        await artifact.remove(context, made);
        expect(await artifact.read(context, made)).toBeUndefined();
        tenant.running.clock.settle();
        expectSame(tenant.dump(), before);
        expectNeverWider();
      });
      expect(met).toBeGreaterThan(1);
    });
  });

  describe.each(kinds)("a refresh of a %s", (kind) => {
    test.each<FaultEffect>(["forbidden", "error500", "error503", "throttle", "concurrency", "lostAnswer", "dropped"])(
      "never drops it on an error (%s in every call), and never shows half of it",
      async (effect) => {
        const { artifact, desired } = subjectOf(kind);
        const made = await up(artifact, context, desired);
        const whole = await artifact.read(context, made);
        const met = await eachCall(tenant, effect, async (arm, disarm) => {
          arm();
          const reading = await artifact.read(context, made).catch((error: unknown) => error);
          disarm();
          if (reading instanceof Error) expect(reading.message).not.toBe("");
          else expect(reading).toEqual(whole);
        });
        expect(met).toBeGreaterThan(0);
        expect(whole).toBeDefined();
      },
    );

    test("never believes a list that is cut off", async () => {
      const { artifact, desired } = subjectOf(kind);
      const made = await up(artifact, context, desired);
      const whole = await artifact.read(context, made);
      for (let nth = 1; nth <= 6; nth += 1) {
        tenant.running.faults.set([{ between: nth, effect: "truncatedPage" }]);
        const reading = await artifact.read(context, made).catch((error: unknown) => error);
        tenant.running.faults.set([]);
        if (!(reading instanceof Error)) expect(reading).toEqual(whole);
      }
    });

    test("of another tenant's stack is refused before anything is asked", async () => {
      const { artifact, desired } = subjectOf(kind);
      const made = await up(artifact, context, desired);
      const foreign: Recorded = { id: made.id, properties: { ...made.properties, tenantId: "other" } };
      const before = tenant.dump();
      const calls = tenant.calls().length;
      for (const action of [
        artifact.read(context, foreign),
        artifact.update(context, foreign, desired),
        artifact.remove(context, foreign),
      ]) {
        expect((await failureOf(action)).message).toContain(
          "belongs to tenant other, but the credentials are for tenant",
        );
      }
      expect(tenant.calls()).toHaveLength(calls);
      expectSame(tenant.dump(), before);
    });

    test("finds it again where the record was lost: the same object, nothing doubled", async () => {
      const { artifact, desired } = subjectOf(kind);
      const made = await up(artifact, context, desired);
      const before = tenant.dump();
      const again = await up(artifact, context, desired);
      expect(again.id).toBe(made.id);
      tenant.running.clock.settle();
      expectSame(tenant.dump(), before);
    });
  });
}
