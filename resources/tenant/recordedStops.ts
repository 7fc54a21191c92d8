/**
 * Somebody's emergency stop outlives what was stopped: a run that sees a stop records it with the tenant, and where the
 * stopped object is then deleted, nothing takes its place until `regrant`. Whoever opens it again by hand ends it.
 */
import { flag, guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { getAll, getByGuid } from "../lifecycle/lookup.ts";
import {
  fateOf,
  formatStops,
  modeOfStop,
  parseStops,
  refusedAfterStop,
  type RecordedStop,
} from "../lifecycle/recordedStop.ts";
import { linesOf, parseMembers } from "../recipients/memberList.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";

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
  const gone = old.filter((stop, index) => fates[index] === "gone" && uses(desired, modeOfStop(stop)));
  const problems = gone.length === 0 ? [] : [`${refusedAfterStop(gone)} Nothing was changed.`];
  return { stopped: formatStops([...kept, ...now]), problems };
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
