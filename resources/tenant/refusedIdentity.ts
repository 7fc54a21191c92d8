/**
 * Who must never be an access: Microsoft's own apps, without which no tenant works, the automation identity itself, and
 * a service user that is one of the mailboxes (design.md §7.14).
 */
import { findServicePrincipal, idOf } from "../../directory/applications.ts";
import type { Caller } from "../../connection/session.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { refuseApp } from "../lifecycle/refusedApp.ts";
import { parseMembers } from "../recipients/memberList.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";

/** Why the service user may not be what it is to be. Pure. */
export function refuseServiceUser(
  desired: Pick<TenantInputs, "user" | "members" | "mustStayOut">,
  caller: Caller | undefined,
): Problem[] {
  const [user] = parseMembers(desired.user);
  if (user === undefined || user.id === "") return [];
  const refuse = (who: string, why: string): Problem =>
    `serviceUser: ${user.address} is ${who}; ${why}. Name a user that is there for this access alone.`;
  const isIn = (lines: string): boolean => parseMembers(lines).some(({ id }) => id === user.id);
  return [
    ...(user.id === caller?.objectId
      ? [refuse("the automation identity itself", "it would be blocked, renamed or deleted with the access")]
      : []),
    ...(isIn(desired.members) ? [refuse("one of the listed mailboxes", "its person would open all the others")] : []),
    ...(isIn(desired.mustStayOut) ? [refuse("one of mustStayOut", "its own mailbox is always open to it")] : []),
  ];
}

/**
 * Asks whose the vendor's app is, wherever it is in the tenant already.
 * @param desired with the service user and the mailboxes looked up
 */
export async function checkIdentities(context: Context, desired: TenantInputs): Promise<Problem[]> {
  const user = uses(desired, "impersonation") ? refuseServiceUser(desired, context.entra?.caller) : [];
  if (!uses(desired, "application")) return user;
  const { graph, caller } = entraOf(context);
  const { clientId } = desired;
  if (clientId === "") {
    const own = { appId: "", objectId: desired.app, displayName: desired.application, owner: undefined };
    return [...user, ...listOf(refuseApp(own, caller))];
  }
  const principal = await findServicePrincipal(graph, clientId);
  if (principal === undefined) context.report(unknownHere(clientId));
  const app = {
    appId: clientId,
    objectId: idOf(principal),
    displayName: typeof principal?.["displayName"] === "string" ? principal["displayName"] : "",
    owner: principal?.["appOwnerOrganizationId"],
  };
  return [...user, ...listOf(refuseApp(app, caller))];
}

/** Whether another tenant has an app of that id, Graph tells by making its enterprise app alone; azuread's error is raw. */
function unknownHere(clientId: string): string {
  return `application: this tenant has no enterprise app of the client id ${clientId} yet; up makes it, where ${clientId} is a multi-tenant app of somebody's. Should it end in "does not reference a valid application object", Entra knows no such app: ask the vendor for the client id (application.clientId), and whether the app is multi-tenant.`;
}

function listOf(problem: Problem | undefined): Problem[] {
  return problem === undefined ? [] : [problem];
}
