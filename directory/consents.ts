/** What Entra itself grants an enterprise app: consented application permissions, its own and inherited ones. */
import { isDirectoryError } from "./errors.ts";
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

/** All consents of an enterprise app, by object id; rejects where any part cannot be read. */
export async function readConsents(graph: GraphSession, servicePrincipalId: string): Promise<Consent[]> {
  const [own, groups] = await Promise.all([
    graph.list(`/servicePrincipals/${servicePrincipalId}/appRoleAssignments`),
    readGroups(graph, servicePrincipalId),
  ]);
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

async function readGroups(graph: GraphSession, servicePrincipalId: string): Promise<{ id: string; name: string }[]> {
  const objects = await graph.list(`/servicePrincipals/${servicePrincipalId}/transitiveMemberOf`);
  return (
    objects
      .filter((object) => !/directoryRole|administrativeUnit/i.test(text(object, "@odata.type")))
      // Of a group that the identity may not read Graph shows the id alone: never a name that is empty, as an own
      // consent's.
      .map((object) => ({ id: text(object, "id"), name: text(object, "displayName") || text(object, "id") }))
  );
}

interface Resource {
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

function resourceOf(object: GraphObject): Resource {
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
const mailboxResources = new Set(["00000003-0000-0000-c000-000000000000", "00000002-0000-0ff1-ce00-000000000000"]);

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

/** Whether a consent opens something else in every mailbox: reported, because the access is to calendars only. */
export function opensMailboxes(consent: Consent): boolean {
  return (
    mailboxResources.has(consent.resourceAppId) &&
    !opensCalendars(consent) &&
    /^(mail|contacts|mailbox|ews|imap|pop|smtp|tasks|notes|exchange)/i.test(consent.permission)
  );
}
