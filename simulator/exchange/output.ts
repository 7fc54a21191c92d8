/** Objects as cmdlets return them, and their form on the wire (facts/exchange.md §1.2). */

/** A GUID: the wire marks it as one. */
export class Guid {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

export type OutputValue = string | number | boolean | null | readonly string[] | Guid;

/** Enumerations, sizes and names of other objects are strings, as Exchange gives them. */
export type Output = Readonly<Record<string, OutputValue>>;

/** `undefined`, an empty text or a missing id is `null` to Exchange. */
export function guidOrNull(value: string | null | undefined): Guid | null {
  return value ? new Guid(value) : null;
}

/** The object with its annotations; `select` (lower case) keeps only the properties that it names. */
export function encodeOutput(output: Output, select?: ReadonlySet<string>): Record<string, unknown> {
  const encoded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(output)) {
    if (select && !select.has(name.toLowerCase())) continue;
    if (value instanceof Guid) {
      encoded[`${name}@data.type`] = "System.Guid";
      encoded[`${name}@odata.type`] = "#Guid";
      encoded[name] = value.value;
    } else {
      if (Array.isArray(value)) encoded[`${name}@odata.type`] = "#Collection(String)";
      encoded[name] = value;
    }
  }
  return encoded;
}

/** Only the named properties, in Exchange's casing; `undefined` keeps all. */
export function pickProperties(output: Output, names: readonly string[] | undefined): Output {
  if (names === undefined) return output;
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(output).filter(([name]) => wanted.has(name.toLowerCase())));
}
