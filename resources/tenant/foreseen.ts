/**
 * What a first proof would find wrong that is there already, before anything is made: wider rights of a service user or
 * app that exists, and exclusive scopes that take listed mailboxes out of impersonation. Said in the first preview,
 * because an `up` would write everything and then fail. Where the stack holds the access already, the proof says it.
 */
import { readGrants, type Consent, type Grants } from "../../directory/consents.ts";
import { isDirectoryError } from "../../directory/errors.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { isOfApp, isRegular } from "../lifecycle/assignmentRow.ts";
import { judgeEscalation, wideConsentsOf } from "../proof/consentVerdict.ts";
import { readExclusiveScopes, holdingsOf } from "../proof/impersonationProof.ts";
import { flag, nameOf, text } from "../lifecycle/exchangeValue.ts";
import { readPolicies } from "../proof/foreignUses.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { getAll } from "../lifecycle/lookup.ts";
import { linesOf, parseMembers } from "../recipients/memberList.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";
import { judgeExclusive, reachesFurther } from "../proof/impersonationVerdict.ts";
import { describeHolding } from "../proof/words/accessEnglish.ts";
import { say } from "../proof/words/english.ts";

/** Asks only for an access mode that the stack does not hold yet. */
export async function foresee(context: Context, desired: TenantInputs): Promise<Problem[]> {
  const { known } = desired;
  const [ofUser, ofScopes, ofApp] = await Promise.all([
    uses(desired, "impersonation") && known.assignment === "" ? foreseeUser(context, desired) : [],
    uses(desired, "impersonation") && known.assignment === "" ? foreseeScopes(context, desired) : [],
    uses(desired, "application") && known.applicationAssignments === "" ? foreseeApp(context, desired) : [],
  ]);
  return [...ofUser, ...ofScopes, ...ofApp];
}

/** Rights of a user that exists, but for those that come by the role group: that one is judged as a name is. */
async function foreseeUser(context: Context, desired: TenantInputs): Promise<Problem[]> {
  const [user] = parseMembers(desired.user);
  if (user === undefined || user.id === "" || desired.reach === "organization") return [];
  const [holdings, places] = await Promise.all([
    holdingsOf(context, user.address),
    namedRoleGroups(context, desired.roleGroup),
  ]);
  return holdings
    .filter((held) => !(held.assigneeType === "RoleGroup" && places.has(held.assignee)))
    .filter(reachesFurther)
    .map(
      (held) =>
        `serviceUser: ${user.address} already has ${describeHolding(held)}, which reaches further than the listed mailboxes: the proof would fail. Take it off, or use another user. Nothing was changed.`,
    );
}

/** Names of the role groups in the place of the stack's own, as its lifecycle finds them: the same question. */
async function namedRoleGroups({ exchange }: Context, name: string): Promise<ReadonlySet<string>> {
  const groups = await getAll(exchange, "Get-RoleGroup", { ResultSize: "Unlimited" }, { all: true });
  const isThere = (group: ExchangeObject): boolean =>
    [text(group, "Name"), text(group, "DisplayName")].some((each) => each.toLowerCase() === name.toLowerCase());
  return new Set(groups.filter(isThere).map((group) => text(group, "Name")));
}

async function foreseeScopes(context: Context, { members, reach }: TenantInputs): Promise<Problem[]> {
  if (reach === "organization") return [];
  const exclusive = await readExclusiveScopes(context);
  return judgeExclusive(exclusive, parseMembers(members)).map(
    (finding) => `mailboxes: ${say(finding)}. Nothing was changed.`,
  );
}

async function foreseeApp(context: Context, desired: TenantInputs): Promise<Problem[]> {
  if (desired.app === "") return [];
  const grants = grantsOf(context, desired.app);
  const [escalation, wider] = await Promise.all([
    grants.then(judgeEscalation),
    desired.reach === "organization" ? [] : foreseeWider(context, desired, grants),
  ]);
  // Whatever is asked for: nothing of it is calendars.
  const refused = escalation.map(
    (finding) => `application: ${say(finding)}: the proof would fail. Nothing was changed.`,
  );
  return [...refused, ...wider];
}

async function foreseeWider(context: Context, desired: TenantInputs, grants: Promise<Grants>): Promise<Problem[]> {
  const [{ consents }, policies, held] = await Promise.all([
    grants,
    readPolicies(context),
    getAll(context.exchange, "Get-ManagementRoleAssignment", { RoleAssignee: desired.app }),
  ]);
  const own = (policies ?? []).filter(
    (policy) => text(policy, "AppId").toLowerCase() === desired.clientId.toLowerCase(),
  );
  const wide = wideConsentsOf({
    consents,
    policies: own.map((policy) => ({
      restricts: text(policy, "AccessRight") === "RestrictAccess",
      isOurGroup: nameOf(text(policy, "ScopeIdentity")) === desired.securityGroup,
      group: text(policy, "ScopeName"),
    })),
  });
  const roles = new Set(linesOf(desired.roles));
  // One of the stack's own roles is taken over or refused where its place is looked at.
  const others = held.filter((row) => isOfApp(row, desired.app) && isRegular(row) && flag(row, "Enabled"));
  return [
    ...foreseeConsents(context, desired, wide),
    ...others
      .map((row) => ({ role: nameOf(text(row, "Role")), name: text(row, "Name") }))
      .filter(({ role }) => !roles.has(role))
      .map(
        ({ role, name }) =>
          `application: the app already has ${role} by the role assignment "${name}", which is wider than what is asked for: the proof would fail. Take it off, or add the role to application.roles. Nothing was changed.`,
      ),
  ];
}

function foreseeConsents(context: Context, desired: TenantInputs, wide: readonly Consent[]): Problem[] {
  const names = wide.map(({ permission, resource }) => `${permission} on ${resource || "an unknown resource"}`);
  if (names.length === 0) return [];
  const what = `the app already has the tenant-wide consent ${names.join(", ")}, which opens every mailbox's calendar`;
  if (desired.revokeTenantWideConsent) {
    context.report(`application: ${what}; a later up takes it away, once the scoped access is effective.`);
    return [];
  }
  return [
    `application: ${what}: the proof would fail. Remove it in Entra (Enterprise applications, Permissions), or set revokeTenantWideConsent. Nothing was changed.`,
  ];
}

/** Where the app is gone again, or may not be read, the proof says what there is to say. */
async function grantsOf(context: Context, app: string): Promise<Grants> {
  try {
    return await readGrants(entraOf(context).graph, app);
  } catch (error) {
    if (isDirectoryError(error, "notFound", "forbidden", "unauthorized")) return { consents: [], directoryRoles: [] };
    throw error;
  }
}
