/**
 * Finds what azuread is to make, in a stack that has no record of it: nothing, one of ours that an interrupted run
 * left, or a stranger's (design.md §4).
 */
import { findApplications, findServicePrincipal, idOf } from "../directory/applications.ts";
import type { ReadSetting } from "../directory/connection.ts";
import { isMicrosofts } from "../directory/firstParty.ts";
import { quoted, type GraphSession } from "../directory/graph.ts";
import { isDirectoryError } from "../directory/errors.ts";
import { openSession } from "../directory/session.ts";
import { findUserByPrincipalName } from "../directory/users.ts";
import { bearsMark } from "../resources/mark.ts";
import type { StackRecord } from "./record.ts";
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

/** Looks up what the record does not know; `problems` where nobody can sign in. */
export async function findIdentities(
  settings: Settings,
  record: StackRecord,
  mark: string,
  read: ReadSetting,
  report: (line: string) => void,
): Promise<Identities | { problems: readonly string[] }> {
  const wantsUser = settings.access.includes("impersonation") && settings.serviceUser.existing === undefined;
  const wantsApp = settings.access.includes("application");
  const knowsUser = !wantsUser || record.userPrincipalName !== "";
  // Another app than the recorded one is looked up like a first: nothing that is known of the one holds for the other.
  const isSameApp = record.vendorApp === (settings.application.clientId ?? "");
  const knowsApp = !wantsApp || (record.enterpriseApp !== "" && isSameApp);
  if (knowsUser && knowsApp && record.initialDomain !== "") {
    return {
      initialDomain: record.initialDomain,
      account: wantsUser ? recordedAccount(settings, record, record.initialDomain) : undefined,
      app: wantsApp ? recordedApp(record) : undefined,
      conflicts: [],
    };
  }
  const session = await openSession(read, process.env, report);
  if ("problems" in session) return session;
  const { graph } = session;
  const conflicts: string[] = [];
  const note = { conflicts, report, mark, settings };
  try {
    const [initialDomain, app] = await Promise.all([
      record.initialDomain || session.readDomains().then(({ initial }) => initial),
      !wantsApp ? undefined : knowsApp ? recordedApp(record) : findApp(graph, note),
    ]);
    const account = !wantsUser
      ? undefined
      : knowsUser
        ? recordedAccount(settings, record, initialDomain)
        : await findAccount(graph, initialDomain, note);
    return { initialDomain, account, app, conflicts: conflicts.toSorted() };
  } catch (error) {
    if (!isDirectoryError(error)) throw error;
    const isForbidden = isDirectoryError(error, "forbidden", "unauthorized");
    const needed = [
      "Organization.Read.All",
      ...(wantsApp ? ["Application.Read.All"] : []),
      ...(wantsUser ? ["User.Read.All"] : []),
    ];
    const advice = ` The automation identity needs ${needed.join(", ")} in Microsoft Graph to look, and more to write (README.md).`;
    return { problems: [`${error.message}.${isForbidden ? advice : ""}`] };
  }
}

interface Note {
  readonly settings: Settings;
  readonly mark: string;
  readonly conflicts: string[];
  readonly report: (line: string) => void;
}

function principalNameOf({ serviceUser }: Settings, initialDomain: string): string {
  return `${serviceUser.name}@${serviceUser.domain ?? initialDomain}`;
}

function recordedAccount(settings: Settings, record: StackRecord, initialDomain: string): ServiceAccount {
  return {
    userPrincipalName: principalNameOf(settings, initialDomain),
    importId: undefined,
    isAdopted: record.serviceUserAdopted,
  };
}

function recordedApp(record: StackRecord): EnterpriseApp {
  return {
    objectId: record.enterpriseApp,
    importApplication: undefined,
    importServicePrincipal: undefined,
    isAdopted: record.enterpriseAppAdopted,
  };
}

async function findAccount(
  graph: GraphSession,
  initialDomain: string,
  { settings, mark, conflicts, report }: Note,
): Promise<ServiceAccount> {
  const userPrincipalName = principalNameOf(settings, initialDomain);
  const user = await findUserByPrincipalName(graph, userPrincipalName);
  if (user === undefined) return { userPrincipalName, importId: undefined, isAdopted: false };
  const isOurs = bearsMark(user.jobTitle, mark);
  if (!isOurs && !settings.adopt.includes("serviceUser")) {
    conflicts.push(
      `serviceUser: ${userPrincipalName} (${user.id}) exists and was not made by this stack. Nothing was touched. Choose another serviceUser.name, use it as it is with serviceUser.existing, or set adopt to take it over (its password is replaced).`,
    );
  } else {
    report(
      `user ${userPrincipalName}: ${isOurs ? "left by an interrupted run of this stack; up goes on with it" : `exists and would be taken over; its password is replaced; ${endOf(settings)}`}.`,
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

async function findApp(graph: GraphSession, note: Note): Promise<EnterpriseApp> {
  const { settings, mark, report, conflicts } = note;
  const vendor = settings.application.clientId;
  if (vendor !== undefined) return findVendorApp(graph, vendor, note);
  const applications = await findApplications(graph, `displayName eq ${quoted(settings.names.application)}`);
  // Display names are not unique: only one with our mark is ours, and others are none of our business.
  const [own, ...twins] = applications.filter((each) => bearsMark(each["notes"], mark));
  if (own === undefined) return nothingThere;
  if (twins.length > 0) {
    const ids = [own, ...twins].map((each) => String(each["appId"])).join(", ");
    conflicts.push(
      `application: several apps bear this stack's mark, left by interrupted runs: ${ids}. Nothing was touched. Remove all but one, or run destroy.`,
    );
    return nothingThere;
  }
  report(`app "${settings.names.application}": left by an interrupted run of this stack; up goes on with it.`);
  const principal = await findServicePrincipal(graph, idOf(own, "appId"));
  return {
    objectId: idOf(principal),
    importApplication: `/applications/${idOf(own)}`,
    importServicePrincipal: principal === undefined ? undefined : `/servicePrincipals/${idOf(principal)}`,
    isAdopted: false,
  };
}

const nothingThere: EnterpriseApp = {
  objectId: "",
  importApplication: undefined,
  importServicePrincipal: undefined,
  isAdopted: false,
};

async function findVendorApp(
  graph: GraphSession,
  clientId: string,
  { settings, mark, conflicts, report }: Note,
): Promise<EnterpriseApp> {
  const principal = await findServicePrincipal(graph, clientId);
  if (principal === undefined) return nothingThere;
  const isOurs = bearsMark(principal["notes"], mark);
  const title = `enterprise app "${String(principal["displayName"])}" (${idOf(principal)})`;
  // The preflight refuses an app of Microsoft's own, whatever adopt says.
  if (!isOurs && !settings.adopt.includes("enterpriseApp") && !isMicrosofts(principal["appOwnerOrganizationId"])) {
    conflicts.push(
      `application.clientId: the ${title} exists and was not made by this stack. Nothing was touched. Set adopt to use it; a destroy keeps it, and takes off what the stack added to it.`,
    );
  } else {
    const adopted = "exists and would be taken over; destroy would keep it, and take off what the stack added to it";
    report(`${title}: ${isOurs ? "left by an interrupted run of this stack" : adopted}.`);
  }
  return {
    objectId: idOf(principal),
    importApplication: undefined,
    importServicePrincipal: `/servicePrincipals/${idOf(principal)}`,
    isAdopted: !isOurs,
  };
}
