/** The dump of the tenant's state: without secrets and in a stable order, so that two dumps can be compared. */
import type { Tenant } from "./model.ts";

/** What is never dumped, by property name. */
const SECRETS: ReadonlySet<string> = new Set(["password", "secrets", "secretText", "key"]);

/** Properties by which the objects of a list are ordered; the first that an object has counts. */
const ORDER = ["guid", "id", "identity"];

export interface State {
  /** Everything that is there. */
  readonly tenant: Record<string, unknown>;
  /** What was deleted and can be restored: a test of "nothing left behind" looks at it separately. */
  readonly recycleBin: Record<string, unknown>;
}

export function describeState(tenant: Tenant): State {
  const { deletedItems, ...rest } = tenant;
  const live = {
    ...rest,
    users: tenant.users.filter(({ deletedDateTime }) => deletedDateTime === null),
    recipients: tenant.recipients.filter(({ softDeleted }) => !softDeleted),
  };
  const recycleBin = {
    users: tenant.users.filter(({ deletedDateTime }) => deletedDateTime !== null),
    recipients: tenant.recipients.filter(({ softDeleted }) => softDeleted),
    items: (deletedItems ?? []).map((item) => ({ ...item, id: item.object.id })),
  };
  return { tenant: order(live), recycleBin: order(recycleBin) };
}

function order(value: object): Record<string, unknown> {
  return arrange(value) as Record<string, unknown>;
}

function arrange(value: unknown): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    if (value.every((item) => typeof item === "string")) return value.toSorted();
    return value
      .map(arrange)
      .map((item) => ({ item, key: keyOf(item) }))
      .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
      .map(({ item }) => item);
  }
  if (typeof value !== "object" || value === null) return value;
  const arranged: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    if (!SECRETS.has(name)) arranged[name] = arrange((value as Record<string, unknown>)[name]);
  }
  return arranged;
}

function keyOf(item: unknown): string {
  if (typeof item !== "object" || item === null) return String(item);
  for (const name of ORDER) {
    const value = (item as Record<string, unknown>)[name];
    if (typeof value === "string") return value;
  }
  return JSON.stringify(item);
}
