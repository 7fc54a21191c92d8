/** Time, chance and the operator's screen: injected, so that a test needs none of them. */
import { sleepUnlessInterrupted } from "./interruption.ts";

export interface Waits {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Rejects with an InterruptedError (interruption.ts) where the operator ends the run meanwhile.
   * @param what what is waited for: continues "interrupted while waiting for …"
   */
  sleep(milliseconds: number, what: string): Promise<void>;
  /** Ends when what falls due together has come in: a tick. */
  tick(): Promise<void>;
  /** Evenly spread in [0, 1). */
  random(): number;
  /** Shows the operator one line. */
  report(line: string): void;
}

/** Length of a tick in ms: the engine's calls for one step of its plan arrive about so far apart. */
const tickTime = 5;

/** The machine's own clock, and the operator's Ctrl-C. */
export function realWaits(report: (line: string) => void): Waits {
  return {
    now: () => Date.now(),
    sleep: sleepUnlessInterrupted,
    tick: () => new Promise((resolve) => setTimeout(resolve, tickTime)),
    random: () => Math.random(),
    report,
  };
}
