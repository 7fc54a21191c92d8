/**
 * What others do with a scope or a security group of the stack's: role assignments on it, other scopes that name the
 * group, application access policies. Each mailbox that joins the list opens to them, too (design.md §7.12). Three
 * cmdlets, whatever there is: Get-ManagementRoleAssignment has no filter for the scope column of an app's assignment
 * (facts/exchange.md §2.3), so all rows are read and the columns are compared here.
 */
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { assigneeOf, customScopeOf, isRegular } from "../lifecycle/assignmentRow.ts";
import { flag, guid, nameOf, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { getAll } from "../lifecycle/lookup.ts";
import type { ForeignUseSubjects, Through, WideRoleSubject } from "./subjects.ts";

/** Everything in an organisation that can name a scope or a group. */
export interface Users {
  readonly assignments: readonly ExchangeObject[];
  readonly scopes: readonly ExchangeObject[];
  /** `undefined` where they may not be read. */
  readonly policies: readonly ExchangeObject[] | undefined;
}

/** A use by something that is none of the stack's; `id` is the GUID of the assignment, or the policy's identity. */
export interface ForeignUse extends ForeignUseSubjects {
  /** Whether anything is open by it now. */
  readonly isOpen: boolean;
}

/** A scope and a group, by what the columns hold: names, and the group's DN in filters. */
export interface Used {
  /** Name of the management scope; empty without one. */
  readonly scope: string;
  readonly group: ExchangeObject | undefined;
}

/** Reads all of it; equal questions of a run share their answers. */
export async function readUsers(context: Context): Promise<Users> {
  const [assignments, scopes, policies] = await Promise.all([
    getAll(context.exchange, "Get-ManagementRoleAssignment", {}, { all: true }),
    getAll(context.exchange, "Get-ManagementScope", {}, { all: true }),
    readPolicies(context),
  ]);
  return { assignments, scopes, policies };
}

/**
 * All application access policies; `undefined` where they may not be read, or the cmdlet is not there. Exchange Server has
 * none: they are about Entra's apps.
 */
export async function readPolicies({ exchange, entra }: Context): Promise<readonly ExchangeObject[] | undefined> {
  if (entra === undefined) return [];
  try {
    return await exchange.read("Get-ApplicationAccessPolicy", {}, { all: true });
  } catch (error) {
    if (isExchangeError(error, "forbidden", "unauthorized", "notFound")) return undefined;
    throw error;
  }
}

/**
 * The uses that are not the stack's own; pure.
 * @param isOwn tells an assignment of the stack's
 * @param ownApp client id of the stack's app, whose policies are its own; empty without one
 */
export function foreignUses(
  used: Used,
  users: Users,
  isOwn: (assignment: ExchangeObject) => boolean,
  ownApp: string,
): ForeignUse[] {
  const { scope, group } = used;
  const naming = new Set(scopesNaming(users.scopes, group).filter((name) => name !== scope));
  const others = users.assignments.filter((assignment) => !isOwn(assignment));
  const byAssignment = others.flatMap((assignment): ForeignUse[] => {
    const through = useOf(assignment, used, naming);
    if (through === undefined) return [];
    const what = `${nameOf(text(assignment, "Role"))} of ${assigneeOf(assignment)}`;
    const isOpen = flag(assignment, "Enabled");
    return [{ kind: "assignment", id: guid(assignment), name: text(assignment, "Name"), what, through, isOpen }];
  });
  const byPolicy = (users.policies ?? []).flatMap((policy): ForeignUse[] => {
    const appId = guid(policy, "AppId");
    if (group === undefined || appId === ownApp || !isPolicyOn(policy, group)) return [];
    // One that denies keeps its app out of the listed mailboxes: nothing is open by it.
    const isOpen = text(policy, "AccessRight") !== "DenyAccess";
    return [
      { kind: "policy", id: text(policy, "Identity"), name: appId, what: "", through: throughGroup(group), isOpen },
    ];
  });
  return [...byAssignment, ...byPolicy];
}

/**
 * What others hold for the whole organisation by a role that opens mailboxes: they reach the listed ones, too, though by
 * nothing of the stack's. Of a role that somebody derived from one of these nobody knows here (audit does).
 */
export function wideRoles({ assignments }: Users, isOwn: (assignment: ExchangeObject) => boolean): WideRoleSubject[] {
  return assignments
    .filter((each) => !isOwn(each) && flag(each, "Enabled") && isRegular(each))
    .filter((each) => text(each, "RecipientWriteScope") === "Organization")
    .map((each) => ({
      assignment: { name: text(each, "Name"), id: guid(each) },
      role: nameOf(text(each, "Role")),
      holder: assigneeOf(each),
    }))
    .filter(({ role }) => /^Application(Impersonation$| )/.test(role));
}

/** Names of the scopes whose filter names a group, among others or alone. */
export function scopesNaming(scopes: readonly ExchangeObject[], group: ExchangeObject | undefined): string[] {
  const sought = (group === undefined ? "" : text(group, "DistinguishedName")).toLowerCase().replaceAll("'", "''");
  return scopes
    .filter((scope) => sought !== "" && text(scope, "RecipientFilter").toLowerCase().includes(sought))
    .map((scope) => text(scope, "Name"));
}

/** Whether an application access policy is about a group. */
export function isPolicyOn(policy: ExchangeObject, group: ExchangeObject): boolean {
  const named = [nameOf(text(policy, "ScopeIdentity")), text(policy, "ScopeName")].filter((name) => name !== "");
  return named.some((name) => name === text(group, "Name") || name === text(group, "DisplayName"));
}

/** What of the stack's an assignment uses; `undefined` where nothing. */
function useOf(assignment: ExchangeObject, { scope, group }: Used, naming: ReadonlySet<string>): Through | undefined {
  const custom = customScopeOf(assignment);
  if (custom === "") return undefined;
  // The group's scope stands in the column of resource scopes, by the group's name (facts/exchange.md §2.3).
  if (text(assignment, "RecipientWriteScope") === "Group") {
    const names = group === undefined ? [] : [text(group, "Name"), text(group, "DisplayName")];
    return group !== undefined && names.includes(custom) ? throughGroup(group) : undefined;
  }
  if (custom === scope) return { kind: "scope", scope };
  return naming.has(custom) && group !== undefined
    ? { kind: "otherScope", scope: custom, group: nameOfGroup(group) }
    : undefined;
}

function throughGroup(group: ExchangeObject): Through {
  return { kind: "group", group: nameOfGroup(group) };
}

function nameOfGroup(group: ExchangeObject): string {
  return text(group, "DisplayName") || text(group, "Name");
}
