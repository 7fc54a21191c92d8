/** The app registration and enterprise app of a stack: what is there already, whose it is, and what azuread is to do. */
import { findApplications, findServicePrincipal, idOf, readPrincipal } from "../directory/applications.ts";
import { isMicrosofts } from "../directory/firstParty.ts";
import { quoted, type GraphObject, type GraphSession } from "../directory/graph.ts";
import { bearsMark, foreignConflict, foreignMark } from "../resources/lifecycle/mark.ts";
import { originOf, type Note } from "./identityNote.ts";
import type { OwnState } from "./ownState.ts";

/** The app registration and enterprise app that the stack makes or takes in. */
export interface EnterpriseApp {
  /** Object id of the enterprise app where it is there already; otherwise empty. */
  readonly objectId: string;
  readonly importApplication: string | undefined;
  readonly importServicePrincipal: string | undefined;
  readonly isAdopted: boolean;
}

/** The own app, or the vendor's. */
export async function findApp(graph: GraphSession, note: Note): Promise<EnterpriseApp> {
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
