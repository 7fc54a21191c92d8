// `npm run demo [-- --keep] [-- --story NAME]`: the whole life of a customer's stack with the real engine, on an embedded
// tenant. Nothing outside the checkout is touched, and nothing is left in it.
//
// Exit codes: 0 every step held; 1 one did not, or the demo could not be played; 130 interrupted.
import { join } from "node:path";
import { parseArgs, styleText } from "node:util";

import { interruptEngines } from "./demo/engineRun.ts";
import { impersonationStory, settings } from "./demo/impersonation.ts";
import { openStage, type Stage } from "./demo/stage.ts";
import { formatTable, runSteps, type Step } from "./demo/step.ts";
import { checkout, withLock } from "./setup.mjs";

interface Story {
  /** The stack's settings at the start. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `keep` leaves the undo out. */
  readonly steps: (stage: Stage, say: (line: string) => void, keep: boolean) => readonly Step[];
}

const stories: Readonly<Record<string, Story>> = {
  impersonation: { settings, steps: impersonationStory },
};

interface Choice {
  readonly story: Story;
  readonly keep: boolean;
}

/** Copies of one interruption arrive within milliseconds (commands/pulumi.ts). */
const SAME_INTERRUPTION_MS = 300;

const say = (line: string): void => {
  console.log(line);
};

function readChoice(): Choice {
  const options = { keep: { type: "boolean" }, story: { type: "string" } } as const;
  const { keep = false, story: name = "impersonation" } = parseArgs({ options }).values;
  const story = stories[name];
  if (story === undefined) throw new Error(`no story ${name}; there is ${Object.keys(stories).join(", ")}`);
  return { story, keep };
}

/** Plays one story to its end; returns whether every step held. */
async function play({ story, keep }: Choice, isInterrupted: () => boolean): Promise<boolean> {
  const stage = await openStage(story.settings, (line) => {
    say(styleText("dim", "     │ ", { stream: process.stdout }) + line);
  });
  let isKept = false;
  try {
    const steps = story.steps(stage, say, keep).map((step) => ({
      ...step,
      run: () => (isInterrupted() ? Promise.reject(new Error("interrupted")) : step.run()),
    }));
    const results = await runSteps(steps, say);
    const held = results.every(({ outcome }) => outcome === "held");
    const complaints = stage.tenant.readComplaints();
    if (complaints !== "") say(`\nThe embedded tenant complained:\n${complaints}`);
    say(["", ...formatTable(results), ""].join("\n"));
    isKept = keep && held;
    if (isKept) say(stage.keep().join("\n"));
    return held;
  } finally {
    if (!isKept) await stage.close();
  }
}

async function main(): Promise<number> {
  const choice = readChoice();
  let interruptedAt: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (interruptedAt === undefined)
        say("\ninterrupted: the run of the engine ends in order, then everything is removed");
      if (interruptedAt === undefined || now - interruptedAt > SAME_INTERRUPTION_MS) interruptEngines();
      interruptedAt = now;
    });
  }
  const isInterrupted = (): boolean => interruptedAt !== undefined;
  const held = await withLock(join(checkout, ".tmp", "demo.lock"), () => play(choice, isInterrupted), "demo");
  return isInterrupted() ? 130 : held ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
