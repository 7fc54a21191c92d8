/**
 * Somebody's emergency stop outlives what was stopped: a run that sees a stop records it with the tenant, and where the
 * stopped object is then deleted, nothing takes its place until `regrant`. Whoever opens it again by hand ends it.
 */
import { isDirectoryError } from "../../directory/errors.ts";
import { isExchangeError } from "../../exchange/errors.ts";
import { applicationAssignmentName } from "../lifecycle/assignmentName.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { assigneeOf, isRegular } from "../lifecycle/assignmentRow.ts";
import { flag, guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { getAll, getByGuid } from "../lifecycle/lookup.ts";
import {
  fateOf,
  formatStops,
  modeOfStop,
  parseStops,
  refusedAfterStop,
  titleOfStop,
  type RecordedStop,
} from "../lifecycle/recordedStop.ts";
import { linesOf, parseMembers } from "../recipients/memberList.ts";
import { uses, type LastingInputs, type TenantInputs } from "./tenantInputs.ts";

/** The stops to record, as lines, and why what is asked for is refused because of one whose object is gone. */
export async function judgeRecordedStops(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<{ stopped: string; problems: Problem[] }> {
  if (desired.regrant) return { stopped: "", problems: [] };
  const old = parseStops(recorded?.stopped ?? "");
  const [now, fates] = await Promise.all([
    stopsNow(context, desired),
    Promise.all(old.map((stop) => fateOf(context, stop))),
  ]);
  const kept = old.filter((_, index) => fates[index] !== "open");
  const isLeft = (stop: RecordedStop): boolean => isOfRoleLeft(stop, desired) && asksNoMore(desired, recorded);
  const gone = old.filter((stop, index) => fates[index] === "gone" && uses(desired, modeOfStop(stop)) && !isLeft(stop));
  const problems = gone.length === 0 ? [] : [`${refusedAfterStop(gone)} Nothing was changed.`];
  return { stopped: formatStops([...kept, ...now]), problems };
}

/** Whether a stopped assignment gave a role that is not asked for any more: the stack itself has removed it. */
function isOfRoleLeft({ kind, name }: RecordedStop, { roles }: TenantInputs): boolean {
  const [, role] = /^(Application [\w.]+)-/.exec(name) ?? [];
  return kind === "appAssignment" && role !== undefined && !linesOf(roles).includes(role);
}

/** Whether nothing is asked for that would be another way in: no other role, app, name or reach, and no mode more. */
function asksNoMore(desired: TenantInputs, recorded: TenantInputs | undefined): boolean {
  if (recorded === undefined) return false;
  const isSubset = (some: string, all: string): boolean => linesOf(some).every((each) => linesOf(all).includes(each));
  const same = ["reach", "application", "assignment", "clientId"] as const;
  return (
    isSubset(desired.roles, recorded.roles) &&
    isSubset(desired.access, recorded.access) &&
    same.every((name) => desired[name] === recorded[name])
  );
}

/**
 * The stops to record after a look that changes nothing, a refresh: what it sees stopped is refused by the next `up` where
 * somebody has removed it by then. The assignments are known by their names, because the tenant's state holds no others;
 * the list is the one that every proof reads. Where that cannot be read, what was recorded stays.
 */
export async function stopsSeen(context: Context, recorded: LastingInputs): Promise<string> {
  const old = parseStops(recorded.stopped);
  try {
    return formatStops([...old, ...(await namedStops(context, recorded))]);
  } catch (error) {
    if (!isExchangeError(error) && !isDirectoryError(error)) throw error;
    return recorded.stopped;
  }
}

async function namedStops(context: Context, recorded: LastingInputs): Promise<RecordedStop[]> {
  const { assignment, application, reach, roles, user, app } = recorded;
  const impersonates = uses(recorded, "impersonation");
  const ofApp = uses(recorded, "application") ? linesOf(roles) : [];
  const kinds = new Map<string, "assignment" | "appAssignment">([
    ...(impersonates ? [[assignment, "assignment"] as const] : []),
    ...ofApp.map((role) => [applicationAssignmentName(role, application, reach), "appAssignment"] as const),
  ]);
  const [account] = parseMembers(user);
  const [rows, ofUser] = await Promise.all([
    context.exchange.read("Get-ManagementRoleAssignment", {}, { all: true }),
    !impersonates || account === undefined ? [] : stoppedUser(context, account.address),
  ]);
  const named = rows.filter((row) => kinds.has(text(row, "Name")) && isRegular(row));
  const ofRows = named.flatMap((row): RecordedStop[] => {
    const name = text(row, "Name");
    const kind = kinds.get(name);
    return kind === undefined || flag(row, "Enabled") ? [] : [{ kind, id: guid(row), name }];
  });
  // Of an own app the tenant's state knows nothing before a later run writes it anew: its assignments name it.
  const holders = named.filter((row) => kinds.get(text(row, "Name")) === "appAssignment").map(appIn);
  const apps = new Set([...(ofApp.length === 0 ? [] : [app]), ...holders].filter((id) => id !== ""));
  const ofApps = await Promise.all([...apps].map((id) => stoppedApp(context, id)));
  return [...ofRows, ...ofUser, ...ofApps.flat()];
}

/** The enterprise app that an assignment names; empty where another kind of holder has it. */
function appIn(row: ExchangeObject): string {
  return text(row, "RoleAssigneeType") === "ServicePrincipal" ? assigneeOf(row).toLowerCase() : "";
}

/**
 * Says at the end of a destroy which stops nobody respects any more: what was stopped is gone, and with the stack goes the
 * only record of it. What stays, because it was there before the stack, stays stopped.
 */
export async function reportForgotten(context: Context, { stopped }: LastingInputs): Promise<void> {
  for (const stop of parseStops(stopped)) {
    // Nothing depends on the answer: where nobody may ask, the safer line is said.
    const fate = await fateOf(context, stop).catch((error: unknown) => {
      if (!isExchangeError(error) && !isDirectoryError(error)) throw error;
      return "gone" as const;
    });
    if (fate === "stopped") context.report(`${titleOfStop(stop)} is left as it is, and is still stopped.`);
    if (fate === "gone") {
      context.report(
        `${titleOfStop(stop)} was stopped by somebody; with this stack that stop is forgotten: a new up opens the access again, without regrant. Where it is to stay shut, run none.`,
      );
    }
  }
}

/** What is stopped now of what the stack holds; asked so that a preview has asked most of it already. */
async function stopsNow(context: Context, desired: TenantInputs): Promise<RecordedStop[]> {
  const { assignment, applicationAssignments, app } = desired.known;
  const [user] = parseMembers(desired.user);
  const all = await Promise.all([
    assignment === "" ? [] : stoppedAssignment(context, "assignment", assignment),
    user === undefined || assignment === "" ? [] : stoppedUser(context, user.address),
    app === "" ? [] : stoppedApp(context, app),
    ...linesOf(applicationAssignments).map((line) => stoppedAssignment(context, "appAssignment", line.slice(-36))),
  ]);
  return all.flat();
}

/** GUIDs of the stack's role assignments that open nothing: disabled, or gone. Asked only where one is to be kept. */
export async function readShut({ exchange }: Context, { known }: TenantInputs): Promise<ReadonlySet<string>> {
  if (!linesOf(known.adopted).some((line) => /assignment keep$/i.test(line))) return new Set();
  const ofApp = linesOf(known.applicationAssignments).map((line) => line.slice(-36));
  const ids = [known.assignment, ...ofApp].filter((id) => id !== "");
  const live = await Promise.all(ids.map((id) => getByGuid(exchange, "Get-ManagementRoleAssignment", id)));
  return new Set(
    ids.filter((_, index) => {
      const found = live[index];
      return found === undefined || !flag(found, "Enabled");
    }),
  );
}

async function stoppedAssignment(
  { exchange }: Context,
  kind: "assignment" | "appAssignment",
  id: string,
): Promise<RecordedStop[]> {
  const live = await getByGuid(exchange, "Get-ManagementRoleAssignment", id);
  return live === undefined || flag(live, "Enabled") ? [] : [{ kind, id, name: text(live, "Name") }];
}

async function stoppedUser({ exchange }: Context, Identity: string): Promise<RecordedStop[]> {
  const found = await getAll(exchange, "Get-User", { Identity });
  return found
    .filter((user) => flag(user, "AccountDisabled") && guid(user, "ExternalDirectoryObjectId") !== "")
    .map((user) => ({
      kind: "user",
      id: guid(user, "ExternalDirectoryObjectId"),
      name: text(user, "UserPrincipalName"),
    }));
}

async function stoppedApp(context: Context, id: string): Promise<RecordedStop[]> {
  const app: RecordedStop = { kind: "app", id, name: "" };
  return (await fateOf(context, app)) === "stopped" ? [app] : [];
}
