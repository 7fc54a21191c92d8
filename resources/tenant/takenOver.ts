/**
 * What is on an app or a role group of others when the stack takes it over: said before it is accepted, and recorded, so
 * that the first proof accepts that and nothing else.
 */
import { readRegistration } from "../../directory/appCredentials.ts";
import { isDirectoryError } from "../../directory/errors.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { guid, list, nameOf, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { getAll } from "../lifecycle/lookup.ts";
import { bearsMark } from "../lifecycle/mark.ts";
import type { Entrant } from "../proof/entrants.ts";
import { readApplicationCredentials } from "../proof/entrantsEvidence.ts";
import { entrantsOfApplication, type ApplicationCredentials } from "../proof/entrantsOfApplication.ts";
import { entrantsByManaging } from "../proof/entrantsOfRoleGroup.ts";
import { linesOfTakenOver, recordTakenOver } from "../proof/takenOver.ts";
import { say } from "../proof/words/english.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";

/** The record of both (proof/takenOver.ts), as lines; what was recorded once stays. */
export async function readTakenOver(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<string> {
  const before = recorded?.takenOver ?? "";
  const [ofApp, ofRoleGroup] = await Promise.all([
    takenOverWithApp(context, desired, before),
    takenOverWithRoleGroup(context, desired, before),
  ]);
  return [...ofApp, ...ofRoleGroup].map((line) => `${line}\n`).join("");
}

/** Of the vendor's app: its registration was there before the stack, where it is in this tenant, and so may the app be. */
async function takenOverWithApp(context: Context, desired: TenantInputs, before: string): Promise<string[]> {
  if (!uses(desired, "application") || desired.clientId === "") return [];
  const object = { holder: "app", id: desired.clientId } as const;
  const kept = linesOfTakenOver(before, object);
  if (kept.length > 0 || desired.known.applicationAssignments !== "") return kept;
  const credentials = await credentialsOf(context, desired);
  if (credentials === undefined) return [];
  const { entrants } = entrantsOfApplication(credentials, {
    isOwnApp: false,
    appIsAdopted: desired.app !== "" && !desired.ownsApp,
    thumbprints: new Set(),
    caller: context.entra?.caller.objectId ?? "",
    now: context.exchange.serverTime ?? Date.now(),
  });
  return accept(context, "application", recordTakenOver(object, entrants), entrants);
}

/** `undefined` where they may not be read: then the proof says what there is to say. */
async function credentialsOf(
  context: Context,
  { app, clientId }: TenantInputs,
): Promise<ApplicationCredentials | undefined> {
  const { graph } = entraOf(context);
  try {
    if (app === "") return { registration: await readRegistration(graph, clientId), principal: {}, owners: [] };
    const principal = graph.read(`/servicePrincipals/${app}?$select=id,appId,keyCredentials,passwordCredentials`);
    return await readApplicationCredentials(context, { app, appId: clientId }, principal);
  } catch (error) {
    if (isDirectoryError(error, "notFound", "forbidden", "unauthorized")) return undefined;
    throw error;
  }
}

async function takenOverWithRoleGroup(context: Context, desired: TenantInputs, before: string): Promise<string[]> {
  if (!uses(desired, "impersonation")) return [];
  const { roleGroup: known } = desired.known;
  if (known !== "") return linesOfTakenOver(before, { holder: "roleGroup", id: known });
  if (!desired.adopt.includes("roleGroup")) return [];
  const all = await getAll(context.exchange, "Get-RoleGroup", { ResultSize: "Unlimited" }, { all: true });
  // Several are a conflict, and one of ours is none of others'.
  const [group, ...more] = all.filter(
    (each) => isCalled(each, desired.roleGroup) && !bearsMark(each["Description"], desired.mark),
  );
  if (group === undefined || more.length > 0) return [];
  const object = { holder: "roleGroup", id: guid(group) } as const;
  const kept = linesOfTakenOver(before, object);
  if (kept.length > 0) return kept;
  const entrants = entrantsByManaging(list(group, "ManagedBy").map(nameOf), text(group, "Name"));
  return accept(context, "role group", recordTakenOver(object, entrants), entrants);
}

function isCalled(group: ExchangeObject, name: string): boolean {
  return [text(group, "Name"), text(group, "DisplayName")].some((each) => each.toLowerCase() === name.toLowerCase());
}

function accept(context: Context, title: string, record: string[], entrants: readonly Entrant[]): string[] {
  for (const { fact } of entrants.filter(({ mayBeThere, isMaker }) => mayBeThere && isMaker !== true)) {
    context.report(`${title}: accepted when it is taken over, unless it goes first: ${say(fact)}.`);
  }
  return record;
}
