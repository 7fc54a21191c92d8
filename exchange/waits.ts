/** Time, chance and the operator's screen: injected, so that a test needs none of them. */

export interface Waits {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Ends when what falls due together has come in: a tick. */
  tick(): Promise<void>;
  /** Evenly spread in [0, 1). */
  random(): number;
  /** Shows the operator one line. */
  report(line: string): void;
}

/** Length of a tick in ms: the engine's calls for one step of its plan arrive about so far apart. */
const tickTime = 5;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The machine's own clock. */
export function realWaits(report: (line: string) => void): Waits {
  return {
    now: () => Date.now(),
    sleep,
    tick: () => sleep(tickTime),
    random: () => Math.random(),
    report,
  };
}
