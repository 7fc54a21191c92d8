/**
 * Who must never be an access: Microsoft's own apps, without which no tenant works, the automation identity itself, and
 * a service user that is one of the mailboxes (design.md §7.14).
 */
import { findServicePrincipal, idOf } from "../directory/applications.ts";
import { firstPartyName, isMicrosofts } from "../directory/firstParty.ts";
import type { Caller, Context, Problem } from "./lifecycle.ts";
import { parseMembers } from "./memberList.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";

/** An app as far as it is refused or not. */
export interface AppIdentity {
  readonly appId: string;
  /** Of the enterprise app; empty where it is not known yet. */
  readonly objectId: string;
  readonly displayName: string;
  /** The tenant that owns the app; `undefined` where it is not known. */
  readonly owner: unknown;
}

const instead =
  "Write the client id of the vendor's app, or leave application.clientId out to have an own app made. Nothing was changed.";

/** Why an app may not be given an access; `undefined` where it may. Pure. */
export function refuseApp(app: AppIdentity, caller: Caller): Problem | undefined {
  const known = firstPartyName(app.appId);
  if (known !== undefined || isMicrosofts(app.owner)) {
    const name = app.displayName || known;
    return `application.clientId: ${app.appId} is "${name}", an app of Microsoft's own, which others depend on. ${instead}`;
  }
  const isCaller = app.appId === caller.appId || (app.objectId !== "" && app.objectId === caller.objectId);
  return isCaller
    ? `application.clientId: ${app.appId} is the automation identity itself, which may do far more than an access. ${instead}`
    : undefined;
}

/** Why the service user may not be what it is to be. Pure. */
export function refuseServiceUser(
  desired: Pick<TenantInputs, "user" | "members" | "mustStayOut">,
  caller: Caller,
): Problem[] {
  const [user] = parseMembers(desired.user);
  if (user === undefined || user.id === "") return [];
  const refuse = (who: string, why: string): Problem =>
    `serviceUser: ${user.address} is ${who}; ${why}. Name a user that is there for this access alone.`;
  const isIn = (lines: string): boolean => parseMembers(lines).some(({ id }) => id === user.id);
  return [
    ...(user.id === caller.objectId
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
export async function checkIdentities({ graph, caller }: Context, desired: TenantInputs): Promise<Problem[]> {
  const user = uses(desired, "impersonation") ? refuseServiceUser(desired, caller) : [];
  if (!uses(desired, "application")) return user;
  const { clientId } = desired;
  if (clientId === "") {
    const own = { appId: "", objectId: desired.app, displayName: desired.application, owner: undefined };
    return [...user, ...listOf(refuseApp(own, caller))];
  }
  const principal = await findServicePrincipal(graph, clientId);
  const app = {
    appId: clientId,
    objectId: idOf(principal),
    displayName: typeof principal?.["displayName"] === "string" ? principal["displayName"] : "",
    owner: principal?.["appOwnerOrganizationId"],
  };
  return [...user, ...listOf(refuseApp(app, caller))];
}

function listOf(problem: Problem | undefined): Problem[] {
  return problem === undefined ? [] : [problem];
}
