/** Properties that nothing here interprets: kept as they were sent, nested objects merged. */

type Properties = Readonly<Record<string, unknown>>;

/**
 * What `current` is after a change that sends `sent`: as in Graph a nested object (`web`, `api`) keeps what the change
 * does not name, and a list is replaced whole.
 */
export function mergeProperties(current: Properties, sent: Properties): Record<string, unknown> {
  const merged = Object.entries(sent).map(([name, value]): [string, unknown] => {
    const before = current[name];
    return [name, isNested(before) && isNested(value) ? mergeProperties(before, value) : value];
  });
  return { ...current, ...Object.fromEntries(merged) };
}

/** The sent properties without annotations (`@odata.type`, `owners@odata.bind`) and without those that are known. */
export function readOthers(body: Properties, known: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !name.includes("@") && !known.includes(name)));
}

function isNested(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
