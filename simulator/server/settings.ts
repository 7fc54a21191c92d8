/** Switches and delays: their defaults, and reading them from command lines and control requests. */
import type { Organization } from "../tenant/model.ts";
import type { Delays, Switches } from "../tenant/switches.ts";

export const DEFAULT_SWITCHES: Readonly<Required<Switches>> = {
  impersonationRole: "available",
  scopeInUse: "refused",
  filterAfterRename: "stale",
  appOnlyGroupOwner: "empty",
  roleGroupMemberNeedsMailbox: false,
  newUsersGetMailbox: false,
  emptyEwsAppList: "everybody",
  casMailboxFilter: "accepted",
  scopeByGuid: true,
  filterByObjectId: "accepted",
  previewFilter: "opath",
  effectiveUsers: "all",
  appOnlyRoleGroupManager: "asGroups",
  powershellBasic: false,
  ewsBasic: false,
  splitPermissions: "none",
  language: "en",
  customizationAnswer: "success",
};

/** Tens of ms: long enough to be noticed by what does not wait, short enough for a test. */
export const QUICK_DELAYS: Readonly<Required<Delays>> = {
  entraToExchange: 40,
  exchangeToEntra: 20,
  exchangeVisibility: 20,
  authorizationCache: 50,
  domainControllers: 20,
  hydration: 80,
  delegationAfterHydration: 80,
  // No client but a patient one gets through it, the stand-in for azuread included: only on request.
  insideEntra: 0,
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What was documented or seen in real tenants (facts/exchange.md §2.8, §3.6, §6). */
export const REALISTIC_DELAYS: Readonly<Required<Delays>> = {
  entraToExchange: 92 * SECOND,
  exchangeToEntra: 5 * SECOND,
  exchangeVisibility: 20 * SECOND,
  authorizationCache: 30 * MINUTE,
  domainControllers: 15 * SECOND,
  hydration: 45 * MINUTE,
  delegationAfterHydration: 50 * MINUTE,
  insideEntra: 0,
};

const POSITIONS: Readonly<Record<keyof Switches, readonly unknown[]>> = {
  impersonationRole: ["available", "missing", "refused"],
  scopeInUse: ["refused", "cleared"],
  filterAfterRename: ["stale", "rewritten"],
  appOnlyGroupOwner: ["empty", "organizationManagement"],
  roleGroupMemberNeedsMailbox: [true, false],
  newUsersGetMailbox: [true, false],
  emptyEwsAppList: ["everybody", "nobody"],
  casMailboxFilter: ["accepted", "refused"],
  scopeByGuid: [true, false],
  filterByObjectId: ["accepted", "refused"],
  previewFilter: ["opath", "ldap"],
  effectiveUsers: ["all", "direct", "none"],
  appOnlyRoleGroupManager: ["asGroups", "creator"],
  powershellBasic: [true, false],
  ewsBasic: [true, false],
  splitPermissions: ["none", "activeDirectory"],
  language: ["en", "de", "nl"],
  customizationAnswer: ["success", "error"],
};

/** The organisation's settings: what each may be, and its value in the model; `undefined` for anything else. */
const ORGANIZATION: Readonly<Record<string, { form: string; read: (value: unknown) => unknown }>> = {
  isDehydrated: { form: "true or false", read: (value) => (typeof value === "boolean" ? value : undefined) },
  ewsEnabled: {
    form: "true, false or null",
    read: (value) => (typeof value === "boolean" ? value : isNull(value) ? null : undefined),
  },
  ewsAllowedAppIds: {
    form: "client ids with commas, or null",
    read: (value) => (isNull(value) ? null : listOf(value)),
  },
  ewsApplicationAccessPolicy: {
    form: "EnforceAllowList, EnforceBlockList or null",
    read: (value) =>
      isNull(value) ? null : value === "EnforceAllowList" || value === "EnforceBlockList" ? value : undefined,
  },
  ewsAllowList: { form: "user agents with commas", read: listOf },
  ewsBlockList: { form: "user agents with commas", read: listOf },
};

function isNull(value: unknown): boolean {
  return value === null || value === "null";
}

function listOf(value: unknown): string[] | undefined {
  if (typeof value !== "string") return undefined;
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** What `--set` and the control channel may change, by the names of the model. */
export interface Settings {
  readonly switches: Partial<Switches>;
  readonly delays: Partial<Delays>;
  readonly organization: Partial<Organization>;
}

/**
 * Sorts names and values into switches, delays (ms) and settings of the organisation; throws with one line for each that is unknown
 * or has no such position.
 */
export function readSettings(values: Readonly<Record<string, unknown>>): Settings {
  const settings = { switches: {}, delays: {}, organization: {} };
  const problems: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const problem = readSetting(settings, name, value);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return settings;
}

function readSetting(
  settings: {
    switches: Record<string, unknown>;
    delays: Record<string, unknown>;
    organization: Record<string, unknown>;
  },
  name: string,
  value: unknown,
): string | undefined {
  const positions = (POSITIONS as Readonly<Record<string, readonly unknown[]>>)[name];
  if (positions !== undefined) {
    if (!positions.includes(value)) return `${name} is one of ${positions.join(", ")}`;
    settings.switches[name] = value;
  } else if (name in QUICK_DELAYS) {
    if (typeof value !== "number" || !(value >= 0)) return `${name} is a number of milliseconds`;
    settings.delays[name] = value;
  } else if (ORGANIZATION[name] !== undefined) {
    const { form, read } = ORGANIZATION[name];
    const setting = read(value);
    if (setting === undefined) return `${name} is ${form}`;
    settings.organization[name] = setting;
  } else {
    const known = [POSITIONS, QUICK_DELAYS, ORGANIZATION].flatMap((each) => Object.keys(each));
    return `${name} is unknown; known are ${known.join(", ")}`;
  }
  return undefined;
}

/** Reads `name=value` from a command line. */
export function parseSetting(text: string): [name: string, value: unknown] {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Error(`--set ${text}: write name=value`);
  if (value === "true" || value === "false") return [name, value === "true"];
  return [name, value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value];
}
