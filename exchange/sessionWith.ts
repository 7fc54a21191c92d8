/** A session that differs from another in how it reads or writes. */
import { isExchangeError, type ExchangeErrorKind } from "./errors.ts";
import type { ExchangeSession, Parameters } from "./session.ts";

/**
 * The same session with other calls; what it counts and tells stays that of the first. One that writes in its own way
 * also writes several so, one after the other, unless it says otherwise.
 */
export function sessionWith(
  exchange: ExchangeSession,
  calls: Partial<Pick<ExchangeSession, "read" | "write" | "writeEach" | "allowedParameters">>,
): ExchangeSession {
  const { write } = calls;
  return {
    tenantId: exchange.tenantId,
    get requests() {
      return exchange.requests;
    },
    get serverTime() {
      return exchange.serverTime;
    },
    read: (cmdlet, parameters, options) => exchange.read(cmdlet, parameters, options),
    write: (cmdlet, parameters) => exchange.write(cmdlet, parameters),
    writeEach: (cmdlet, parameters, done) =>
      write === undefined
        ? exchange.writeEach(cmdlet, parameters, done)
        : writeOneByOne(write, cmdlet, parameters, done),
    allowedCmdlets: () => exchange.allowedCmdlets(),
    allowedParameters: (cmdlet) => exchange.allowedParameters(cmdlet),
    close: () => exchange.close(),
    ...calls,
  };
}

/** Several writes of a channel that has no better way. */
export async function writeOneByOne(
  write: ExchangeSession["write"],
  cmdlet: string,
  parameters: readonly Parameters[],
  done: readonly ExchangeErrorKind[] = [],
): Promise<void> {
  for (const each of parameters) {
    await write(cmdlet, each).catch((error: unknown) => {
      if (!isExchangeError(error) || !done.includes(error.kind)) throw error;
    });
  }
}
