/** Asks, and keeps what could not be asked: a failed question is never an answer (design.md §7.3). */
import { isDirectoryError } from "../../../directory/errors.ts";
import { isExchangeError } from "../../../exchange/errors.ts";
import { WaitTimeoutError } from "../../../network/waiting.ts";
import { UserError } from "../../lifecycle/userError.ts";
import type { Member } from "../../recipients/memberList.ts";
import { mailboxesOf } from "../finding.ts";
import { rightsFor, type Area, type NotAsked } from "./subjects.ts";

/** The questions of one audit. */
export class Asking {
  readonly #rights: Readonly<Record<Area, string>>;
  readonly #failures = new Map<
    string,
    { area: Area; reason: NotAsked["reason"]; message: string; about: Set<Member> }
  >();
  /** What the identity may not ask, with what it was told: not asked again for each mailbox. */
  readonly #refused = new Map<Area, string>();

  /** @param rights by which each thing can be asked */
  constructor(rights = rightsFor) {
    this.#rights = rights;
  }

  /**
   * The answer, or `undefined` where the question failed.
   * @param mailbox the one that it is about; absent where it is about all
   */
  async ask<T>(area: Area, question: () => Promise<T>, mailbox?: Member): Promise<T | undefined> {
    const refusal = this.#refused.get(area);
    if (refusal !== undefined) {
      this.#note(area, "rightMissing", refusal, mailbox);
      return undefined;
    }
    try {
      return await question();
    } catch (error) {
      if (!isAnswer(error)) throw error;
      const isRefused =
        isExchangeError(error, "forbidden", "unauthorized") || isDirectoryError(error, "forbidden", "unauthorized");
      if (isRefused) this.#refused.set(area, error.message);
      this.#note(area, isRefused ? "rightMissing" : "failed", error.message, mailbox);
      return undefined;
    }
  }

  /** Everything that could not be asked, a line for each reason. */
  get notAsked(): NotAsked[] {
    return [...this.#failures.values()].map(({ area, reason, message, about }) => {
      const right = reason === "rightMissing" ? { right: this.#rights[area] } : {};
      return { area, reason, ...right, message, mailboxes: mailboxesOf([...about]) };
    });
  }

  /** Notes what an earlier question has found out to be missing. */
  refuse(area: Area, message: string): void {
    this.#note(area, "rightMissing", message);
  }

  #note(area: Area, reason: NotAsked["reason"], message: string, mailbox?: Member): void {
    const key = JSON.stringify([area, reason, message, mailbox === undefined]);
    const failure = this.#failures.get(key) ?? { area, reason, message, about: new Set<Member>() };
    if (mailbox !== undefined) failure.about.add(mailbox);
    this.#failures.set(key, failure);
  }
}

/** What Exchange, Graph or a bounded wait has come to; everything else is a fault of the program, or an interruption. */
function isAnswer(error: unknown): error is Error {
  return (
    isExchangeError(error) || isDirectoryError(error) || error instanceof UserError || error instanceof WaitTimeoutError
  );
}
