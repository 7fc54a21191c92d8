/** The users and apps of Entra that azuread may have left in an interrupted run, which the state does not know. */
import { findApplications, findServicePrincipal, idOf } from "../../directory/applications.ts";
import { readPrincipalOwners, readRegistration, type RegistrationCredentials } from "../../directory/appCredentials.ts";
import { isDirectoryError } from "../../directory/errors.ts";
import { quoted, type GraphObject } from "../../directory/graph.ts";
import { deleteUser, findUserByPrincipalName } from "../../directory/users.ts";
import type { Context } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { bearsMark } from "../lifecycle/mark.ts";
import { parseMembers } from "../recipients/memberList.ts";
import { heldItsOwn, heldOwn, reportLeft } from "./leftBehind.ts";
import type { LastingInputs } from "./tenantInputs.ts";

/** What azuread may have left of the application: only what bears the mark. */
export interface App {
  readonly appId: string;
  /** Object id of the enterprise app; empty without one. */
  readonly objectId: string;
  /** Paths in Graph, in the order of removal. */
  readonly paths: readonly string[];
}

/** Those that an interrupted run made, and those that only bear the mark: they are left, with all that they have. */
export interface FoundApps {
  readonly swept: readonly App[];
  readonly left: readonly App[];
}

/**
 * An interrupted azuread may have made several, because its create is repeated after a lost answer; and while it makes
 * one, it gives it a name of its own for a moment (facts/azuread-recorded.md).
 */
export async function findApps(context: Context, tenant: LastingInputs): Promise<FoundApps> {
  const marked = await findMarked(context, tenant);
  const all = await Promise.all(marked.map(async (app) => ({ app, why: await whyLeft(context, tenant, app) })));
  for (const { app, why } of all) if (why.length > 0) reportLeft(context, `app ${app.appId}`, why);
  return {
    swept: all.filter(({ why }) => why.length === 0).map(({ app }) => app),
    left: all.filter(({ why }) => why.length > 0).map(({ app }) => app),
  };
}

async function findMarked(context: Context, tenant: LastingInputs): Promise<App[]> {
  if (context.entra === undefined) return [];
  const { graph } = context.entra;
  const isOurs = (object: GraphObject): boolean => bearsMark(object["notes"], tenant.mark);
  if (tenant.clientId !== "") {
    const principal = await findServicePrincipal(graph, tenant.clientId);
    return principal !== undefined && isOurs(principal) ? [appOf(tenant.clientId, principal, undefined)] : [];
  }
  const filter = `displayName eq ${quoted(tenant.application)} or startsWith(displayName,'TERRAFORM_UPDATE_')`;
  // What the state held azuread has just removed, whatever another back end still shows.
  const applications = (await findApplications(graph, filter)).filter(
    (application) => isOurs(application) && !context.held.has(idOf(application)),
  );
  return Promise.all(
    applications.map(async (application) => {
      const appId = idOf(application, "appId");
      return appOf(appId, await findServicePrincipal(graph, appId), application);
    }),
  );
}

function appOf(appId: string, principal: GraphObject | undefined, application: GraphObject | undefined): App {
  return {
    appId,
    objectId: idOf(principal),
    paths: [
      ...(principal === undefined ? [] : [`/servicePrincipals/${idOf(principal)}`]),
      ...(application === undefined ? [] : [`/applications/${idOf(application)}`]),
    ],
  };
}

/** What tells it from one that a run made and did not come to record: that has no key, and no owner but its maker. */
async function whyLeft(context: Context, tenant: LastingInputs, { appId, objectId }: App): Promise<string[]> {
  const isOwn = tenant.clientId === "";
  if (isOwn && heldOwn(context, "applicationCertificates")) return [heldItsOwn];
  const { graph } = entraOf(context);
  const select = "$select=id,appId,keyCredentials,passwordCredentials";
  const [registration, principal, owners] = await Promise.all([
    isOwn ? readRegistration(graph, appId) : ("elsewhere" as const),
    objectId === "" ? {} : graph.read(`/servicePrincipals/${objectId}?${select}`),
    objectId === "" ? [] : readPrincipalOwners(graph, objectId),
  ]);
  const { application, federated, owners: registered } = registration === "elsewhere" ? nothing : registration;
  if ([application, federated, owners, registered].includes(undefined)) return ["its keys and owners may not be read"];
  return whyNotMade(
    [application, principal].filter((each) => each !== undefined),
    federated ?? [],
    [...(owners ?? []), ...(registered ?? [])].filter(({ id }) => id !== context.entra?.caller.objectId),
  );
}

const nothing: RegistrationCredentials = { application: {}, federated: [], owners: [] };

function whyNotMade(
  holders: readonly GraphObject[],
  federated: readonly unknown[],
  others: readonly { readonly id: string }[],
): string[] {
  const holds = (name: "passwordCredentials" | "keyCredentials"): boolean =>
    holders.some((each) => Array.isArray(each[name]) && each[name].length > 0);
  return [
    ...(holds("passwordCredentials") ? ["it has a client secret"] : []),
    ...(holds("keyCredentials") ? ["it has a key or a certificate"] : []),
    ...(federated.length > 0 ? ["it has a federated credential"] : []),
    ...(others.length > 0 ? [`it has other owners: ${[...new Set(others.map(({ id }) => id))].join(", ")}`] : []),
  ];
}

/** Removes an app that an interrupted run left. */
export async function removeApp(context: Context, { appId, paths }: App): Promise<void> {
  context.report(`app ${appId}: left by an interrupted run of this stack; removing it.`);
  for (const path of paths) await removeFromEntra(context, path);
}

/** What is gone already is done: somebody else's work, or that of a call whose answer was lost. */
async function removeFromEntra(context: Context, path: string): Promise<void> {
  try {
    await entraOf(context).graph.remove(path);
  } catch (error) {
    if (!isDirectoryError(error, "notFound")) throw error;
  }
}

/** Removes the user of Entra's that an interrupted run left. */
export async function sweepUser(context: Context, tenant: LastingInputs): Promise<void> {
  const [user] = parseMembers(tenant.user);
  if (user === undefined) return;
  const { graph } = entraOf(context);
  const found = await findUserByPrincipalName(graph, user.address);
  if (found === undefined || !bearsMark(found.jobTitle, tenant.mark) || context.held.has(found.id)) return;
  const { serviceUserDisplayName: made } = tenant;
  const isCalled = made === undefined || found.displayName === made;
  const why = [
    ...(heldOwn(context, "serviceUserListing") ? [heldItsOwn] : []),
    ...(isCalled ? [] : [`it is shown as "${found.displayName}", not as "${made}"`]),
  ];
  if (why.length > 0) {
    reportLeft(context, `user ${user.address}`, why);
    return;
  }
  context.report(`user ${user.address}: left by an interrupted run of this stack; removing it.`);
  await deleteUser(graph, found.id);
}
