/** Opens an organisation of Exchange Server as a stack's place: Exchange over a remote session, and no Entra. */
import type { RetryPolicy } from "../network/retry.ts";
import { httpTransport } from "../network/transport.ts";
import { realWaits } from "../network/waits.ts";
import type { Waits } from "../network/waits.ts";
import type { AccountCredential, ServerConnectOptions } from "../exchange/powershell/serverConnection.ts";
import type { ServerOptions } from "../exchange/powershell/session.ts";
import type { ReadSetting } from "../identity/connection.ts";
import type { Place } from "./session.ts";

/** The account that signs in where not the machine's own ticket does. */
export const userVariable = "EXCHANGE_SERVER_USER";
export const passwordVariable = "EXCHANGE_SERVER_PASSWORD";

/** What `npm run pulumi` tells a run (commands/run/ewsQuestion.ts): object ids of listed mailboxes. */
export const listedVariable = "CALENDAR_ACCESS_LISTED";
/** … and the setting `exchange.server.ewsUri` of today; empty where that says nothing. */
export const ewsUriVariable = "CALENDAR_ACCESS_EWS_URI";

/** How long EWS may take, in ms: nobody waits for it but to be told that it refuses. */
const ewsLimit = 30_000;

/** For tests: time, retries, and who opens the connection. */
export interface ServerPlaceOptions extends Pick<ServerOptions, "connect" | "shell"> {
  readonly waits?: Waits;
  readonly retry?: RetryPolicy;
}

type Server = Pick<ServerConnectOptions, "uri" | "authentication" | "domainController" | "viewEntireForest"> & {
  readonly organization: string;
  readonly ewsUri?: string;
};

/** Whether the stack is for Exchange Server. */
export function isServer(read: ReadSetting): boolean {
  return parse(read("exchange"))["channel"] === "server";
}

/**
 * Reads the settings; what is wrong with them comes back as `problems`, all together, a line each. Nothing is sent before the
 * session's first call, which also makes sure that the server belongs to the organisation.
 */
export async function openServer(
  read: ReadSetting,
  environment: NodeJS.ProcessEnv,
  report: (line: string) => void,
  options: ServerPlaceOptions = {},
): Promise<Place | { readonly problems: readonly string[] }> {
  const server = serverIn(read);
  const problems = serverProblems(read, environment);
  if (problems.length > 0) return { problems };
  const { organization, ewsUri, ...where } = server as unknown as Server;
  const { serverSession } = await import("../exchange/powershell/session.ts");
  const exchange = serverSession({
    ...where,
    ...options,
    tenantId: organization,
    credential: () => Promise.resolve(accountOf(environment)),
    waits: options.waits ?? realWaits(report),
  });
  const mailboxes = (environment[listedVariable] ?? "").split(" ").filter((id) => id !== "");
  const uri = (environment[ewsUriVariable] ?? ewsUri) || undefined;
  const ews = { uri, mailboxes, send: httpTransport({ timeLimit: ewsLimit }) };
  return { tenantId: organization, exchange, entra: undefined, ews };
}

/** Everything that is wrong with the settings of the server and with the account, a line each; nothing is sent. */
export function serverProblems(read: ReadSetting, environment: NodeJS.ProcessEnv): string[] {
  return [...problemsOf(serverIn(read)), ...problemsOfAccount(environment)];
}

/** The organisation's GUID, which is the stack's tenant; `undefined` where the settings name none. */
export function organizationIn(read: ReadSetting): string | undefined {
  const { organization } = serverIn(read);
  return typeof organization === "string" ? organization : undefined;
}

/** Where EWS is, as the settings say; `undefined` where they say nothing. */
export function ewsUriIn(read: ReadSetting): string | undefined {
  const { ewsUri } = serverIn(read);
  return typeof ewsUri === "string" ? ewsUri : undefined;
}

/** Whether the whole forest is looked into, as the settings say; `undefined` where they say nothing. */
export function viewsForest(read: ReadSetting): boolean | undefined {
  const { viewEntireForest } = serverIn(read);
  return typeof viewEntireForest === "boolean" ? viewEntireForest : undefined;
}

function serverIn(read: ReadSetting): Readonly<Record<string, unknown>> {
  const given = parse(read("exchange"))["server"];
  return isRecord(given) ? given : {};
}

function problemsOf(server: Readonly<Record<string, unknown>>): string[] {
  const { uri, organization, authentication = "Kerberos", domainController, viewEntireForest, ewsUri } = server;
  const rules: readonly (readonly [boolean, string])[] = [
    [
      typeof uri === "string" && /^https?:\/\/[^/\s]+\/PowerShell\/?$/i.test(uri),
      "exchange.server.uri must be the server's address of PowerShell, e.g. http://ex01.example.com/PowerShell/",
    ],
    [
      typeof organization === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(organization),
      "exchange.server.organization must be the organisation's GUID (Get-OrganizationConfig shows it)",
    ],
    [
      ["Kerberos", "Negotiate", "Basic"].includes(String(authentication)),
      "exchange.server.authentication must be Kerberos, Negotiate or Basic",
    ],
    [
      authentication !== "Basic" || /^https:/i.test(String(uri)),
      "exchange.server.authentication Basic would send the password in the clear: exchange.server.uri must begin with https",
    ],
    [
      domainController === undefined || areNames(domainController),
      "exchange.server.domainController must be a domain controller's full name, or a list of them, one for each domain",
    ],
    [
      viewEntireForest === undefined || typeof viewEntireForest === "boolean",
      "exchange.server.viewEntireForest must be true or false",
    ],
    [
      ewsUri === undefined || (typeof ewsUri === "string" && /^(none|https:\/\/[^/\s]+\/\S*)$/i.test(ewsUri)),
      "exchange.server.ewsUri must be an https address, e.g. https://mail.example.com/EWS/Exchange.asmx, or none",
    ],
  ];
  return rules.filter(([isMet]) => !isMet).map(([, problem]) => problem);
}

function areNames(value: unknown): boolean {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  return names.length > 0 && names.every((each) => typeof each === "string" && each.trim() !== "");
}

function problemsOfAccount(environment: NodeJS.ProcessEnv): string[] {
  const given = [userVariable, passwordVariable].filter((name) => environment[name]);
  return given.length === 1
    ? [`${userVariable} and ${passwordVariable} go together: ${given.join("")} is set alone`]
    : [];
}

/** `undefined`: the machine's own ticket signs in. */
function accountOf(environment: NodeJS.ProcessEnv): AccountCredential | undefined {
  const [userName, password] = [environment[userVariable], environment[passwordVariable]];
  return userName && password ? { userName, password } : undefined;
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
