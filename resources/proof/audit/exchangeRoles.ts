/** Who reaches the mailboxes by a role of Exchange, and who can give access by one. */
import type { ExchangeObject } from "../../../exchange/session.ts";
import { assigneeOf, customScopeOf, isRegular } from "../../lifecycle/assignmentRow.ts";
import type { Context } from "../../lifecycle/contract.ts";
import { flag, guid, nameOf, text } from "../../lifecycle/exchangeValue.ts";
import { getAll } from "../../lifecycle/lookup.ts";
import type { Member } from "../../recipients/memberList.ts";
import type { Asking } from "./asking.ts";
import { coverageAmong, type FindCoverage } from "./coverage.ts";
import { findHolders, holderOf } from "./holders.ts";
import { whoseIs, type Own } from "./own.ts";
import type { AuditFact, Coverage, Holder, Whose } from "./subjects.ts";

/** What the questions share. */
interface Audit {
  readonly context: Context;
  readonly asking: Asking;
  readonly own: Own;
  readonly coverageOf: FindCoverage;
  /** Enabled assignments of anybody. */
  readonly assignments: readonly ExchangeObject[];
  /** Types of the roles by their names: a role that somebody made has the type of its parent. */
  readonly types: ReadonlyMap<string, string>;
}

/** Everything that roles of Exchange come to. */
export async function askRoles(
  context: Context,
  asking: Asking,
  own: Own,
  mailboxes: readonly Member[],
): Promise<AuditFact[]> {
  const all = (cmdlet: string) => () => getAll(context.exchange, cmdlet, {}, { all: true });
  const [assignments, scopes, roles, pointers] = await Promise.all([
    asking.ask("exchangeRoles", all("Get-ManagementRoleAssignment")),
    asking.ask("exchangeRoles", all("Get-ManagementScope")),
    asking.ask("exchangeRoles", all("Get-ManagementRole")),
    // Exchange Server knows no apps.
    context.entra && asking.ask("exchangeRoles", all("Get-ServicePrincipal")),
  ]);
  const audit: Audit = {
    context,
    asking,
    own,
    coverageOf: coverageAmong(context, asking, mailboxes, scopes),
    assignments: (assignments ?? []).filter((each) => flag(each, "Enabled")),
    types: new Map((roles ?? []).map((role) => [text(role, "Name"), text(role, "RoleType")])),
  };
  const found = await Promise.all([
    askApplications(audit, pointers ?? []),
    askImpersonation(audit),
    askGranting(audit),
  ]);
  return found.flat();
}

const roleOf = (assignment: ExchangeObject): string => nameOf(text(assignment, "Role"));
const isOfApplications = (role: string): boolean => role.startsWith("Application ");
/** By type where it is known, else by name. */
const typeOf = ({ types }: Audit, role: string): string => types.get(role) ?? role.replaceAll(/[^A-Za-z]/g, "");
const isImpersonation = (audit: Audit, role: string): boolean =>
  /^ApplicationImpersonation$/i.test(typeOf(audit, role));

function subjectsOf(assignment: ExchangeObject, coverage: Coverage) {
  return {
    assignment: { name: text(assignment, "Name"), id: guid(assignment) },
    role: roleOf(assignment),
    scope: customScopeOf(assignment),
    ...coverage,
  };
}

/** RBAC for Applications. */
async function askApplications(audit: Audit, pointers: readonly ExchangeObject[]): Promise<AuditFact[]> {
  const { own, assignments, coverageOf } = audit;
  const names = new Map(pointers.map((each) => [guid(each, "ObjectId"), text(each, "DisplayName")]));
  const given = assignments.filter((each) => isRegular(each) && isOfApplications(roleOf(each)));
  const found = await Promise.all(
    given.map(async (assignment): Promise<AuditFact[]> => {
      const coverage = await coverageOf(assignment, "exchangeRoles");
      if (coverage === undefined) return [];
      const id = assigneeOf(assignment).toLowerCase();
      const whose = own.assignments.has(guid(assignment)) ? "stack" : whoseIs(own, id);
      const holder: Holder = { kind: "app", name: names.get(id) ?? id, id, whose };
      return [{ code: "applicationRole", holder, ...subjectsOf(assignment, coverage) }];
    }),
  );
  return found.flat();
}

/** A group that Exchange does not look into stands for its members. */
const isExpanded = (row: ExchangeObject): boolean => !/^All /.test(text(row, "EffectiveUserName"));

