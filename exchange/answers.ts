/** Answers that a session still knows: equal questions share one until a write that can change it. */
import { Memo } from "../network/memo.ts";
import type { Waits } from "../network/waits.ts";
import type { Call } from "./cmdlets.ts";
import type { ExchangeObject } from "./session.ts";

/** Used by every channel in the same way. */
export class Answers {
  #memo = new Memo<readonly ExchangeObject[]>();
  #waits: Waits;
  #settleTime: number;
  #settled = 0;

  /**
   * @param settleTime how long reads wait after a write, in ms: right after it they land on back ends that have not seen
   *   it (facts/exchange.md §6), and would only have to be asked again
   */
  constructor(waits: Waits, settleTime = 0) {
    this.#waits = waits;
    this.#settleTime = settleTime;
  }

  /** The answer to a question: the one at hand, or what is asked now. */
  get(call: Call, ask: () => Promise<readonly ExchangeObject[]>, fresh: boolean): Promise<readonly ExchangeObject[]> {
    const askSettled = async (): Promise<readonly ExchangeObject[]> => {
      const early = this.#settled - this.#waits.now();
      if (early > 0) await this.#waits.sleep(early, `${call.cmdlet} to see the last change`);
      return ask();
    };
    return this.#memo.get(keyOf(call), askSettled, fresh);
  }

  /** Changes something, and forgets what it can have changed, whatever came of it. */
  async change<T>(cmdlet: string, write: () => Promise<T>): Promise<T> {
    const keeps = (key: string): boolean => touchesNoRecipient(cmdlet) && key.startsWith('["Get-Recipient",');
    // Before and after: an answer that came while the write was under way may be from before it.
    this.#memo.clear(keeps);
    try {
      return await write();
    } finally {
      this.#memo.clear(keeps);
      this.#settled = this.#waits.now() + this.#settleTime;
    }
  }
}

/** Writes that leave what Exchange says about recipients as it is: about roles, and pointers to apps. */
function touchesNoRecipient(cmdlet: string): boolean {
  return /^\w+-(ServicePrincipal|ManagementScope|ManagementRoleAssignment)$/.test(cmdlet);
}

/** The same question in any order of its parameters. */
export function keyOf({ cmdlet, parameters, select }: Call): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([cmdlet, sorted, select]);
}
