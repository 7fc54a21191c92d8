/** Exchange's pointer to the enterprise app: without it no role can be assigned to the app (facts/exchange.md §2.7). */
import { isDirectoryError } from "../directory/errors.ts";
import { isExchangeError } from "../exchange/errors.ts";
import type { ExchangeObject } from "../exchange/session.ts";
import { isUnknown } from "./lifecycle/artifact.ts";
import { isOfApp } from "./lifecycle/assignmentRow.ts";
import { assignmentAsBegun, isBegun, pointerAsBegun } from "./lifecycle/begun.ts";
import { guid, nameOf, text } from "./lifecycle/exchangeValue.ts";
import type { Context, Lifecycle, Ownership } from "./lifecycle/contract.ts";
import { entraOf } from "./lifecycle/entra.ts";
import { getAll, getByGuid } from "./lifecycle/lookup.ts";
import { removeAssignment } from "./lifecycle/scopeAssignments.ts";
import { artifactOf } from "./lifecycle/reconciler.ts";
import { refuseApp } from "./lifecycle/refusedApp.ts";
import { stackBehindApp } from "./lifecycle/stackBehind.ts";
import { UserError } from "./lifecycle/userError.ts";

/** What the pointer is to be. */
export interface ExchangeServicePrincipalInputs extends Ownership {
  readonly displayName: string;
  /** Client id. */
  readonly appId: string;
  /** Object id of the enterprise app, never of the app registration. */
  readonly objectId: string;
  /** Whether the stack made the enterprise app: a pointer to it is then the stack's, too. */
  readonly ownsApp: boolean;
}

/** How long Exchange may take to learn of a new enterprise app, in seconds (facts/exchange.md §6). */
const replicationSeconds = 15 * 60;

/** The pointer's lifecycle (facts/exchange.md §2.7). */
export const exchangeServicePrincipalLifecycle: Lifecycle<ExchangeServicePrincipalInputs> = {
  kind: "exchangeServicePrincipal",
  title: "Exchange service principal",
  compared: ["displayName", "appId", "objectId"],
  replacedBy: ["appId", "objectId"],

  async find(context, desired) {
    const ids = [desired.objectId, desired.appId].filter((id) => id !== "" && !isUnknown(id));
    const found = await Promise.all(
      ids.map((Identity) => getAll(context.exchange, "Get-ServicePrincipal", { Identity })),
    );
    const pointers = new Map(found.flat().map((pointer) => [guid(pointer), pointer]));
    const isApps = (pointer: ExchangeObject): boolean => guid(pointer, "ObjectId") === desired.objectId;
    const isCalled = (pointer: ExchangeObject): boolean => text(pointer, "DisplayName") === desired.displayName;
    const isOthers = [...pointers.values()].some(isApps) && !desired.ownsApp;
    const other = isOthers ? await stackBehindApp(context, desired.objectId, desired.mark) : undefined;
    return [...pointers.values()].map((pointer) => {
      // The preflight knows an own app by its enterprise app's object id only, which says enough.
      const isSameApp = desired.appId === "" || guid(pointer, "AppId") === desired.appId;
      const isSame = guid(pointer, "ObjectId") === desired.objectId && isSameApp;
      return {
        id: guid(pointer),
        title: `Exchange service principal "${text(pointer, "DisplayName")}"`,
        ours: isSame && (desired.ownsApp || (isCalled(pointer) && isBegun(context, pointerAsBegun(desired)))),
        other: isApps(pointer) ? other : undefined,
        place: { holder: "app" as const, text: "the place of this app" },
        obstacles:
          isSame || desired.objectId === ""
            ? []
            : [`it points to ${text(pointer, "ObjectId")}, not to the enterprise app ${desired.objectId}`],
      };
    });
  },

  async create(context, desired) {
    const { appId: AppId, objectId: ObjectId, displayName: DisplayName } = desired;
    return context.waitFor(
      `Exchange to know the enterprise app ${ObjectId}`,
      async () => {
        // An app of Microsoft's own can be new in the tenant: nobody could tell before azuread made its enterprise app.
        if (!desired.ownsApp && !(await demandVendors(context, desired))) return undefined;
        try {
          const [made] = await context.exchange.write("New-ServicePrincipal", { AppId, ObjectId, DisplayName });
          if (made === undefined) throw new UserError("Exchange service principal: Exchange returned nothing.");
          return guid(made);
        } catch (error) {
          if (isExchangeError(error, "notFound")) return undefined;
          throw error;
        }
      },
      replicationSeconds,
    );
  },

  async observe(context, id, recorded) {
    const pointer = await getByGuid(context.exchange, "Get-ServicePrincipal", id);
    if (pointer === undefined) return undefined;
    const { mark, adopt, onDestroy, ownsApp } = recorded;
    return {
      id,
      inputs: {
        mark,
        adopt,
        onDestroy,
        ownsApp,
        displayName: text(pointer, "DisplayName"),
        appId: guid(pointer, "AppId"),
        objectId: guid(pointer, "ObjectId"),
      },
      outputs: {},
    };
  },

  async align(context, live, desired) {
    await context.exchange.write("Set-ServicePrincipal", { Identity: live.id, DisplayName: desired.displayName });
  },

  async whyStays(context, { inputs }) {
    const foreign = inputs.ownsApp ? [] : await othersAssignments(context, inputs.objectId);
    if (foreign.length === 0) return undefined;
    return `Exchange service principal "${inputs.displayName}": role assignments of others use it, and would lose the app without it: ${namesOf(foreign)}. It is left there, and is no longer this stack's. Once nobody uses it, remove it by hand (Remove-ServicePrincipal).`;
  },

  async remove(context, live) {
    await freeOfAssignments(context, live.inputs);
    await context.exchange.write("Remove-ServicePrincipal", { Identity: live.id, Confirm: false });
  },
};

