/** What Entra itself grants an enterprise app: consented application permissions, its own and inherited ones. */
import { isDirectoryError } from "./errors.ts";
import { escalationOfPermission, escalationOfRole, isHarmlessPermission, type EscalationWay } from "./escalation.ts";
import type { GraphObject, GraphSession } from "./graph.ts";

/** One app role assignment (facts/calendar-access.md §5). */
export interface Consent {
  readonly id: string;
  /** E.g. `Calendars.ReadWrite`; the role's id where the resource does not name it. */
  readonly permission: string;
  /** Display name of the resource, e.g. `Microsoft Graph`. */
  readonly resource: string;
  /** Client id of the resource. */
  readonly resourceAppId: string;
  /** Display name of the group that has it; empty for the app's own. */
  readonly inheritedFrom: string;
  /** Graph path of the assignment: what a DELETE takes away. */
  readonly path: string;
}

/** What Entra grants an enterprise app. */
export interface Grants {
  readonly consents: Consent[];
  /** Of the whole tenant; those of an administrative unit are not told here. */
  readonly directoryRoles: HeldDirectoryRole[];
}

/** All that an enterprise app is granted, by object id: one answer tells groups and roles. Rejects where any part cannot be read. */
export async function readGrants(graph: GraphSession, servicePrincipalId: string): Promise<Grants> {
  const [own, memberships] = await Promise.all([
    graph.list(`/servicePrincipals/${servicePrincipalId}/appRoleAssignments`),
    graph.list(`/servicePrincipals/${servicePrincipalId}/transitiveMemberOf`),
  ]);
  const consents = await consentsOf(graph, servicePrincipalId, own, groupsAmong(memberships));
  return { consents, directoryRoles: directoryRolesAmong(memberships) };
}

async function consentsOf(
  graph: GraphSession,
  servicePrincipalId: string,
  own: readonly GraphObject[],
  groups: readonly { id: string; name: string }[],
): Promise<Consent[]> {
  const inherited = await Promise.all(
    groups.map(async ({ id, name }) => {
      const assignments = await graph.list(`/groups/${id}/appRoleAssignments`);
      return assignments.map((assignment) => ({ assignment, holder: `/groups/${id}`, from: name }));
    }),
  );
  const all = [
    ...own.map((assignment) => ({ assignment, holder: `/servicePrincipals/${servicePrincipalId}`, from: "" })),
    ...inherited.flat(),
  ];
  const resources = await readResources(graph, new Set(all.map(({ assignment }) => text(assignment, "resourceId"))));
  return all.map(({ assignment, holder, from }) => {
    const resource = resources.get(text(assignment, "resourceId"));
    const role = text(assignment, "appRoleId");
    const id = text(assignment, "id");
    return {
      id,
      permission: resource?.permissions.get(role) ?? role,
      resource: resource?.name ?? text(assignment, "resourceDisplayName"),
      resourceAppId: resource?.appId ?? "",
      inheritedFrom: from,
      path: `${holder}/appRoleAssignments/${id}`,
    };
  });
}

/**
 * The directory roles that a user has now for the whole tenant, itself or through a group; `undefined` where they may not
 * be read.
 */
export async function readDirectoryRolesOfUser(
  graph: GraphSession,
  id: string,
): Promise<HeldDirectoryRole[] | undefined> {
  try {
    return directoryRolesAmong(await graph.list(`/users/${id}/transitiveMemberOf`));
  } catch (error) {
    if (isDirectoryError(error, "forbidden")) return undefined;
    throw error;
  }
}

/** Those of an enterprise app, by object id. Rejects where they may not be read. */
export async function readDirectoryRolesOfApp(graph: GraphSession, id: string): Promise<HeldDirectoryRole[]> {
  return directoryRolesAmong(await graph.list(`/servicePrincipals/${id}/transitiveMemberOf`));
}

/** A directory role that an app or a user holds, itself or through a group. */
export interface HeldDirectoryRole {
  /** Template id; empty where Graph does not tell it. */
  readonly template: string;
  /** Display name, or an id. */
  readonly name: string;
}

function directoryRolesAmong(memberships: readonly GraphObject[]): HeldDirectoryRole[] {
  return memberships
    .filter((object) => /directoryRole/i.test(text(object, "@odata.type")))
    .map((object) => ({
      template: text(object, "roleTemplateId").toLowerCase(),
      name: text(object, "displayName") || text(object, "roleTemplateId") || text(object, "id"),
    }));
}

