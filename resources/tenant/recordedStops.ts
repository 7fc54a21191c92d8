/**
 * Somebody's emergency stop outlives what was stopped: a run that sees a stop records it with the tenant, and where the
 * stopped object is then deleted, nothing takes its place until `regrant`. Whoever opens it again by hand ends it.
 */
import { isDirectoryError } from "../../directory/errors.ts";
import { readUser } from "../../directory/users.ts";
import { refusedWhileStopped } from "../lifecycle/emergencyStop.ts";
import { flag, guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { getAll, getByGuid } from "../lifecycle/lookup.ts";
import { linesOf, parseMembers } from "../recipients/memberList.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";

/** What is stopped, or was when it was seen last. */
interface RecordedStop {
  readonly kind: "assignment" | "appAssignment" | "user" | "app";
  /** GUID of the assignment, object id of the user or of the enterprise app. */
  readonly id: string;
  readonly name: string;
}

type Fate = "stopped" | "open" | "gone";

/** The stops to record, as lines, and why what is asked for is refused because of one whose object is gone. */
export async function judgeRecordedStops(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<{ stopped: string; problems: Problem[] }> {
  if (desired.regrant) return { stopped: "", problems: [] };
  const old = linesOf(recorded?.stopped ?? "").map(parse);
  const [now, fates] = await Promise.all([
    stopsNow(context, desired),
    Promise.all(old.map((stop) => fateOf(context, stop))),
  ]);
  const kept = old.filter((_, index) => fates[index] !== "open");
  const gone = old.filter((stop, index) => fates[index] === "gone" && uses(desired, modeOf(stop)));
  const lines = new Set([...kept, ...now].map(({ kind, id, name }) => `${kind} ${id} ${name}\n`));
  const problems = gone.length === 0 ? [] : [refusal(gone)];
  return { stopped: [...lines].toSorted().join(""), problems };
}

function refusal(gone: readonly RecordedStop[]): Problem {
  const stops = gone.map((stop) => `${title(stop)} was stopped, and then removed`);
  return refusedWhileStopped(stops, ["it would be made anew"], "Leave that way in out of access, or run destroy.");
}

function title({ kind, name, id }: RecordedStop): string {
  if (kind === "user") return `the user ${name}`;
  return kind === "app" ? `the enterprise app ${id}` : `the role assignment "${name}"`;
}

function modeOf({ kind }: RecordedStop): "impersonation" | "application" {
  return kind === "assignment" || kind === "user" ? "impersonation" : "application";
}

function parse(line: string): RecordedStop {
  const [kind = "", id = "", ...name] = line.split(" ");
  return { kind: kind as RecordedStop["kind"], id, name: name.join(" ") };
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
  return (await appFate(context, id)) === "stopped" ? [{ kind: "app", id, name: "" }] : [];
}

/** What became of something that was stopped; one that nobody may ask about counts as it was. */
async function fateOf(context: Context, { kind, id }: RecordedStop): Promise<Fate> {
  if (kind === "app") return appFate(context, id);
  if (kind === "user") {
    const user = await readUser(context.graph, id).catch(unlessForbidden);
    if (user === "forbidden") return "stopped";
    if (user === undefined) return "gone";
    return user.accountEnabled ? "open" : "stopped";
  }
  const live = await getByGuid(context.exchange, "Get-ManagementRoleAssignment", id);
  if (live === undefined) return "gone";
  return flag(live, "Enabled") ? "open" : "stopped";
}

async function appFate({ graph }: Context, id: string): Promise<Fate> {
  try {
    const app = await graph.read(`/servicePrincipals/${id}?$select=id,appId,accountEnabled`);
    return app["accountEnabled"] === false ? "stopped" : "open";
  } catch (error) {
    if (!isDirectoryError(error, "notFound")) throw error;
    return "gone";
  }
}

function unlessForbidden(error: unknown): "forbidden" {
  if (!isDirectoryError(error, "forbidden", "unauthorized")) throw error;
  return "forbidden";
}
