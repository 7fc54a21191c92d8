/** Exchange through the admin API that Microsoft's own PowerShell module uses (facts/exchange.md §1). */
import { collectQuestions } from "../../network/batch.ts";
import { Answers, keyOf } from "../answers.ts";
import { Channel } from "./channel.ts";
import type { ChannelOptions } from "./channel.ts";
import { cut, isCut, readCall, writeCall } from "../cmdlets.ts";
import type { Call } from "../cmdlets.ts";
import { classify, unreadable } from "./errorResponse.ts";
import type { RawAnswer } from "./errorResponse.ts";
import { FailedAttempt, finalError, finalWriteError, incomplete, repeatAttempt } from "../failedAttempt.ts";
import type { Repeatable } from "../failedAttempt.ts";
import { isExchangeError, type ExchangeErrorKind } from "../errors.ts";
import { isRecord } from "../json.ts";
import { InterruptedError } from "../../network/interruption.ts";
import type { ExchangeObject, ExchangeSession, Parameters, ReadOptions } from "../session.ts";
import * as wire from "./wire.ts";

/** A session over REST: the channel's options, and those of reading. */
export interface RestOptions extends ChannelOptions {
  /**
   * How long reads wait after a write, in ms: right after it they land on back ends that have not seen it
   * (facts/exchange.md §6), and would only have to be asked again. Default 0.
   */
  readonly settleTime?: number;
}

/** Reads in one `$batch` at most; the size that is known to work (facts/exchange.md §1.2). */
const batchSize = 10;
/** Pages of one list at most: a server that goes on for ever is not believed. */
const pageLimit = 1000;

/** Opens a session. Nothing is sent before the first call. */
export function restSession(options: RestOptions): ExchangeSession {
  return new RestSession(options);
}

class RestSession implements ExchangeSession {
  readonly tenantId: string;
  #options: RestOptions;
  #channel: Channel;
  #answers: Answers;
  #canBatch = true;
  #ask: (call: Call) => Promise<wire.Page>;

  constructor(options: RestOptions) {
    this.tenantId = options.tenantId;
    this.#options = options;
    this.#channel = new Channel(options);
    this.#answers = new Answers(options.waits, options.settleTime);
    const one = (call: Call) => this.#askOne(call);
    const many = (calls: readonly Call[]) => this.#askMany(calls);
    this.#ask = collectQuestions(batchSize, one, many, keyOf, options.waits);
  }

  get requests(): number {
    return this.#channel.requests;
  }

  get serverTime(): number | undefined {
    return this.#channel.serverTime;
  }

  async read(cmdlet: string, parameters?: Parameters, options: ReadOptions = {}): Promise<readonly ExchangeObject[]> {
    const call = readCall(cmdlet, parameters, options);
    return this.#answers.get(call, () => this.#readAll(call), options.fresh === true);
  }

  async write(cmdlet: string, parameters: Parameters): Promise<readonly ExchangeObject[]> {
    const call = writeCall(cmdlet, parameters);
    return this.#answers.change(cmdlet, () => this.#writeOne(call));
  }

