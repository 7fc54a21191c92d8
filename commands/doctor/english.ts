// Makes English of what the doctor finds: what was looked at, what it came to, and what to do.
import { sayReason } from "../../resources/proof/words/english.ts";
import type { Check, State, Subjects } from "./check.ts";

/** One line: `what` in the first column, `text` behind the state. */
export interface Line {
  readonly what: string;
  readonly text: string;
}

/** The compiler refuses a table that lacks a code. */
type Words = { readonly [Code in keyof Subjects]: (subjects: Subjects[Code], state: State) => Line };

const guide = "docs/permissions.md";

const words: Words = {
  node: ({ version, wanted }) => ({
    what: "Node",
    text: version === wanted ? version : `${version}; the project is tested with ${wanted}`,
  }),
  engine: ({ version, wanted }) => ({
    what: "Pulumi engine",
    text: version === "" ? `none of version ${wanted} or newer; npm run setup provides it` : version,
  }),
  plugin: ({ wanted }, state) => ({
    what: "azuread plugin",
    text:
      state === "ok"
        ? wanted
        : `${wanted} is not installed; a real tenant needs it: npm run setup -- --retry, or npm run pulumi -- plugin install resource azuread ${wanted} --file <its archive>. Demo and tests have a stand-in`,
  }),
  backend: ({ url, reason }) => ({
    what: "backend",
    text:
      reason === ""
        ? url || "the engine's own choice"
        : `${url || "none chosen"}: ${reason}. PULUMI_BACKEND_URL says where the state lies`,
  }),
  stack: ({ name, reason }) => ({ what: "stack", text: reason === "" ? name : `${name}: ${reason}` }),
  lock: ({ owner, since, reason }) => ({
    what: "lock",
    text:
      owner === ""
        ? reason || "free"
        : `held by ${owner}${since === "" ? "" : ` since ${since}`}: ${reason}. npm run recover says whether it can be released`,
  }),
  secrets: ({ provider, reason }) => ({
    what: "secrets",
    text: reason === "" ? `${provider}: opens them` : `${provider}: ${reason}`,
  }),
  settings: ({ problems }) => ({ what: "settings", text: problems.length === 0 ? "can be read" : problems.join(" ") }),
  credential: ({ kind, from, ends, reason }) => {
    const until = ends === "" ? "" : `, until ${ends.slice(0, 10)}`;
    const source = from === "" ? "" : ` from ${from}`;
    const found = kind === "" ? "" : `${credentials[kind] ?? kind}${source}${until}`;
    return { what: "credential", text: [found, reason].filter((part) => part !== "").join("; ") };
  },
  signIn: ({ tenantId, clientId, reason }) => ({
    what: "sign-in",
    text: reason === "" ? `as ${clientId || "a user"} in tenant ${tenantId}` : reason,
  }),
  clock: ({ seconds }, state) => ({
    what: "clock",
    text:
      state === "ok"
        ? `${Math.abs(seconds)} s from Microsoft's`
        : `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} Microsoft's; more than some minutes, and no sign-in by certificate is taken: set it by NTP`,
  }),
  exchange: ({ channel, reason }) => ({
    what: "Exchange",
    text: reason === "" ? `answers (channel ${channel})` : `channel ${channel}: ${reason}`,
  }),
  right: ({ id, access, breaks }, state) => ({
    what: `right to ${access}`,
    text:
      state === "ok"
        ? id
        : state === "notAsked"
          ? `${id}: a user's sign-in does not show it`
          : `${id} is missing: ${breaks}. ${guide} says why, npm run onboard gives it`,
  }),
  cmdlets: ({ id, missing, unproved }, state) => ({
    what: `cmdlets: ${id}`,
    text:
      state === "notAsked"
        ? "Exchange does not tell which are allowed"
        : missing.length === 0
          ? ["allowed", ...unproved.map((each) => `not proved: ${each}`)].join("; ")
          : `not allowed: ${missing.join(", ")}. Exchange Administrator, or a role group of Exchange (${guide}), gives them`,
  }),
  splitPermissions: ({ split, reason }) => ({
    what: "split permissions",
    text: {
      none: "none of Active Directory: Exchange may make users and groups",
      activeDirectory:
        "Active Directory's: Exchange may make, change and remove no users and groups. Have its administrators make both (serviceUser.existing, adopt: [securityGroup])",
      unknown: `not proved whether Exchange may make users and groups: ${reason}`,
    }[split],
  }),
  organization: ({ isCustomised, reason }, state) => ({
    what: "organisation",
    text: isCustomised
      ? "customised: it takes roles and scopes"
      : state === "unknown"
        ? reason
        : `was never customised, and takes no role nor scope: ${reason}. Setting allowOrganizationCustomization, or Enable-OrganizationCustomization once`,
  }),
  role: ({ name, reason }, state) => ({
    what: "role",
    text:
      state === "ok"
        ? name
        : state === "unknown"
          ? `${name}: ${reason}`
          : `${name} does not exist in this organisation${/^ApplicationImp/.test(name) ? ": Exchange Online has lost it. Set access to [application]" : ""}`,
  }),
  wayIn: ({ way, reasons }) => ({
    what: "way in",
    text:
      way === "not asked" ? "by Graph, which EwsEnabled does not shut" : [way, ...reasons.map(sayReason)].join(": "),
  }),
  enforcement: ({ value }) => ({
    what: "EnforceExoAppRbac…",
    text:
      value === ""
        ? "Exchange does not show it"
        : `${value}; what True would do to consents in Entra is documented nowhere`,
  }),
};

const credentials: Readonly<Record<string, string>> = {
  certificate: "a certificate",
  certificateContent: "a certificate",
  secret: "a client secret",
  oidc: "a federated token",
  cli: "the Azure CLI's sign-in",
  password: "an account with its password",
  ticket: "the machine's own ticket",
};

/** A check in words. */
export function describeCheck(check: Check): Line {
  const word = words[check.code] as (subjects: Check, state: State) => Line;
  return word(check, check.state);
}
