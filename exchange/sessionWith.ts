/** A session that differs from another in how it reads or writes. */
import type { ExchangeSession } from "./session.ts";

/** The same session with other calls; what it counts and tells stays that of the first. */
export function sessionWith(
  exchange: ExchangeSession,
  calls: Partial<Pick<ExchangeSession, "read" | "write">>,
): ExchangeSession {
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
    allowedCmdlets: () => exchange.allowedCmdlets(),
    close: () => exchange.close(),
    ...calls,
  };
}
