// `npm run pulumi -- …`: the pinned engine on the pinned Node, with the operator's terminal, signals and exit code.
//
// On Ctrl-C the terminal signals the whole process group and npm passes its own copy on: an engine that got both would
// take the second as "stop at once" and leave calls in flight unrecorded. So the engine runs in a session of its own
// (it still reads the terminal) and gets each interruption once. The provider host gets none: the engine waits for its
// call in flight, which may itself wait for hours, so the interruption is left in a file that every wait looks for
// (network/interruption.ts).
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

import { interruptionVariable } from "../network/interruption.ts";
import { backendOf } from "./engine/backend.ts";
import { engine, engineEnvironment } from "./engine/engine.ts";
import { endOrphanedHosts } from "./engine/hosts.ts";
import { stackIn, watchLock } from "./engine/lockOwner.ts";
import { adviceAfter, adviceAfterInit, partialRun, recoverFirst } from "./run/afterwards.ts";
import { beforeDestroy } from "./run/beforeDestroy.ts";
import { missingBackend, missingPlugin } from "./run/beforehand.ts";
import { ewsQuestion } from "./run/ewsQuestion.ts";
import { narrowedView } from "./run/forestView.ts";
import { prepareIdentity } from "./run/identity.ts";
import { refusedCancel, refusedOptions } from "./run/refusedOptions.ts";
import { sayAs } from "./run/say.ts";
import { signInProblems } from "./run/signIn.ts";
import { engineArguments, readCall, readKnown, type Call } from "./run/state.ts";
import { checkout } from "./setup/checkout.mjs";

/** Copies of one interruption arrive within milliseconds, a little later on a busy machine. */
const SAME_INTERRUPTION_MS = 1_000;
/** 128 + SIGINT: what a shell calls an interrupted command. */
const INTERRUPTED = 130;
/** What `--expect-no-changes` ends with where there are some. */
const DRIFT = 7;

const say = sayAs("pulumi");
for (const { title, pid } of await endOrphanedHosts(checkout)) {
  say(`ended ${title} ${pid}, whose engine is gone`);
}

const environment = engineEnvironment();
const call = readCall(process.argv.slice(2));
const refusals = [
  ...missingBackend(process.argv.slice(2), process.env, process.cwd()),
  ...refusedCancel(process.argv.slice(2), stackIn(process.argv.slice(2))),
  ...(call === undefined ? [] : refusedOptions(process.argv.slice(2), process.env)),
];
for (const line of refusals) say(line);
if (refusals.length > 0) process.exit(1);
if (call !== undefined && !(await isReady(call))) process.exit(1);

for (const line of partialRun(call)) say(line);

const folder = mkdtempSync(join(tmpdir(), "calendar-access-"));
const interruption = join(folder, "interrupted");
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});

const child = spawn(engine().binary, engineArguments(process.argv.slice(2), call), {
  env: { ...environment, [interruptionVariable]: interruption },
  stdio: "inherit",
  detached: true,
});

const backend = backendOf(process.env, process.cwd());
const endWatch = watchLock(child.pid, backend, stackIn(process.argv.slice(2)));

let last = -Infinity;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  process.on(signal, () => {
    const now = performance.now();
    // A closed terminal ends the run in order too; SIGHUP itself would kill the engine on the spot.
    if (now - last > SAME_INTERRUPTION_MS) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
    last = now;
    writeFileSync(interruption, "");
  });
}

child.on("error", (error) => {
  say(error.message);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  endWatch();
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  const isInterrupted = last !== -Infinity;
  if (call !== undefined && code !== null && !isInterrupted && ![0, DRIFT].includes(code)) void advise(call);
  if (call === undefined && code !== null && code !== 0) {
    for (const line of adviceAfterInit(process.argv.slice(2), environment)) say(line);
  }
  // An interrupted destroy ends with 0 and says that all is deleted, whatever it left.
  if (signal !== null)
    say(
      `the engine was ended by ${signal}, and may have left its lock. ${recoverFirst(stackIn(process.argv.slice(2)))}`,
    );
  // One that a signal ended in order says no more than "update canceled".
  if (code === null || !isInterrupted) return;
  say("interrupted: the run ended before its work was done, and what it left may still give access.");
  say("run the same command again.");
  if (code === 0) process.exitCode = INTERRUPTED;
});

/** Looks at what a run would end in, or leave, and says why it is not begun. */
async function isReady(asked: Call): Promise<boolean> {
  const known = await readKnown(asked, environment);
  Object.assign(environment, ewsQuestion(known));
  const left = [
    ...missingPlugin(known.state ?? {}, environment),
    ...beforeDestroy(asked, known),
    ...narrowedView(asked, known),
  ];
  for (const line of left) say(line);
  if (left.length > 0) return false;
  const unopened = await signInProblems(asked, known, process.env, say);
  if (unopened.length === 0) return prepareIdentity(asked, known, environment, say);
  for (const line of ["nothing was changed. Please correct:", ...unopened.map((each) => `  - ${each}`)]) say(line);
  return false;
}

async function advise(failed: Call): Promise<void> {
  const isAsked = process.stdin.isTTY && environment["PULUMI_CONFIG_PASSPHRASE"] === undefined;
  for (const line of await adviceAfter(failed, environment, isAsked)) say(line);
}
