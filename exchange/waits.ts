/** Time, chance and the operator's screen: injected, so that a test needs none of them. */

export interface Waits {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Evenly spread in [0, 1). */
  random(): number;
  /** Shows the operator one line. */
  report(line: string): void;
}

/** The machine's own clock. */
export function realWaits(report: (line: string) => void): Waits {
  return {
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: () => Math.random(),
    report,
  };
}
