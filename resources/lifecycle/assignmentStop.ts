/**
 * Refuses to make an assignment, the first one or in place of another, while an access beside it is stopped: asked of
 * Exchange and Entra now, because an `up` of one resource alone passes the tenant's preflight by.
 */
import type { ExchangeObject } from "../../exchange/session.ts";
import { isUnknown } from "./artifact.ts";
import { isOfApp } from "./assignmentRow.ts";
import { disabledAmong, disabledApp, refusedWhileStopped, blockedMembers, type Stops } from "./emergencyStop.ts";
import { guid, nameOf, text } from "./exchangeValue.ts";
import type { Context, Problem } from "./contract.ts";
import { getAll } from "./lookup.ts";
import { goneAmong, modeOfStop, parseStops, refusedAfterStop } from "./recordedStop.ts";
import { assignmentsOn } from "./scopeAssignments.ts";

/** An assignment as far as a stop matters to it; the fields are those of the artifact's inputs (roleAssignment.ts). */
interface AskedAssignment {
  readonly name: string;
  readonly role: string;
  readonly roleGroup: string;
  readonly app: string;
  readonly ownsApp: boolean;
  readonly scope: string;
  readonly writeScope: string;
  readonly enabled: boolean;
  /** What was stopped when a run looked last (recordedStop.ts). */
  readonly stopped: string;
}

/** @param recorded what is replaced; `undefined` where the stack holds no such assignment (any more) */
export async function refuseWhileStopped(
  context: Context,
  desired: AskedAssignment,
  recorded: AskedAssignment | undefined,
): Promise<Problem[]> {
  const stops = [...(await stopsBeside(context, desired, recorded === undefined))];
  if (recorded !== undefined) {
    stops.push(...(await stopsBeside(context, recorded, false)));
    // The last that was known of it counts, too: it may be gone by now.
    if (!recorded.enabled) stops.push(`the role assignment "${recorded.name}" is disabled`);
  }
  if (stops.length === 0) return afterStops(context, desired);
  if (recorded === undefined) {
    const why = `the role assignment "${desired.name}" would be made`;
    return [refusedWhileStopped(stops, [why], "Leave it as it is until it may be open again.")];
  }
  const why = `another role assignment would be made in place of "${recorded.name}"`;
  return [refusedWhileStopped(stops, [why], "Set back the setting that changes its name, its role or who has it.")];
}

/** What was stopped and is gone: only the record knows of it. */
async function afterStops(context: Context, { stopped, app }: AskedAssignment): Promise<Problem[]> {
  const mode = app === "" ? "impersonation" : "application";
  const gone = await goneAmong(
    context,
    parseStops(stopped).filter((stop) => modeOfStop(stop) === mode),
  );
  return gone.length === 0 ? [] : [refusedAfterStop(gone)];
}

/**
 * What is stopped about the one that has the role, and about everything else that uses its scope: the other access mode
 * does. An app that was there before may have stopped assignments of others.
 * @param isFirst whether what is there of the same role is none of this question: create goes on with it, or refuses
 */
async function stopsBeside(context: Context, inputs: AskedAssignment, isFirst: boolean): Promise<Stops> {
  const { roleGroup, app, scope, writeScope, ownsApp, role } = inputs;
  const isKnown = (id: string): boolean => id !== "" && !isUnknown(id);
  const RoleAssignee = app === "" ? roleGroup : app;
  const [ofGroup, ofApp, all, onScope] = await Promise.all([
    blockedMembers(context, roleGroup),
    disabledApp(context, app),
    isKnown(RoleAssignee) ? getAll(context.exchange, "Get-ManagementRoleAssignment", { RoleAssignee }) : [],
    isKnown(scope) ? assignmentsOn(context, scope, writeScope) : [],
  ]);
  const direct = app === "" ? all : all.filter((each) => isOfApp(each, app));
  const isSameRole = (each: ExchangeObject): boolean => nameOf(text(each, "Role")) === role;
  const isDirect = (each: ExchangeObject): boolean => direct.some((one) => guid(one) === guid(each));
  const own = [...direct.filter((each) => app === "" || ownsApp || isSameRole(each)), ...onScope.filter(isDirect)];
  const counted = [
    ...own.filter((each) => !(isFirst && isSameRole(each))),
    ...onScope.filter((each) => !isDirect(each)),
  ];
  return [...ofGroup, ...ofApp, ...disabledAmong(counted)];
}
