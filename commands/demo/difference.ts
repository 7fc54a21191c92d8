// Compares two states of the tenant.

/**
 * Paths in which two JSON values differ, each with both values, e.g. `roleGroups[12].name: "A" is now "B"`; the first
 * 20.
 */
export function differencesOf(before: unknown, after: unknown, path = ""): string[] {
  if (Object.is(before, after)) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [`${path}: ${shorten(before)} is now ${shorten(after)}`];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const isList = Array.isArray(before);
  return [...names]
    .flatMap((name) => {
      const place = isList ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
      return differencesOf(ownValue(before, name), ownValue(after, name), place);
    })
    .slice(0, 20);
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A property of the object itself: what it inherits (`toString`) is not part of a state. */
function ownValue(container: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(container, name) ? container[name] : undefined;
}

function shorten(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
