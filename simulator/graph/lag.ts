/**
 * Replication inside Entra: what a POST has made is not there yet for the requests that follow, which are answered by
 * other servers: 404 for the object itself, 400 where a request refers to it. For `delays.insideEntra` of virtual time.
 */
import type { Simulator } from "../server/service.ts";

/** Virtual times in ms from which all servers know an object; what is not in here is known everywhere. */
const knownFrom = new WeakMap<object, number>();

/** Lets a new object be known later. */
export function appearLater(simulator: Simulator, object: object): void {
  const { insideEntra = 0 } = simulator.delays;
  if (insideEntra > 0) knownFrom.set(object, simulator.now() + insideEntra);
}

/** Whether the server that answers knows the object by now. */
export function hasAppeared(simulator: Simulator, object: object): boolean {
  return (knownFrom.get(object) ?? 0) <= simulator.now();
}

/** The objects that the server that answers knows by now. */
export function appeared<T extends object>(simulator: Simulator, objects: readonly T[]): T[] {
  return objects.filter((object) => hasAppeared(simulator, object));
}
