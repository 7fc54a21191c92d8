// Runs a story step by step: tells each, times it, and stops at the first that does not hold.

/** One step of a story: what is said, done and expected. */
export interface Step {
  /** At most 60 characters: a row of the table at the end. */
  readonly title: string;
  /** What happens and why, in a line or two. */
  readonly told: readonly string[];
  /** Throws a {@link NotHeld} where the step does not hold. */
  run(): Promise<void>;
}

/** What became of one step. */
export interface Result {
  readonly title: string;
  readonly outcome: "held" | "did not hold" | "not run";
  readonly seconds: number;
  /** Why a step did not hold, a line each. */
  readonly reasons: readonly string[];
}

/** A step that did not hold. */
export class NotHeld extends Error {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join("\n"));
    this.reasons = reasons;
  }
}

/** @throws NotHeld unless `condition` is true */
export function demand(condition: boolean, ...reasons: string[]): asserts condition {
  if (!condition) throw new NotHeld(reasons);
}

/** Runs the steps in order; after one that did not hold, the rest is not run. `say` gets one line at a time. */
export async function runSteps(
  steps: readonly Step[],
  say: (line: string) => void,
  now: () => number = () => performance.now(),
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, step] of steps.entries()) {
    if (results.some(({ outcome }) => outcome === "did not hold")) {
      results.push({ title: step.title, outcome: "not run", seconds: 0, reasons: [] });
      continue;
    }
    say("");
    say(`${index + 1}/${steps.length}  ${step.title}`);
    for (const line of step.told) say(`     ${line}`);
    const start = now();
    const reasons = await reasonsOf(step);
    const seconds = (now() - start) / 1000;
    for (const reason of reasons) say(`     DOES NOT HOLD: ${reason}`);
    results.push({ title: step.title, outcome: reasons.length === 0 ? "held" : "did not hold", seconds, reasons });
  }
  return results;
}

async function reasonsOf(step: Step): Promise<readonly string[]> {
  try {
    await step.run();
    return [];
  } catch (error) {
    if (error instanceof NotHeld) return error.reasons;
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The summary: a line for each step, and their sum. */
export function formatTable(results: readonly Result[]): string[] {
  const width = Math.max(...results.map(({ title }) => title.length), "all together".length);
  const row = (title: string, outcome: string, seconds: string): string =>
    `  ${title.padEnd(width)}  ${outcome.padEnd("did not hold".length)}  ${seconds.padStart(6)}`;
  const failed = results.some(({ outcome }) => outcome !== "held");
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    row("step", "outcome", "s"),
    `  ${"-".repeat(width + "did not hold".length + 10)}`,
    ...results.map(({ title, outcome, seconds }) =>
      row(title, outcome, outcome === "not run" ? "-" : seconds.toFixed(1)),
    ),
    row("all together", failed ? "did not hold" : "held", total.toFixed(1)),
  ];
}
