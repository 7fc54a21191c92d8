/**
 * A stop as the tenant's artifact records it: it outlives what was stopped, so that nothing takes the place of a stopped
 * access that somebody then deleted (design.md §7.10).
 */
import { isDirectoryError } from "../../directory/errors.ts";
import { readUser } from "../../directory/users.ts";
import type { Context, Problem } from "./contract.ts";
import { entraOf } from "./entra.ts";
import { refusedWhileStopped } from "./emergencyStop.ts";
import { flag } from "./exchangeValue.ts";
import { getByGuid } from "./lookup.ts";

/** What is stopped, or was when it was seen last. */
export interface RecordedStop {
  readonly kind: "assignment" | "appAssignment" | "user" | "app";
  /** GUID of the assignment, object id of the user or of the enterprise app. */
  readonly id: string;
  readonly name: string;
}

/** What became of what was stopped. */
type Fate = "stopped" | "open" | "gone";

/** `kind id name` a line, sorted, each once; empty where nothing is stopped. */
export function formatStops(stops: readonly RecordedStop[]): string {
  return [...new Set(stops.map(({ kind, id, name }) => `${kind} ${id} ${name}\n`))].toSorted().join("");
}

/** Reads {@link formatStops}. */
export function parseStops(lines: string): RecordedStop[] {
  const each = lines.split("\n").filter((line) => line !== "");
  return each.map((line) => {
    const [kind = "", id = "", ...name] = line.split(" ");
    return { kind: kind as RecordedStop["kind"], id, name: name.join(" ") };
  });
}

/** The access mode that a stop ends. */
export function modeOfStop({ kind }: RecordedStop): "impersonation" | "application" {
  return kind === "assignment" || kind === "user" ? "impersonation" : "application";
}

/** Says that what was stopped and then removed is not made anew. */
export function refusedAfterStop(gone: readonly RecordedStop[]): Problem {
  const stops = gone.map((stop) => `${titleOfStop(stop)} was stopped, and then removed`);
  return refusedWhileStopped(stops, ["it would be made anew"], "Leave that way in out of access, or run destroy.");
}

/** Of a stop, in words. */
export function titleOfStop({ kind, name, id }: RecordedStop): string {
  if (kind === "user") return `the user ${name}`;
  return kind === "app" ? `the enterprise app ${id}` : `the role assignment "${name}"`;
}

/** Those whose object is gone: nobody opened them again. */
export async function goneAmong(context: Context, stops: readonly RecordedStop[]): Promise<RecordedStop[]> {
  const fates = await Promise.all(stops.map((stop) => fateOf(context, stop)));
  return stops.filter((_, index) => fates[index] === "gone");
}

/** What became of something that was stopped; one that nobody may ask about counts as it was. */
export async function fateOf(context: Context, { kind, id }: RecordedStop): Promise<Fate> {
  if (kind === "app") return appFate(context, id);
  if (kind === "user") return userFate(context, id);
  const live = await getByGuid(context.exchange, "Get-ManagementRoleAssignment", id);
  if (live === undefined) return "gone";
  return flag(live, "Enabled") ? "open" : "stopped";
}

async function userFate({ entra, exchange }: Context, id: string): Promise<Fate> {
  if (entra === undefined) {
    const live = await getByGuid(exchange, "Get-User", id);
    if (live === undefined) return "gone";
    return flag(live, "AccountDisabled") ? "stopped" : "open";
  }
  const user = await readUser(entra.graph, id).catch(unlessForbidden);
  if (user === "forbidden") return "stopped";
  if (user === undefined) return "gone";
  return user.accountEnabled ? "open" : "stopped";
}

async function appFate(context: Context, id: string): Promise<Fate> {
  try {
    const app = await entraOf(context).graph.read(`/servicePrincipals/${id}?$select=id,appId,accountEnabled`);
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
