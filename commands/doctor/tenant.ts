// A stack's tenant: the credential and what it may do, Exchange and what it has switched. Reads only.
import { isServer, openServer, userVariable } from "../../connection/serverPlace.ts";
import { openSession, type Session } from "../../connection/session.ts";
import { isExchangeError } from "../../exchange/errors.ts";
import { planConnection } from "../../identity/credentials.ts";
import type { Context } from "../../resources/lifecycle/contract.ts";
import { contextOf } from "../../resources/lifecycle/context.ts";
import { text } from "../../resources/lifecycle/exchangeValue.ts";
import { isDehydrated } from "../../resources/lifecycle/hydration.ts";
import { impersonationRole, roleExists } from "../../resources/lifecycle/managementRole.ts";
import { readSplit } from "../../resources/lifecycle/splitPermissions.ts";
import { messageOf } from "../../resources/lifecycle/userError.ts";
import { askedByApplication, askedByImpersonation, examineWayIn } from "../../resources/proof/wayInEvidence.ts";
import { missingCmdlets } from "../../resources/tenant/rights.ts";
import { cmdletRights, isGiven, rights, type Right } from "../../resources/tenant/rightsTable.ts";
import type { ReadSetting } from "../../identity/connection.ts";
import { needsOfSettings } from "../../stacks/needs.ts";
import type { Settings } from "../../stacks/settings.ts";
import type { Check, State } from "./check.ts";

/** Days before a credential's end from which that is a warning. */
const warningDays = 30;
/** Seconds by which a clock may differ: Entra takes assertions of a few minutes' difference. */
const smallSkew = 60;
const largeSkew = 300;
/** Template id of the Entra role that has everything. */
const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";

/** What is asked about, and by whose rules. */
export interface Asked {
  readonly read: ReadSetting;
  readonly settings: Settings | undefined;
  /** Whether the identity is only to read. */
  readonly isReader: boolean;
}

