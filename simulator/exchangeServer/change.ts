/**
 * What a write changed in a directory, and the same change made in another one: attribute by attribute, and memberships
 * value by value, as Active Directory replicates them.
 */
import type { Tenant } from "../tenant/model.ts";

/** The lists that domain controllers hold. */
const lists = ["users", "recipients", "roleGroups", "roles", "scopes", "assignments"] as const;

type Entry = Record<string, unknown>;
/** A directory's objects by list and key. */
type Directory = ReadonlyMap<string, ReadonlyMap<string, Entry>>;

/** One object's change: it came, it went, or some of its attributes have other values. */
interface ObjectChange {
  readonly list: (typeof lists)[number];
  readonly key: string;
  readonly added?: Entry;
  readonly removed?: true;
  readonly attributes?: readonly AttributeChange[];
}

/** A path of names, and the value that stands there now; or what came to the list there, and what went from it. */
interface AttributeChange {
  readonly path: readonly string[];
  readonly value?: unknown;
  readonly links?: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

/** Lists whose values replicate one by one. */
const linked = new Set(["members", "managedBy"]);

/** A copy of a directory, to compare with later. */
export function photograph(tenant: Tenant): Directory {
  return structuredClone(index(tenant));
}

/** A tenant whose directory is its own; what no domain controller holds is shared. */
export function copyDirectory(tenant: Tenant): Tenant {
  return { ...tenant, ...structuredClone(Object.fromEntries(lists.map((list) => [list, tenant[list]]))) };
}

function index(tenant: Tenant): Directory {
  return new Map(
    lists.map((list) => [list, new Map((tenant[list] as unknown as Entry[]).map((each) => [keyOf(each), each]))]),
  );
}

function keyOf(entry: Entry): string {
  return String(entry["guid"] ?? entry["id"]);
}

/** What has become of a directory since the photograph. */
export function changesSince(before: Directory, tenant: Tenant): readonly ObjectChange[] {
  const now = index(tenant);
  return lists.flatMap((list): ObjectChange[] => {
    const [old, current] = [before.get(list) ?? new Map<string, Entry>(), now.get(list) ?? new Map<string, Entry>()];
    const gone = [...old.keys()].filter((key) => !current.has(key));
    return [
      ...gone.map((key): ObjectChange => ({ list, key, removed: true })),
      ...[...current].flatMap(([key, entry]): ObjectChange[] => {
        const known = old.get(key);
        if (known === undefined) return [{ list, key, added: structuredClone(entry) }];
        const attributes = compare(known, entry, []);
        return attributes.length === 0 ? [] : [{ list, key, attributes }];
      }),
    ];
  });
}

function compare(before: Entry, now: Entry, path: readonly string[]): AttributeChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].flatMap((name): AttributeChange[] => {
    const [old, current] = [before[name], now[name]];
    if (JSON.stringify(old) === JSON.stringify(current)) return [];
    const here = [...path, name];
    if (linked.has(name) && isTexts(old) && isTexts(current)) {
      const added = current.filter((value) => !old.includes(value));
      return [{ path: here, links: { added, removed: old.filter((value) => !current.includes(value)) } }];
    }
    if (isEntry(old) && isEntry(current)) return compare(old, current, here);
    return [{ path: here, value: structuredClone(current) }];
  });
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Makes the changes in another directory. What has gone there meanwhile stays gone. */
export function applyChanges(changes: readonly ObjectChange[], tenant: Tenant): void {
  for (const { list, key, added, removed, attributes = [] } of changes) {
    const entries = tenant[list] as unknown as Entry[];
    const known = entries.find((each) => keyOf(each) === key);
    if (removed) Object.assign(tenant, { [list]: entries.filter((each) => each !== known) });
    else if (added !== undefined && known === undefined) entries.push(structuredClone(added));
    else if (known !== undefined) for (const attribute of attributes) applyAttribute(known, attribute);
  }
}

function applyAttribute(entry: Entry, { path: [name = "", ...rest], value, links }: AttributeChange): void {
  const current = entry[name];
  if (rest.length > 0) {
    if (isEntry(current)) applyAttribute(current, { path: rest, value, ...(links !== undefined && { links }) });
    return;
  }
  if (links === undefined || !isTexts(current)) {
    entry[name] = structuredClone(value);
    return;
  }
  const kept = current.filter((each) => !links.removed.includes(each));
  entry[name] = [...kept, ...links.added.filter((each) => !kept.includes(each))];
}
