/** Opens Exchange over the channel that the stack asks for (setting `exchange`). */
import type { ConnectOptions } from "../exchange/powershell/connection.ts";
import type { Connection } from "../exchange/powershell/opening.ts";
import { restSession } from "../exchange/rest/rest.ts";
import type { RestOptions } from "../exchange/rest/rest.ts";
import type { ExchangeSession } from "../exchange/session.ts";
import type { ReadSetting } from "../identity/connection.ts";

/** What `-ExchangeEnvironmentName` calls a cloud; the public one, and a private one, need no name. */
const environments: Readonly<Record<string, string>> = {
  "https://outlook.office365.us": "O365USGovGCCHigh",
  "https://outlook-dod.office365.us": "O365USGovDoD",
  "https://outlook.office365.cn": "O365China",
};

/** How Exchange is reached, whichever way it is spoken to. */
export interface ExchangeOptions extends Omit<RestOptions, "maxConcurrent"> {
  /** Whether there will be a call: what takes long to open is opened at once then. */
  readonly isUsed: boolean;
  /** Exchange's time, where its channel does not tell it. */
  readonly serverTime: () => number | undefined;
  /** For tests, which share one: opens PowerShell's connection. */
  readonly connect?: ((options: ConnectOptions) => Promise<Connection>) | undefined;
}

/**
 * Opens a session; nothing is sent before its first call, unless it takes long and is sure to come.
 * @throws Error in one line where the setting is none
 */
export async function openExchange(read: ReadSetting, options: ExchangeOptions): Promise<ExchangeSession> {
  const { channel, runspace } = readSetting(read("exchange"));
  if (channel === "rest") return restSession(options);
  // Only who speaks over PowerShell loads what it takes.
  const { powershellSession } = await import("../exchange/powershell/session.ts");
  return powershellSession({
    tenantId: options.tenantId,
    token: options.token,
    organization: options.anchorDomain,
    environment: environments[options.endpoint],
    serverTime: options.serverTime,
    eager: options.isUsed,
    waits: options.waits,
    shell: { inHost: runspace === "host" },
    ...(options.retry && { retry: options.retry }),
    ...(options.settleTime !== undefined && { settleTime: options.settleTime }),
    ...(options.connect && { connect: options.connect }),
  });
}

/** The setting's values; its schema (stacks/settings.ts) is what explains it. */
function readSetting(text: string | undefined): { channel: "rest" | "powershell"; runspace: "own" | "host" } {
  const { channel = "rest", runspace = "own" } = parse(text ?? "{}");
  if (channel !== "rest" && channel !== "powershell")
    throw new Error('exchange.channel must be "rest" or "powershell"');
  if (runspace !== "own" && runspace !== "host") throw new Error('exchange.runspace must be "own" or "host"');
  return { channel, runspace };
}

function parse(text: string): { channel?: unknown; runspace?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new Error("exchange must be an object");
}
