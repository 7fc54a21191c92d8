/**
 * The domain controllers of an Exchange Server organisation: each has a directory of its own, and what is written to one is
 * in the others some time later (delay `domainControllers`).
 */
import { reachOf } from "../access/access.ts";
import { CmdletFailure } from "../exchange/failure.ts";
import type { Simulator } from "../server/service.ts";
import type { ServerOrganization, Tenant } from "../tenant/model.ts";
import { applyChanges, changesSince, copyDirectory, photograph } from "./change.ts";
import { serverOf } from "./serverOf.ts";

/** Directories of the further domain controllers by the tenant of the first one, which a reset replaces. */
const replicas = new WeakMap<Tenant, ReadonlyMap<string, Tenant>>();

/** The directories by domain controller; the tenant itself is that of the first. */
export function directoriesOf(tenant: Tenant): ReadonlyMap<string, Tenant> {
  const existing = replicas.get(tenant);
  if (existing !== undefined) return existing;
  const server = serverOf(tenant);
  const made = new Map(
    controllersOf(server).map((name) => {
      if (name === server.answering) return [name, tenant];
      const copy = copyDirectory(tenant);
      return [name, { ...copy, server: { ...server, answering: name } }];
    }),
  );
  replicas.set(tenant, made);
  return made;
}

/** All of the forest's; each is a global catalogue. */
export function controllersOf({ domainControllers, childDomains }: ServerOrganization): string[] {
  return [...domainControllers, ...childDomains.flatMap((each) => each.domainControllers)];
}

/** The domain controller that a name means: fully qualified, or its first part. */
export function findController(server: ServerOrganization, name: string): string {
  const wanted = name.toLowerCase();
  const found = controllersOf(server).find((each) => each === wanted || each.split(".")[0] === wanted);
  if (found !== undefined) return found;
  throw new CmdletFailure(
    "Microsoft.Exchange.Data.Directory.SuitabilityDirectoryException",
    `An Active Directory error 0x51 occurred when trying to check the suitability of server '${name}'. Error: 'Active ` +
      "directory response: The LDAP server is unavailable.'",
  );
}

/** The same organisation as one of its domain controllers knows it. */
export function asSeenBy(simulator: Simulator, controller: string): Simulator {
  const tenant = directoriesOf(simulator.tenant).get(controller);
  return tenant === undefined ? simulator : { ...simulator, tenant };
}

/** Does a write in one domain controller's directory, and plans its way to the others. */
export function writeAt<T>(simulator: Simulator, controller: string, write: (seen: Simulator) => T): T {
  const first = simulator.tenant;
  const seen = asSeenBy(simulator, controller);
  const before = photograph(seen.tenant);
  try {
    return write(seen);
  } finally {
    const changes = changesSince(before, seen.tenant);
    for (const [name, tenant] of directoriesOf(first)) {
      if (name === controller || changes.length === 0) continue;
      simulator.after(simulator.delays.domainControllers ?? 0, `${controller} to ${name}`, () => {
        applyChanges(changes, tenant);
        simulator.record({ actor: "replication", operation: `${controller} to ${name}`, target: name, status: 200 });
      });
    }
  }
}

/** What each principal can reach as any of the domain controllers has it: whichever is asked may let it in. */
export function reachAnywhere(tenant: Tenant): ReadonlyMap<string, readonly string[]> {
  const all = [...directoriesOf(tenant).values()].map(reachOf);
  const names = new Set(all.flatMap((reach) => [...reach.keys()]));
  return new Map([...names].map((name) => [name, [...new Set(all.flatMap((reach) => reach.get(name) ?? []))].sort()]));
}
