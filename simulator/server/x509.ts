/**
 * Loads @peculiar/x509. tsyringe inside it refuses to load without three functions of the Reflect metadata proposal, so
 * they have to be there first; an import statement would not do, because jest loads CommonJS before anything runs.
 */
import type * as x509 from "@peculiar/x509";

type Target = object;

const metadata = new WeakMap<Target, Map<unknown, unknown>>();

const functions = {
  defineMetadata(key: unknown, value: unknown, target: Target): void {
    const own = metadata.get(target) ?? new Map<unknown, unknown>();
    own.set(key, value);
    metadata.set(target, own);
  },
  getOwnMetadata(key: unknown, target: Target): unknown {
    return metadata.get(target)?.get(key);
  },
  getMetadata(key: unknown, target: Target): unknown {
    for (let owner: Target | null = target; owner !== null; owner = Reflect.getPrototypeOf(owner)) {
      const own = metadata.get(owner);
      if (own?.has(key) === true) return own.get(key);
    }
    return undefined;
  },
};

/** The library, loaded when the first certificate is made. */
export async function loadX509(): Promise<typeof x509> {
  if (!("getMetadata" in Reflect)) Object.assign(Reflect, functions);
  return import("@peculiar/x509");
}