/** All that the tenant says. What depends on an answer that did not come is left out. */
export async function checkTenant(
  asked: Asked,
  environment: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<readonly Check[]> {
  if (isServer(asked.read)) return checkServer(asked, environment, report);
  const { read } = asked;
  const planned = planConnection(read, environment);
  if ("problems" in planned) {
    return [{ code: "credential", state: "wrong", kind: "", from: "", ends: "", reason: planned.problems.join("; ") }];
  }
  const { tenantId, clientId = "", credential } = planned.plan;
  const { kind } = credential;
  const from = "from" in credential ? (credential.from ?? "") : "";
  const session = await openSession(read, environment, report);
  if ("problems" in session) {
    const reason = session.problems.join("; ");
    return [
      { code: "credential", state: "ok", kind, from, ends: "", reason: "" },
      { code: "signIn", state: "wrong", tenantId, clientId, reason },
    ];
  }
  const context = contextOf(session, report);
  const [end, exchange] = await Promise.all([checkEnd(session, kind, from), checkExchange(context, read)]);
  const signedIn: Check = { code: "signIn", state: "ok", tenantId, clientId, reason: "" };
  const [held, inside] = await Promise.all([
    checkRights(session, context, asked, exchange.state === "ok"),
    exchange.state === "ok" ? checkOrganization(context, asked) : [],
  ]);
  await context.exchange.close();
  return [end, signedIn, ...checkClock(context), exchange, ...held, ...inside];
}

/** An organisation of Exchange Server: no Entra, and so no right that Entra gives. */
async function checkServer(
  asked: Asked,
  environment: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<readonly Check[]> {
  const account = environment[userVariable] ?? "";
  const credential = {
    code: "credential",
    kind: account === "" ? "ticket" : "password",
    from: account && userVariable,
  } as const;
  const place = await openServer(asked.read, environment, report);
  if ("problems" in place) return [{ ...credential, state: "wrong", ends: "", reason: place.problems.join("; ") }];
  const context = contextOf(place, report);
  const found: Check = { ...credential, state: "ok", ends: "", reason: "" };
  const checks = await checkServerSession(context, asked);
  await context.exchange.close();
  return [found, ...checkClock(context), ...checks];
}

/** All that a session with an Exchange Server tells. */
export async function checkServerSession(context: Context, asked: Asked): Promise<readonly Check[]> {
  const exchange = await checkExchange(context, asked.read);
  if (exchange.state !== "ok") return [exchange];
  const [cmdlets, split, inside] = await Promise.all([
    checkCmdlets(context, asked),
    checkSplit(context, asked),
    checkOrganization(context, asked),
  ]);
  return [exchange, ...cmdlets, split, ...inside];
}

/** Whether Exchange may make users and groups; of a reader, and of a stack that makes neither, it is only said. */
async function checkSplit(context: Context, asked: Asked): Promise<Check> {
  const { state: split, reason } = await readSplit(context);
  const makesUser = !asked.isReader && needsOfSettings(asked.settings, asked.isReader, true).writesAccount;
  const state = { none: "ok", activeDirectory: makesUser ? "wrong" : "warning", unknown: "unknown" } as const;
  return { code: "splitPermissions", state: state[split], split, reason };
}

async function checkEnd({ entra }: Session, kind: string, from: string): Promise<Check> {
  const end = await entra.credentialEnd().catch(messageOf);
  const base = { code: "credential", kind, from } as const;
  if (typeof end === "string") return { ...base, state: "unknown", ends: "", reason: end };
  if (end === undefined) return { ...base, state: "ok", ends: "", reason: "" };
  const days = (Date.parse(end.notAfter) - Date.now()) / 86_400_000;
  return { ...base, state: days < warningDays ? "warning" : "ok", ends: end.notAfter, reason: "" };
}

/** By the time that Exchange, or else Graph, told with its last answer. */
function checkClock({ exchange }: Context): Check[] {
  if (exchange.serverTime === undefined) return [];
  const seconds = Math.round((Date.now() - exchange.serverTime) / 1000);
  const size = Math.abs(seconds);
  return [{ code: "clock", state: size > largeSkew ? "wrong" : size > smallSkew ? "warning" : "ok", seconds }];
}

/** One read: whatever the channel needs (a module, a right, a way through the network) shows here. */
async function checkExchange(context: Context, read: ReadSetting): Promise<Check> {
  const channel = channelOf(read);
  try {
    await context.exchange.read("Get-OrganizationConfig", {});
    return { code: "exchange", state: "ok", channel, reason: "" };
  } catch (error) {
    if (!isExchangeError(error)) throw error;
    return { code: "exchange", state: "wrong", channel, reason: messageOf(error) };
  }
}

function channelOf(read: ReadSetting): string {
  const { channel = "rest" } = JSON.parse(read("exchange") ?? "{}") as { readonly channel?: string };
  return channel;
}

/** The cmdlets that an `up` needs; of a reader nothing is asked. */
async function checkCmdlets(context: Context, asked: Asked): Promise<Check[]> {
  if (asked.isReader) return [];
  const needs = needsOfSettings(asked.settings, asked.isReader, isServer(asked.read));
  const lacking = await missingCmdlets(context, needs).catch(() => undefined);
  if (lacking === undefined) {
    const needed = cmdletRights.filter(({ isNeeded }) => isNeeded(needs));
    return needed.map(({ id }): Check => ({ code: "cmdlets", state: "notAsked", id, missing: [], unproved: [] }));
  }
  return lacking.map(({ right: { id }, missing, unproved }): Check => {
    return { code: "cmdlets", state: missing.length === 0 ? "ok" : "wrong", id, missing, unproved };
  });
}

/** Each right that is needed, held or not; a user's token shows no application permissions. */
async function checkRights(session: Session, context: Context, asked: Asked, answers: boolean): Promise<Check[]> {
  const needs = needsOfSettings(asked.settings, asked.isReader, isServer(asked.read));
  const [claims, cmdlets] = await Promise.all([
    session.tokenClaims("exchange").catch(() => undefined),
    checkCmdlets(context, asked),
  ]);
  const permissions = [...session.entra.graphRoles, ...(claims?.roles ?? [])];
  const roles = claims?.directoryRoles ?? session.entra.directoryRoles;
  const named = rights.filter(({ guid }) => roles.includes(guid)).map(({ id }) => id);
  const held = [...permissions, ...named, ...(roles.includes(globalAdministrator) ? ["Global Administrator"] : [])];
  // A role group of Exchange gives the same as the Entra role.
  const mayWrite = cmdlets.length > 0 && cmdlets.every(({ state }) => state === "ok");
  const stateOf = (right: Right): State => {
    if (isGiven(right, held)) return "ok";
    if (right.kind === "entraRole") return (right.access === "read" ? answers : mayWrite) ? "ok" : "wrong";
    return permissions.length === 0 ? "notAsked" : "wrong";
  };
  const needed = rights.filter((right) => right.isNeeded(needs) && !(asked.isReader && right.access === "write"));
  const ofTable = needed.map((right): Check => {
    const { id, access, breaks } = right;
    return { code: "right", state: stateOf(right), id, access, breaks };
  });
  return [...ofTable, ...cmdlets];
}

async function checkOrganization(context: Context, asked: Asked): Promise<Check[]> {
  const { settings } = asked;
  const [organization, roles, wayIn, enforcement] = await Promise.all([
    checkCustomised(context, settings),
    Promise.all(rolesOf(settings).map((name) => checkRole(context, name))),
    settings === undefined ? [] : checkWayIn(context, settings),
    checkEnforcement(context),
  ]);
  return [organization, ...roles, ...wayIn, enforcement];
}

async function checkCustomised(context: Context, settings: Settings | undefined): Promise<Check> {
  try {
    const isCustomised = !(await isDehydrated(context, false));
    const isAllowed = settings?.allowOrganizationCustomization === true;
    const reason = isCustomised
      ? ""
      : isAllowed
        ? "up customises it, which cannot be undone"
        : "nobody may customise it";
    return { code: "organization", state: isCustomised ? "ok" : isAllowed ? "warning" : "wrong", isCustomised, reason };
  } catch (error) {
    return { code: "organization", state: "unknown", isCustomised: false, reason: messageOf(error) };
  }
}

function rolesOf(settings: Settings | undefined): readonly string[] {
  if (settings === undefined) return [];
  return [
    ...(settings.access.includes("impersonation") ? [impersonationRole] : []),
    ...(settings.access.includes("application") ? settings.application.roles : []),
  ];
}

async function checkRole(context: Context, name: string): Promise<Check> {
  try {
    return { code: "role", state: (await roleExists(context, name)) ? "ok" : "wrong", name, reason: "" };
  } catch (error) {
    return { code: "role", state: "unknown", name, reason: messageOf(error) };
  }
}

/** As the proof asks it, by addresses, because nobody has looked the mailboxes up here. */
async function checkWayIn(context: Context, settings: Settings): Promise<Check[]> {
  const { access, mailboxes, application, callCentreClientId = "" } = settings;
  const members = mailboxes.map((address) => ({ address, id: "" }));
  const { clientId: appId = "" } = application;
  const asked = [
    ...(access.includes("impersonation") ? [askedByImpersonation({ members, user: "", callCentreClientId })] : []),
    ...(access.includes("application")
      ? [askedByApplication({ members, roles: application.roles.join("\n"), appId })]
      : []),
  ];
  const verdicts = await Promise.all(asked.map((each) => examineWayIn(context, each)));
  const states = { open: "ok", shut: "wrong", unknown: "warning", "not asked": "notAsked" } as const;
  return verdicts.map(({ state: way, reasons }): Check => ({ code: "wayIn", state: states[way], way, reasons }));
}

async function checkEnforcement({ exchange }: Context): Promise<Check> {
  const [organization = {}] = await exchange.read("Get-OrganizationConfig", {}).catch(() => []);
  const value = text(organization, "EnforceExoAppRbacPermissions");
  return { code: "enforcement", state: value === "" ? "notAsked" : "ok", value };
}