  async writeEach(
    cmdlet: string,
    parameters: readonly Parameters[],
    done: readonly ExchangeErrorKind[] = [],
  ): Promise<void> {
    const calls = parameters.map((each) => writeCall(cmdlet, each));
    await this.#answers.change(cmdlet, async () => {
      for (let start = 0; start < calls.length; start += batchSize) {
        for (const result of await this.#writeMany(cmdlet, calls.slice(start, start + batchSize))) {
          if (result.status === "rejected" && !isExchangeError(result.reason, ...done)) throw result.reason;
        }
      }
    });
  }

  async allowedCmdlets(): Promise<ReadonlySet<string> | undefined> {
    const name = "EXOModuleFile";
    try {
      return await this.#repeat(name, ["always", "reads"], async () => {
        const answer = await this.#channel.readModuleFile(name);
        if (!isSuccess(answer)) throw this.#classify(name, answer);
        return readCmdlets(answer.body);
      });
    } catch (failure) {
      const error = finalError(name, failure);
      // Only "there is no such thing here" is an answer; a failure stays one.
      if (error.kind === "other" && hasNoSuchRoute(error.status)) return undefined;
      throw error;
    }
  }

  allowedParameters(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  /** A list with all its pages. */
  async #readAll(call: Call): Promise<readonly ExchangeObject[]> {
    const { cmdlet } = call;
    const objects: ExchangeObject[] = [];
    const links = new Set<string>();
    let page = await this.#readPage(call, () => this.#ask(call));
    for (;;) {
      objects.push(...page.objects);
      if (isCut(call, page.warnings)) throw incomplete(cmdlet, cut);
      if (page.nextLink === undefined) return objects;
      const link = this.#channel.continuation(page.nextLink);
      if (link === undefined) throw incomplete(cmdlet, "its next page is said to be at another address");
      if (links.has(link) || links.size >= pageLimit) throw incomplete(cmdlet, "its pages do not come to an end");
      links.add(link);
      try {
        page = await this.#readPage(call, () => this.#askOne(call, link));
      } catch (error) {
        if (error instanceof InterruptedError) throw error;
        throw incomplete(cmdlet, `page ${links.size + 1} failed`, error);
      }
    }
  }

  async #readPage(call: Call, attempt: () => Promise<wire.Page>): Promise<wire.Page> {
    try {
      return await this.#repeat(call.cmdlet, ["always", "reads"], attempt);
    } catch (failure) {
      throw finalError(call.cmdlet, failure);
    }
  }

  async #askOne(call: Call, link?: string): Promise<wire.Page> {
    return this.#pageOf(call.cmdlet, await this.#channel.invoke(call, link));
  }

  /** Asks several questions in one request; where the organisation has no batches, one by one from then on. */
  async #askMany(calls: readonly Call[]): Promise<readonly PromiseSettledResult<wire.Page>[]> {
    const items = this.#canBatch ? await this.#readBatch(calls) : undefined;
    if (items === undefined) {
      return Promise.allSettled(calls.map((call) => this.#askOne(call)));
    }
    const missing: RawAnswer = { status: undefined, headers: {}, body: "" };
    return Promise.allSettled(
      calls.map(async (call, index) => {
        const item = items.get(String(index)) ?? missing;
        this.#channel.heed(item);
        return this.#pageOf(call.cmdlet, item);
      }),
    );
  }

  /** Writes in one request; those that Exchange says it did not even try are sent again by themselves. */
  async #writeMany(
    cmdlet: string,
    calls: readonly Call[],
  ): Promise<readonly PromiseSettledResult<readonly ExchangeObject[]>[]> {
    const items = this.#canBatch && calls.length > 1 ? await this.#writeBatch(cmdlet, calls) : undefined;
    const results: PromiseSettledResult<readonly ExchangeObject[]>[] = [];
    for (const [index, call] of calls.entries()) {
      const write = items === undefined ? this.#writeOne(call) : this.#writtenOf(call, items.get(String(index)));
      results.push(...(await Promise.allSettled([write])));
    }
    return results;
  }

  /** What became of one item. One that the answer leaves out, or says nothing of, may have been carried out. */
  async #writtenOf(call: Call, item: RawAnswer | undefined): Promise<readonly ExchangeObject[]> {
    const { cmdlet } = call;
    try {
      const isSilent = item === undefined || (item.status === undefined && item.body === "");
      if (isSilent) throw unreadable(cmdlet, { status: undefined, headers: {}, body: "" });
      this.#channel.heed(item);
      return this.#writtenIn(cmdlet, item);
    } catch (failure) {
      if (failure instanceof FailedAttempt && failure.repeatable === "always") return this.#writeOne(call);
      throw finalWriteError(cmdlet, failure);
    }
  }

  async #writeBatch(cmdlet: string, calls: readonly Call[]): Promise<ReadonlyMap<string, RawAnswer> | undefined> {
    try {
      return await this.#sendBatch(`${calls.length} writes`, ["always"], calls);
    } catch (failure) {
      throw finalWriteError(cmdlet, failure);
    }
  }

  /**
   * The batch as a whole is repeated here, so that its questions stay together; what is rejected with an
   * ExchangeError is not repeated again, question by question.
   */
  async #readBatch(calls: readonly Call[]): Promise<ReadonlyMap<string, RawAnswer> | undefined> {
    const name = `${calls.length} reads`;
    try {
      return await this.#sendBatch(name, ["always", "reads"], calls);
    } catch (failure) {
      throw finalError(name, failure);
    }
  }

  /** `undefined` where the organisation has no batches: none is sent from then on. */
  async #sendBatch(
    name: string,
    allowed: readonly Repeatable[],
    calls: readonly Call[],
  ): Promise<ReadonlyMap<string, RawAnswer> | undefined> {
    try {
      return await this.#repeat(name, allowed, async () => {
        const answer = await this.#channel.sendMany(name, calls);
        if (!isSuccess(answer)) throw this.#classify(name, answer);
        const items = wire.readBatch(answer.body);
        if (items === undefined) throw unreadable(name, answer);
        return items;
      });
    } catch (failure) {
      const error = failure instanceof FailedAttempt ? failure.error : undefined;
      if (error?.kind !== "other" || !hasNoSuchRoute(error.status)) throw failure;
      this.#canBatch = false;
      return undefined;
    }
  }

  async #writeOne(call: Call): Promise<readonly ExchangeObject[]> {
    const { cmdlet } = call;
    try {
      return await this.#repeat(cmdlet, ["always"], async () =>
        this.#writtenIn(cmdlet, await this.#channel.invoke(call)),
      );
    } catch (failure) {
      throw finalWriteError(cmdlet, failure);
    }
  }

  #writtenIn(cmdlet: string, answer: RawAnswer): readonly ExchangeObject[] {
    // A cmdlet without output answers 204, or 200 with nothing (facts/exchange.md §1.2).
    if (isSuccess(answer) && answer.body === "") return [];
    return this.#pageOf(cmdlet, answer).objects;
  }

  #pageOf(cmdlet: string, answer: RawAnswer): wire.Page {
    if (!isSuccess(answer)) throw this.#classify(cmdlet, answer);
    const page = wire.readPage(answer.body);
    if (page === undefined) throw unreadable(cmdlet, answer);
    return page;
  }

  #classify(cmdlet: string, answer: RawAnswer): FailedAttempt {
    return classify(cmdlet, answer, this.#options.waits.now());
  }

  #repeat<T>(name: string, allowed: readonly Repeatable[], attempt: () => Promise<T>): Promise<T> {
    return repeatAttempt(name, allowed, attempt, this.#options.waits, this.#options.retry);
  }
}

function isSuccess({ status, body }: RawAnswer): boolean {
  if (isRecord(body) && isRecord(body["error"])) return false;
  return status === undefined || (status >= 200 && status < 300);
}

function hasNoSuchRoute(status: number | undefined): boolean {
  return [400, 404, 405, 501].includes(status ?? 0);
}

/** `value[].exportedCmdlets` is a list with commas; `undefined` where there is none (facts/exchange.md §1.1). */
function readCmdlets(body: unknown): ReadonlySet<string> | undefined {
  const values: readonly unknown[] = isRecord(body) && Array.isArray(body["value"]) ? body["value"] : [];
  const lists = values.map((value) => (isRecord(value) ? value["exportedCmdlets"] : undefined));
  const names = lists.flatMap((list): unknown[] => (typeof list === "string" ? list.split(",") : [list].flat()));
  const trimmed = names.filter((name) => typeof name === "string").map((name) => name.trim());
  const known = new Set(trimmed.filter((name) => name !== ""));
  return known.size === 0 ? undefined : known;
}
