// `npm run demo [-- --keep] [-- --story NAME]`: the whole life of a customer's stack with the real engine, on an
// embedded tenant: impersonation, the way over to application access, and the undo of all. Nothing outside the checkout
// is touched, and nothing is left in it but the page for the customer (reports/demo.html).
//
// Exit codes: 0 every step held; 1 one did not, or the demo could not be played; 130 interrupted.
import { join } from "node:path";
import { parseArgs, styleText } from "node:util";

import { settings } from "./demo/customer.ts";
import { interruptEngines } from "./demo/engineRun.ts";
import { openScene, type StepMaker } from "./demo/scene.ts";
import { openStage } from "./demo/stage.ts";
import { findPowerShell } from "./demo/server.ts";
import { formatTable, runSteps } from "./demo/step.ts";
import { isOnServer, stepsOf, storyNames } from "./demo/story.ts";
import { checkout } from "./setup/checkout.mjs";
import { withLock } from "./setup/lock.mjs";

interface Choice {
  readonly steps: readonly StepMaker[];
  readonly keep: boolean;
  /** For a story on Exchange Server: the PowerShell of this machine. */
  readonly powershell: string | undefined;
}

const usage = `usage: npm run demo [-- --story NAME --keep]

Plays a customer's whole life with the real engine on the embedded tenant, an imitation of Microsoft 365 on this machine:
no real tenant is reached. It takes one to two minutes, and leaves the page for the customer in reports/demo.html.

  --story NAME  ${storyNames.join(", ")} (default all); server needs PowerShell 7
  --keep        leaves out the undo, leaves tenant and stack running, and prints how to play on

Exit codes: 0 every step held; 1 one did not, or the demo could not be played; 130 interrupted.`;

/** Copies of one interruption arrive within milliseconds (commands/pulumi.ts). */
const SAME_INTERRUPTION_MS = 300;

const say = (line: string): void => {
  console.log(line);
};

function readChoice(): Choice {
  const options = { keep: { type: "boolean" }, story: { type: "string" } } as const;
  const { keep = false, story = "all" } = parseArgs({ options }).values;
  const steps = stepsOf(story, keep);
  return { steps, keep, powershell: isOnServer(story) ? findPowerShell() : undefined };
}

/** Plays one story to its end; returns whether every step held. */
async function play({ steps: makers, keep, powershell }: Choice, isInterrupted: () => boolean): Promise<boolean> {
  const show = (line: string): void => {
    say(styleText("dim", "     │ ", { stream: process.stdout }) + line);
  };
  const stage = await openStage(settings, show, powershell);
  let isKept = false;
  try {
    const scene = openScene(stage, say);
    const steps = makers.map((make) => {
      const step = make(scene);
      const run = (): Promise<void> => (isInterrupted() ? Promise.reject(new Error("interrupted")) : step.run());
      return { ...step, run };
    });
    const results = await runSteps(steps, say);
    const held = results.every(({ outcome }) => outcome === "held");
    const complaints = stage.tenant.readComplaints();
    if (complaints !== "") say(`\nThe embedded tenant complained:\n${complaints}`);
    say(["", ...formatTable(results), "", ...scene.left].join("\n"));
    isKept = keep && held;
    if (isKept) say(stage.keep().join("\n"));
    return held;
  } finally {
    if (!isKept) await stage.close();
  }
}

async function main(): Promise<number> {
  if (process.argv.includes("--help") || process.argv.includes("-h")) {
    say(usage);
    return 0;
  }
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
