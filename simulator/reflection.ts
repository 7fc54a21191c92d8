/**
 * The three Reflect functions that tsyringe (inside @peculiar/x509) needs and refuses to load without. Import this
 * before @peculiar/x509.
 */
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

if (!("getMetadata" in Reflect)) Object.assign(Reflect, functions);
