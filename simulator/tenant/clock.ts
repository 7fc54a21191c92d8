/** The tenant's virtual clock: real time plus an offset, and the work that falls due on it. */

interface Timer {
  readonly due: number;
  readonly sequence: number;
  readonly description: string;
  readonly action: () => void;
}

/** Work that has not run yet, as `GET /simulator/clock` shows it. */
export interface PendingWork {
  /** ISO virtual time. */
  readonly at: string;
  readonly description: string;
}

/** How many timers one move of the clock may run: work that plans itself again would otherwise never end. */
const TIMERS_PER_MOVE = 100_000;

export class VirtualClock {
  #offset = 0;
  #sequence = 0;
  #timers: Timer[] = [];
  #alarm: NodeJS.Timeout | undefined;

  /** Virtual time in ms since the epoch. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /**
   * Runs `action` once virtual time has passed `delay` ms; work due at the same moment runs in the order of planning.
   */
  after(delay: number, description: string, action: () => void): void {
    this.#sequence += 1;
    this.#timers.push({ due: this.now() + Math.max(0, delay), sequence: this.#sequence, description, action });
    this.#timers.sort((one, other) => one.due - other.due || one.sequence - other.sequence);
    this.#setAlarm();
  }

  /** Moves time `milliseconds` forward; each piece of work runs at the moment it was planned for. */
  advance(milliseconds: number): void {
    this.#moveTo(this.now() + milliseconds);
  }

  /** Moves time forward to the end of all planned work, including what that work plans. */
  settle(): void {
    for (let moves = 0; moves < TIMERS_PER_MOVE; moves += 1) {
      const last = this.#timers.at(-1);
      if (last === undefined) return;
      this.#moveTo(Math.max(last.due, this.now()));
    }
  }

  /** Planned work, soonest first. */
  pending(): PendingWork[] {
    return this.#timers.map(({ due, description }) => ({ at: new Date(due).toISOString(), description }));
  }

  /** Forgets all planned work and goes back to real time. */
  reset(): void {
    clearTimeout(this.#alarm);
    this.#timers = [];
    this.#offset = 0;
  }

  #moveTo(target: number): void {
    for (let run = 0; run < TIMERS_PER_MOVE; run += 1) {
      const next = this.#timers[0];
      if (next === undefined || next.due > target) break;
      this.#timers.shift();
      if (next.due > this.now()) this.#offset += next.due - this.now();
      next.action();
    }
    const rest = target - this.now();
    if (rest > 0) this.#offset += rest;
    this.#setAlarm();
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm);
    const next = this.#timers[0];
    if (next === undefined) return;
    // setTimeout holds at most 2^31-1 ms; a longer wait wakes early and sets itself again.
    const wait = Math.min(Math.max(0, next.due - this.now()), 2 ** 31 - 1);
    this.#alarm = setTimeout(() => {
      this.#moveTo(this.now());
    }, wait);
    this.#alarm.unref();
  }
}
