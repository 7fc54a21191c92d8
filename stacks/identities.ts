/**
 * Finds what azuread is to make or to change: what the state holds, if it is still there, nothing, one of ours that an
 * interrupted run left or that somebody restored, or a stranger's (design.md §4).
 */
import { readPrincipal } from "../directory/applications.ts";
import type { ReadSetting } from "../identity/connection.ts";
import type { GraphSession } from "../directory/graph.ts";
import { isDirectoryError } from "../directory/errors.ts";
import { openSession } from "../connection/session.ts";
import { findUserByPrincipalName, readUser } from "../directory/users.ts";
import { bearsMark, foreignConflict, foreignMark } from "../resources/lifecycle/mark.ts";
import { modeOfStop, parseStops, refusedAfterStop, type RecordedStop } from "../resources/lifecycle/recordedStop.ts";
import type { HeldUser, OwnState } from "./ownState.ts";
import { findApp, type EnterpriseApp } from "./identityOfApp.ts";
import { originOf, type Note } from "./identityNote.ts";
import type { Settings } from "./settings.ts";

/** The user that the stack makes or takes in. */
export interface ServiceAccount {
  readonly userPrincipalName: string;
  /** Id for the resource option `import`; `undefined` where the user is made, or in the state already. */
  readonly importId: string | undefined;
  /** Whether it was there before the stack. */
  readonly isAdopted: boolean;
}

/** What the program works with. */
export interface Identities {
  readonly initialDomain: string;
  readonly account: ServiceAccount | undefined;
  readonly app: EnterpriseApp | undefined;
  /** What belongs to others: the preflight says it together with all else that is wrong. */
  readonly conflicts: readonly string[];
}

/**
 * Looks at what is there: the state alone says nothing of what was removed, restored or made again since.
 * @param mark the stack's mark, also of one that holds nothing yet
 * @returns `problems` where nobody can sign in, or may look
 */
export async function findIdentities(
  settings: Settings,
  own: OwnState,
  mark: string,
  read: ReadSetting,
  report: (line: string) => void,
): Promise<Identities | { problems: readonly string[] }> {
  const wantsUser = settings.access.includes("impersonation") && settings.serviceUser.existing === undefined;
  // Exchange Server has no Entra: the tenant's preflight looks the account up, whosever it is.
  if (settings.exchange.channel === "server") {
    const { name, domain = "" } = settings.serviceUser;
    const account = { userPrincipalName: `${name}@${domain}`, importId: undefined, isAdopted: false };
    return { initialDomain: "", account: wantsUser ? account : undefined, app: undefined, conflicts: [] };
  }
  const wantsApp = settings.access.includes("application");
  const { existing } = settings.serviceUser;
  // Whose an existing user is counts before it gets any access.
  const asksForExisting = settings.access.includes("impersonation") && own.known.roleGroup === "";
  const isComplete = !wantsUser && !wantsApp && !asksForExisting && own.initialDomain !== "";
  if (isComplete) return { initialDomain: own.initialDomain, account: undefined, app: undefined, conflicts: [] };
  const session = await openSession(read, process.env, report, { usesExchange: false });
  if ("problems" in session) return session;
  const { entra } = session;
  const { graph } = entra;
  const conflicts: string[] = [];
  const note = { conflicts, report, mark, settings, own };
  try {
    // Here, and not among the conflicts: a run of single resources passes the tenant's preflight by.
    const stopped = settings.regrant ? [] : await stoppedAndGone(graph, own, settings);
    if (stopped.length > 0) return { problems: [`${refusedAfterStop(stopped)} Nothing was changed.`] };
    const domain = own.initialDomain === "" ? entra.readDomains().then(({ initial }) => initial) : own.initialDomain;
    const [initialDomain, account, app] = await Promise.all([
      domain,
      wantsUser ? findAccount(graph, domain, note) : undefined,
      wantsApp ? findApp(graph, note) : undefined,
      asksForExisting && existing !== undefined ? refuseOthersUser(graph, existing, note) : undefined,
    ]);
    return { initialDomain, account, app, conflicts: conflicts.toSorted() };
  } catch (error) {
    if (!isDirectoryError(error)) throw error;
    const isForbidden = isDirectoryError(error, "forbidden", "unauthorized");
    const needed = [
      "Organization.Read.All",
      ...(wantsApp ? ["Application.Read.All"] : []),
      ...(wantsUser || asksForExisting ? ["User.Read.All"] : []),
    ];
    const advice = ` The automation identity needs ${needed.join(", ")} in Microsoft Graph to look, and more to write (docs/permissions.md).`;
    return { problems: [`${error.message}.${isForbidden ? advice : ""}`] };
  }
}