/** Refuses Microsoft's own apps and the caller; false while Entra does not show the enterprise app yet. */
async function demandVendors(context: Context, { appId, objectId }: ExchangeServicePrincipalInputs): Promise<boolean> {
  const { graph, caller } = entraOf(context);
  try {
    const app = await graph.read(`/servicePrincipals/${objectId}?$select=id,appId,displayName,appOwnerOrganizationId`);
    const displayName = typeof app["displayName"] === "string" ? app["displayName"] : "";
    const problem = refuseApp({ appId, objectId, displayName, owner: app["appOwnerOrganizationId"] }, caller);
    if (problem !== undefined) throw new UserError(problem);
    return true;
  } catch (error) {
    if (isDirectoryError(error, "notFound")) return false;
    throw error;
  }
}

/** What others assigned to the app: all but what this stack holds, or what an interrupted run of it began. */
async function othersAssignments(context: Context, app: string): Promise<ExchangeObject[]> {
  const found = await assignmentsOf(context, app);
  const isOurs = (row: ExchangeObject): boolean =>
    context.held.has(guid(row)) ||
    isBegun(
      context,
      assignmentAsBegun({ roleGroup: "", app, role: nameOf(text(row, "Role")), name: text(row, "Name") }),
    );
  return found.filter((row) => !isOurs(row));
}

/**
 * Removes what is still assigned to an app that the stack made: somebody's addition by hand, which would otherwise keep
 * the pointer, and the access, alive, or the stack's own where the pointer alone is made anew. What others assigned to
 * an app of theirs keeps the pointer (`whyStays`): nobody knows whether Exchange would refuse or take it along
 * (facts/exchange.md §9.14).
 */
async function freeOfAssignments(context: Context, inputs: ExchangeServicePrincipalInputs): Promise<void> {
  const found = await assignmentsOf(context, inputs.objectId);
  if (found.length === 0) return;
  context.report(`Exchange service principal: removing what is still assigned to the app: ${namesOf(found)}.`);
  for (const assignment of found) await removeAssignment(context, guid(assignment));
  await context.waitFor("the app to be free of role assignments", async () =>
    (await assignmentsOf(context, inputs.objectId)).length === 0 ? true : undefined,
  );
}

function namesOf(assignments: readonly ExchangeObject[]): string {
  return assignments.map((assignment) => `"${text(assignment, "Name")}"`).join(", ");
}

/** The app's own assignments, without those that it has through a role group. */
async function assignmentsOf(context: Context, objectId: string): Promise<readonly ExchangeObject[]> {
  const asked = { RoleAssignee: objectId };
  const found = await getAll(context.exchange, "Get-ManagementRoleAssignment", asked, { fresh: true });
  return found.filter((each) => isOfApp(each, objectId));
}

/** The pointer as an artifact. */
export const exchangeServicePrincipal = artifactOf(exchangeServicePrincipalLifecycle);
