// Owners of an application or enterprise app, as azuread adds and removes them.
import type { Graph } from "./graph.ts";

/** An owners@odata.bind: at creation the caller is always an owner, so that it can finish the job. */
export function bindOwners(graph: Graph, owners: string[]): string[] {
  return [...new Set([graph.callerId, ...owners])].map((id) => `${graph.origin}/v1.0/directoryObjects/${id}`);
}

/** Takes the caller out of the owners again unless it was asked for. */
export async function dropCaller(graph: Graph, path: string, owners: string[]): Promise<void> {
  if (!owners.some((id) => id.toLowerCase() === graph.callerId.toLowerCase())) {
    await graph.call("DELETE", `${path}/owners/${graph.callerId}/$ref`, undefined, true);
  }
}

/** Object ids of the owners. */
export async function listOwners(graph: Graph, path: string): Promise<string[]> {
  const { value } = (await graph.call("GET", `${path}/owners`)) as { value?: { id?: string }[] };
  return (value ?? []).map(({ id }) => id ?? "");
}

/** Adds the owners that are missing and removes those that are too many. */
export async function alignOwners(graph: Graph, path: string, live: string[], wanted: string[]): Promise<void> {
  for (const id of wanted.filter((id) => !live.includes(id))) {
    await graph.call("POST", `${path}/owners/$ref`, { "@odata.id": `${graph.origin}/v1.0/directoryObjects/${id}` });
  }
  for (const id of live.filter((id) => !wanted.includes(id))) {
    await graph.call("DELETE", `${path}/owners/${id}/$ref`);
  }
}