/** What azuread would make anew, enabled, though somebody stopped it before it was removed (design.md §7.10). */
async function stoppedAndGone(
  graph: GraphSession,
  { stopped }: OwnState,
  { access }: Settings,
): Promise<readonly RecordedStop[]> {
  const stops = parseStops(stopped).filter((stop) => access.includes(modeOfStop(stop)));
  const live = await Promise.all(
    stops.map(async ({ kind, id }) => {
      if (kind === "user") return readUser(graph, id);
      return kind === "app" ? readPrincipal(graph, "servicePrincipals", id) : id;
    }),
  );
  return stops.filter((_, index) => live[index] === undefined);
}

async function findAccount(graph: GraphSession, domain: string | Promise<string>, note: Note): Promise<ServiceAccount> {
  const { own, settings, report } = note;
  const [initialDomain, live] = await Promise.all([domain, own.user && readUser(graph, own.user.objectId)]);
  const userPrincipalName = `${settings.serviceUser.name}@${settings.serviceUser.domain ?? initialDomain}`;
  if (own.user === undefined) return findUnheldAccount(graph, userPrincipalName, note);
  if (live === undefined) {
    report(`user ${own.user.userPrincipalName} (${own.user.objectId}): the stack's user was removed by somebody.`);
    return findUnheldAccount(graph, userPrincipalName, note);
  }
  await demandFreeName(graph, live.userPrincipalName, userPrincipalName, own.user, note);
  return { userPrincipalName, importId: undefined, isAdopted: own.user.isAdopted };
}

/** Another stack's user would have both accesses, and go with that stack. */
async function refuseOthersUser(graph: GraphSession, existing: string, { mark, conflicts }: Note): Promise<void> {
  const user = await findUserByPrincipalName(graph, existing);
  const other = foreignMark(user?.jobTitle, mark);
  if (user === undefined || other === undefined) return;
  const whose = `${other.stack}${other.id === "" ? "" : ` (id ${other.id})`}`;
  conflicts.push(
    `serviceUser.existing: ${existing} (${user.id}) belongs to another stack, ${whose}: it would have the access of both, and that stack's destroy removes it. Nothing was touched. Name another user.`,
  );
}

/** A name that somebody else has is refused by Entra half-way through an `up`: said before. */
async function demandFreeName(
  graph: GraphSession,
  live: string,
  desired: string,
  { objectId }: HeldUser,
  { conflicts }: Note,
): Promise<void> {
  if (live.toLowerCase() === desired.toLowerCase()) return;
  const other = await findUserByPrincipalName(graph, desired);
  if (other === undefined || other.id === objectId) return;
  conflicts.push(
    `serviceUser: ${desired} is the name of another user (${other.id}), so the stack's user ${live} cannot be renamed to it. Nothing was touched. Choose another serviceUser.name.`,
  );
}

/** The user where the state holds none that is there. */
async function findUnheldAccount(
  graph: GraphSession,
  userPrincipalName: string,
  { settings, mark, own, conflicts, report }: Note,
): Promise<ServiceAccount> {
  const user = await findUserByPrincipalName(graph, userPrincipalName);
  if (user === undefined) return { userPrincipalName, importId: undefined, isAdopted: false };
  const isOurs = bearsMark(user.jobTitle, mark);
  const other = foreignMark(user.jobTitle, mark);
  if (other !== undefined) {
    const title = `serviceUser: ${userPrincipalName} (${user.id})`;
    conflicts.push(`${foreignConflict(title, other, own.mark === "")} Or choose another serviceUser.name.`);
  } else if (!isOurs && !settings.adopt.includes("serviceUser")) {
    conflicts.push(
      `serviceUser: ${userPrincipalName} (${user.id}) exists and was not made by this stack. Nothing was touched. Choose another serviceUser.name, use it as it is with serviceUser.existing, or set adopt to take it over (its password is replaced).`,
    );
  } else {
    report(
      `user ${userPrincipalName}${isOurs ? `: ${originOf(settings, own)}; up goes on with it, and it gets a new password: hand that over` : ` ("${user.displayName}", ${user.id}): exists and would be taken over; its password is replaced; ${endOf(settings)}`}.`,
    );
  }
  return { userPrincipalName, importId: `/users/${user.id}`, isAdopted: !isOurs };
}

/** What becomes of a user that was taken over. */
function endOf({ onDestroy }: Settings): string {
  return onDestroy === "keep"
    ? "destroy would keep it"
    : 'destroy, or access without "impersonation", would remove it (onDestroy: keep keeps it)';
}