async function askImpersonation(audit: Audit): Promise<AuditFact[]> {
  const { context, asking, own, assignments, coverageOf } = audit;
  const roles = new Set(assignments.map(roleOf).filter((role) => isImpersonation(audit, role)));
  const rows = await Promise.all(
    [...roles].map((Role) =>
      asking.ask("impersonation", () =>
        getAll(context.exchange, "Get-ManagementRoleAssignment", { Role, GetEffectiveUsers: true }),
      ),
    ),
  );
  const open = rows.flatMap((each) => (each ?? []).filter((row) => flag(row, "Enabled") && isRegular(row)));
  const userOf = (row: ExchangeObject): string => (isExpanded(row) ? text(row, "EffectiveUserName") : assigneeOf(row));
  const holder = await findHolders(context, asking, own, open.map(userOf));
  const found = await Promise.all(
    open.map(async (row): Promise<AuditFact[]> => {
      const coverage = await coverageOf(row, "impersonation");
      if (coverage === undefined) return [];
      const known = holder(userOf(row));
      // Of a group nobody knows here that it is the stack's user alone.
      const isOwn = own.assignments.has(guid(row)) && known.id === own.user && own.user !== "";
      const who: Holder = {
        ...known,
        kind: isExpanded(row) ? known.kind : "group",
        whose: isOwn ? "stack" : known.whose,
      };
      return [{ code: "impersonation", holder: who, ...subjectsOf(row, coverage) }];
    }),
  );
  const assigned = new Set(rows.flatMap((each) => (each ?? []).map((row) => guid(row))));
  const isKnown = rows.every((each) => each !== undefined);
  const vacant = assignments.filter(
    (each) => isImpersonation(audit, roleOf(each)) && isRegular(each) && !assigned.has(guid(each)),
  );
  return [...found.flat(), ...(isKnown ? await Promise.all(vacant.map((each) => tellVacant(audit, each))) : []).flat()];
}

/** A role group that nobody is in. */
async function tellVacant({ context, own, coverageOf }: Audit, assignment: ExchangeObject): Promise<AuditFact[]> {
  const coverage = await coverageOf(assignment, "impersonation");
  if (coverage === undefined || text(assignment, "RoleAssigneeType") !== "RoleGroup") return [];
  const name = assigneeOf(assignment);
  const whose = own.assignments.has(guid(assignment)) ? "stack" : whoseGroup(context, name);
  const holder: Holder = { kind: "group", name, whose };
  return [{ code: "impersonation", holder, ...subjectsOf(assignment, coverage), isVacant: true }];
}

/** Role groups that every Exchange Server comes with (OfficeDocs-Exchange, the pages of the built-in role groups). */
const builtIn = new Set([
  ...["Compliance Management", "Delegated Setup", "Discovery Management", "Help Desk", "Hygiene Management"],
  ...["Organization Management", "Public Folder Management", "Recipient Management", "Records Management"],
  ...["Server Management", "UM Management", "View-Only Organization Management"],
]);

/** Whose a role group is, as far as its name tells. */
function whoseGroup({ entra }: Context, name: string): Whose {
  return entra === undefined && builtIn.has(name) ? "exchange" : "other";
}

/** Types of roles whose holders can let themselves in: by roles, or by permissions on mailboxes. */
const grantingTypes = new Set(["rolemanagement", "mailrecipients", "activedirectorypermissions"]);

function isGranting(audit: Audit, assignment: ExchangeObject): boolean {
  const role = roleOf(assignment);
  if (isRegular(assignment)) return grantingTypes.has(typeOf(audit, role).toLowerCase());
  return isOfApplications(role) || isImpersonation(audit, role);
}

const namesOf = (assignments: readonly ExchangeObject[]): string[] => [...new Set(assignments.map(roleOf))].toSorted();

/** One fact for each who holds such roles; a role group with its members. */
async function askGranting(audit: Audit): Promise<AuditFact[]> {
  const { context, asking, own, assignments } = audit;
  const granting = Map.groupBy(
    assignments.filter((each) => isGranting(audit, each)),
    (each) => `${text(each, "RoleAssigneeType")} ${assigneeOf(each)}`,
  );
  const single = [...granting.values()].flatMap(([first]) => {
    const isGroup = first === undefined || text(first, "RoleAssigneeType") === "RoleGroup";
    return isGroup ? [] : [assigneeOf(first)];
  });
  const holder = await findHolders(context, asking, own, single);
  const found = await Promise.all(
    [...granting.values()].map(async (held): Promise<AuditFact[]> => {
      const [first] = held;
      if (first === undefined) return [];
      const name = assigneeOf(first);
      const [regular, delegating] = [held.filter(isRegular), held.filter((each) => !isRegular(each))];
      const given = { roles: namesOf(regular), delegates: namesOf(delegating) };
      if (text(first, "RoleAssigneeType") !== "RoleGroup") {
        return [{ code: "grantingRoles", holder: holder(name), ...given, members: [] }];
      }
      const rows = await asking.ask("roleGroups", () =>
        context.exchange.read("Get-RoleGroupMember", { Identity: name }),
      );
      const members = rows?.map((row) => memberOf(own, row)) ?? null;
      // One without members gives nobody anything.
      if (members?.length === 0) return [];
      return [
        { code: "grantingRoles", holder: { kind: "group", name, whose: whoseGroup(context, name) }, ...given, members },
      ];
    }),
  );
  return found.flat();
}

/** A member of a role group, which may be an app. */
function memberOf(own: Own, row: ExchangeObject): Holder {
  const name = text(row, "DisplayName") || text(row, "Name");
  if (!/ServicePrincipal/i.test(text(row, "RecipientType") + text(row, "RecipientTypeDetails"))) {
    return holderOf(own, name, row);
  }
  const id = guid(row, "ExternalDirectoryObjectId") || text(row, "Name").toLowerCase();
  return { kind: "app", name, ...(id === "" ? {} : { id }), whose: whoseIs(own, id) };
}
