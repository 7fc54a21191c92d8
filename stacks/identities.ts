/**
 * Finds what azuread is to make or to change: what the state holds, if it is still there, nothing, one of ours that an
 * interrupted run left or that somebody restored, or a stranger's (design.md §4).
 */
import { findApplications, findServicePrincipal, idOf, readPrincipal } from "../directory/applications.ts";
import type { ReadSetting } from "../identity/connection.ts";
import { isMicrosofts } from "../directory/firstParty.ts";
import { quoted, type GraphObject, type GraphSession } from "../directory/graph.ts";
import { isDirectoryError } from "../directory/errors.ts";
import { openSession } from "../connection/session.ts";
import { findUserByPrincipalName, readUser } from "../directory/users.ts";
import { bearsMark, foreignConflict, foreignMark } from "../resources/lifecycle/mark.ts";
import { modeOfStop, parseStops, refusedAfterStop, type RecordedStop } from "../resources/lifecycle/recordedStop.ts";
import type { HeldUser, OwnState } from "./ownState.ts";
import type { Settings } from "./settings.ts";

/** The user that the stack makes or takes in. */
export interface ServiceAccount {
  readonly userPrincipalName: string;
  /** Id for the resource option `import`; `undefined` where the user is made, or in the state already. */
  readonly importId: string | undefined;
  /** Whether it was there before the stack. */
  readonly isAdopted: boolean;
}

/** The app registration and enterprise app that the stack makes or takes in. */
export interface EnterpriseApp {
  /** Object id of the enterprise app where it is there already; otherwise empty. */
  readonly objectId: string;
  readonly importApplication: string | undefined;
  readonly importServicePrincipal: string | undefined;
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

interface Note {
  readonly settings: Settings;
  readonly own: OwnState;
  readonly mark: string;
  readonly conflicts: string[];
  readonly report: (line: string) => void;
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
      `user ${userPrincipalName}: ${isOurs ? `${originOf(settings, own)}; up goes on with it, and it gets a new password: hand that over` : `exists and would be taken over; its password is replaced; ${endOf(settings)}`}.`,
    );
  }
  return { userPrincipalName, importId: `/users/${user.id}`, isAdopted: !isOurs };
}

/** How something of ours came to be there that the state does not hold. */
function originOf({ movedFrom }: Settings, { mark }: OwnState): string {
  const interrupted = "left by an interrupted run of this stack";
  if (movedFrom === undefined) return interrupted;
  return `taken over from the stack that movedFrom names${mark === "" ? "" : `, or ${interrupted}`}`;
}

/** What becomes of a user that was taken over. */
function endOf({ onDestroy }: Settings): string {
  return onDestroy === "keep"
    ? "destroy would keep it"
    : 'destroy, or access without "impersonation", would remove it (onDestroy: keep keeps it)';
}

async function findApp(graph: GraphSession, note: Note): Promise<EnterpriseApp> {
  const vendor = note.settings.application.clientId;
  return vendor === undefined ? findOwnApp(graph, note) : findVendorApp(graph, vendor, note);
}

/** The enterprise app that the state holds for a client id, if it is still there. */
async function findHeldPrincipal(
  graph: GraphSession,
  clientId: string,
  { enterpriseApp }: OwnState,
): Promise<GraphObject | undefined> {
  if (enterpriseApp?.clientId !== clientId) return undefined;
  return readPrincipal(graph, "servicePrincipals", enterpriseApp.objectId);
}