/** By what a directory role lets its holder into mailboxes; one that cannot be told counts, too. */
export function escalationOfHeldRole({ template }: HeldDirectoryRole): EscalationWay | "unknown" | undefined {
  return template === "" ? "unknown" : escalationOfRole(template);
}

function groupsAmong(memberships: readonly GraphObject[]): { id: string; name: string }[] {
  return (
    memberships
      .filter((object) => !/directoryRole|administrativeUnit/i.test(text(object, "@odata.type")))
      // Of a group that the identity may not read Graph shows the id alone: never a name that is empty, as an own
      // consent's.
      .map((object) => ({ id: text(object, "id"), name: text(object, "displayName") || text(object, "id") }))
  );
}

/** An enterprise app that others have permissions of. */
export interface Resource {
  readonly name: string;
  readonly appId: string;
  readonly permissions: ReadonlyMap<string, string>;
}

async function readResources(graph: GraphSession, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Resource>> {
  const paths = [...ids].map((id) => `/servicePrincipals/${id}?$select=id,appId,displayName,appRoles`);
  const results = paths.length === 0 ? [] : await graph.readMany(paths);
  const resources = new Map<string, Resource>();
  for (const result of results) {
    if (result.status === "rejected") {
      if (isDirectoryError(result.reason, "notFound")) continue;
      throw result.reason;
    }
    resources.set(text(result.value, "id"), resourceOf(result.value));
  }
  return resources;
}

/** A resource as Graph shows it, with `appRoles`. */
export function resourceOf(object: GraphObject): Resource {
  const roles: unknown = object["appRoles"];
  const list = Array.isArray(roles) ? (roles as GraphObject[]) : [];
  return {
    name: text(object, "displayName"),
    appId: text(object, "appId"),
    permissions: new Map(list.map((role) => [text(role, "id"), text(role, "value")])),
  };
}

function text(object: GraphObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

/** Microsoft Graph and Office 365 Exchange Online: the resources that hold mailboxes. */
export const mailboxResources: ReadonlySet<string> = new Set([
  "00000003-0000-0000-c000-000000000000",
  "00000002-0000-0ff1-ce00-000000000000",
]);

/**
 * Permissions that open calendars. Mailbox items are appointments, too: the import and export API lists the folders of
 * class IPF.Appointment beside the others (learn.microsoft.com/graph/api/resources/mailbox-import-export-api-overview).
 */
const calendarPermission = /calendar|full_access_as_app|^MailboxItem\./i;

/**
 * Whether a consent opens calendars in every mailbox: by name, so that a permission that is new tomorrow counts, too.
 * A permission whose name cannot be read counts where its resource holds mailboxes, or is unknown: nobody can say that
 * it opens nothing.
 */
export function opensCalendars(consent: Consent): boolean {
  const { permission, resourceAppId } = consent;
  if (!isNamed(consent)) return resourceAppId === "" || mailboxResources.has(resourceAppId);
  return mailboxResources.has(resourceAppId) && calendarPermission.test(permission);
}

/** Whether anybody can tell what a consent opens: one of a permission without a name is never taken away on a guess. */
export function isNamed({ permission }: Consent): boolean {
  return !/^[0-9a-f-]{36}$/i.test(permission);
}

/** Microsoft Graph, Office 365 Exchange Online, and Entra's own older Graph. */
const directoryResources = new Set([...mailboxResources, "00000002-0000-0000-c000-000000000000"]);

/** By what a consent lets the app into mailboxes; such a one is never taken away by the stack. */
export function escalationOf({ permission, resourceAppId }: Consent): EscalationWay | undefined {
  return directoryResources.has(resourceAppId) ? escalationOfPermission(permission) : undefined;
}

/** Whether anybody has judged what a consent allows: what it opens, or that it is harmless. */
export function isJudged(consent: Consent): boolean {
  if (opensCalendars(consent) || opensMailboxes(consent) || escalationOf(consent) !== undefined) return true;
  return directoryResources.has(consent.resourceAppId) && isHarmlessPermission(consent.permission);
}

/** Whether a consent opens something else in every mailbox: reported, because the access is to calendars only. */
export function opensMailboxes(consent: Consent): boolean {
  return (
    mailboxResources.has(consent.resourceAppId) &&
    !opensCalendars(consent) &&
    escalationOf(consent) === undefined &&
    /^(mail|contacts|mailbox|ews|imap|pop|smtp|tasks|notes|exchange)/i.test(consent.permission)
  );
}
