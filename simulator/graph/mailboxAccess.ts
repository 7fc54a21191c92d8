/** Who may use a mailbox through Graph, and the refusals of its calendar calls (facts/calendar-access.md §3). */
import { applicationAssignments } from "../access/applicationAccess.ts";
import type { MailboxRight } from "../access/applicationAccess.ts";
import { mayUseFolder } from "../access/delegateAccess.ts";
import { isBlockedByPolicy, mayReachAny, mayReachMailbox } from "../access/authorization.ts";
import { refusesAgent } from "../access/ewsPolicy.ts";
import { isMailbox } from "../exchange/writeScope.ts";
import type { DirectoryUser } from "../tenant/directoryModel.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Caller, Simulator } from "../server/service.ts";
import { GraphError } from "./errors.ts";
import type { GraphRequest } from "./route.ts";

/**
 * The mailbox of the user that the path names, if the caller holds the right on it: by consent, application access
 * policies and RBAC together; a user on its own mailbox and on what permissions open (impersonation is EWS's).
 * @throws GraphError 401, 403 or 404
 */
export function openMailbox({ request, simulator, caller }: GraphRequest, right: MailboxRight): Recipient {
  if (refusesAgent(simulator.tenant.organization, request.headers["user-agent"] ?? "")) {
    throw new GraphError(403, "ErrorAccessDenied", "Access to OData is disabled.");
  }
  const isApplication = caller.kind === "application";
  if (isApplication && caller.roles.length === 0 && !mayReachAny(simulator, caller, right)) {
    // An app with any role in Exchange, be it for another right or one that the cache does not know yet, gets the 403
    // below.
    if (applicationAssignments(simulator.tenant, caller.objectId).length === 0) {
      throw new GraphError(
        401,
        "NoPermissionsInAccessToken",
        "The token contains no permissions, or permissions can not be understood.",
      );
    }
  }
  const name = request.params["id"] ?? "";
  const user = findUser(simulator, name);
  if (user === undefined) throw new GraphError(404, "ErrorInvalidUser", `The requested user '${name}' is invalid.`);
  const mailbox = findMailbox(simulator, user);
  if (mailbox === undefined) {
    throw new GraphError(
      404,
      "MailboxNotEnabledForRESTAPI",
      "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
    );
  }
  const isAllowed = isApplication
    ? mayReachMailbox(simulator, caller, mailbox.guid, right)
    : user.id === caller.objectId || isDelegate(simulator, caller, mailbox, right);
  if (isAllowed) return mailbox;
  if (isApplication && isBlockedByPolicy(simulator, caller, mailbox.guid, right)) {
    throw new GraphError(
      403,
      "ErrorAccessDenied",
      "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.",
    );
  }
  throw new GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
}

/** Whether permissions open a folder of the mailbox to a user; scopes of delegated tokens are not modelled. */
function isDelegate({ tenant }: Simulator, caller: Caller, mailbox: Recipient, right: MailboxRight): boolean {
  const use = right.endsWith("ReadWrite") ? "change" : "read";
  const folder = right.startsWith("Calendars") ? "calendar" : "inbox";
  const actor = tenant.recipients.find((each) => each.externalDirectoryObjectId === caller.objectId);
  return actor !== undefined && mayUseFolder(tenant, actor.guid, mailbox, folder, use);
}

/** Whether the caller holds a further right on a mailbox that it has opened. */
export function holdsAlso({ simulator, caller }: GraphRequest, mailbox: Recipient, right: MailboxRight): boolean {
  return caller.kind === "user" || mayReachMailbox(simulator, caller, mailbox.guid, right);
}

function findUser({ tenant }: Simulator, name: string): DirectoryUser | undefined {
  const wanted = name.toLowerCase();
  return tenant.users.find(
    ({ id, userPrincipalName, deletedDateTime }) =>
      deletedDateTime === null && (id.toLowerCase() === wanted || userPrincipalName.toLowerCase() === wanted),
  );
}

function findMailbox(simulator: Simulator, user: DirectoryUser): Recipient | undefined {
  return simulator.tenant.recipients.find(
    (recipient) =>
      recipient.externalDirectoryObjectId === user.id && isMailbox(recipient) && recipient.visibleAt <= simulator.now(),
  );
}