async function findOwnApp(graph: GraphSession, note: Note): Promise<EnterpriseApp> {
  const { own, report } = note;
  const [held, heldPrincipal] =
    own.application === undefined
      ? []
      : await Promise.all([
          readPrincipal(graph, "applications", own.application.objectId),
          findHeldPrincipal(graph, own.application.clientId, own),
        ]);
  if (own.application !== undefined && held === undefined) {
    report(`app ${own.application.clientId}: the stack's app registration was removed by somebody.`);
  }
  const application = held ?? (await findMarkedApp(graph, note));
  if (application === undefined) return nothingThere;
  const importApplication = held === undefined ? `/applications/${idOf(application)}` : undefined;
  if (held !== undefined && heldPrincipal !== undefined) {
    return { objectId: idOf(heldPrincipal), importApplication, importServicePrincipal: undefined, isAdopted: false };
  }
  const principal = await findServicePrincipal(graph, idOf(application, "appId"));
  if (held !== undefined && principal !== undefined) {
    report(
      `enterprise app ${idOf(principal)}: it stands for the stack's own app, but the stack did not make it; up goes on with it.`,
    );
  }
  return {
    objectId: idOf(principal),
    importApplication,
    importServicePrincipal: principal === undefined ? undefined : `/servicePrincipals/${idOf(principal)}`,
    isAdopted: false,
  };
}

/** The own app's registration that an interrupted run left, or that somebody restored. */
async function findMarkedApp(
  graph: GraphSession,
  { settings, mark, own: state, report, conflicts }: Note,
): Promise<GraphObject | undefined> {
  const applications = await findApplications(graph, `displayName eq ${quoted(settings.names.application)}`);
  // Display names are not unique: only one with our mark is ours, and others are none of our business.
  const [own, ...twins] = applications.filter((each) => bearsMark(each["notes"], mark));
  if (own === undefined) return undefined;
  if (twins.length > 0) {
    const ids = [own, ...twins].map((each) => String(each["appId"])).join(", ");
    conflicts.push(
      `application: several apps bear this stack's mark, left by interrupted runs: ${ids}. Nothing was touched. Remove all but one, or run destroy.`,
    );
    return undefined;
  }
  report(`app "${settings.names.application}": ${originOf(settings, state)}; up goes on with it.`);
  return own;
}

const nothingThere: EnterpriseApp = {
  objectId: "",
  importApplication: undefined,
  importServicePrincipal: undefined,
  isAdopted: false,
};

async function findVendorApp(graph: GraphSession, clientId: string, note: Note): Promise<EnterpriseApp> {
  const { settings, mark, own, conflicts, report } = note;
  const held = await findHeldPrincipal(graph, clientId, own);
  if (held !== undefined) {
    const isAdopted = own.enterpriseApp?.isAdopted ?? false;
    return { ...nothingThere, objectId: idOf(held), isAdopted };
  }
  const principal = await findServicePrincipal(graph, clientId);
  if (principal === undefined) return nothingThere;
  const isOurs = bearsMark(principal["notes"], mark);
  const other = foreignMark(principal["notes"], mark);
  const title = `enterprise app "${String(principal["displayName"])}" (${idOf(principal)})`;
  if (other !== undefined) {
    const conflict = foreignConflict(`application.clientId: the ${title}`, other, own.mark === "");
    conflicts.push(`${conflict} One app has room for one stack in a tenant.`);
    // The preflight refuses an app of Microsoft's own, whatever adopt says.
  } else if (
    !isOurs &&
    !settings.adopt.includes("enterpriseApp") &&
    !isMicrosofts(principal["appOwnerOrganizationId"])
  ) {
    const again = own.enterpriseApp?.clientId === clientId ? ", which somebody made again since the last up," : "";
    conflicts.push(
      `application.clientId: the ${title}${again} exists and was not made by this stack. Nothing was touched. Set adopt to use it; a destroy keeps it, and takes off what the stack added to it.`,
    );
  } else {
    const adopted = "exists and would be taken over; destroy would keep it, and take off what the stack added to it";
    report(`${title}: ${isOurs ? originOf(settings, own) : adopted}.`);
  }
  return {
    objectId: idOf(principal),
    importApplication: undefined,
    importServicePrincipal: `/servicePrincipals/${idOf(principal)}`,
    isAdopted: !isOurs,
  };
}
