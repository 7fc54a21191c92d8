// Values as PowerShell literals: whatever they hold, they are texts and nothing else.

/** What PowerShell takes for a single quote: the plain one and the typographic ones. */
const quotes = /['\u2018\u2019\u201A\u201B]/g;

/** A text in single quotes, within which PowerShell expands nothing; a quote is written twice. */
export function literalOf(text: string): string {
  return `'${text.replaceAll(quotes, (quote) => quote + quote)}'`;
}

/** A value of a script: a text, whether something holds, a list, or a table by names that are identifiers. */
export type Value = string | boolean | readonly Value[] | { readonly [name: string]: Value };

/** Any of them as a literal. */
export function valueOf(value: Value): string {
  if (typeof value === "string") return literalOf(value);
  if (typeof value === "boolean") return value ? "$true" : "$false";
  if (isList(value)) return `@(${value.map(valueOf).join(", ")})`;
  const entries = Object.entries(value).map(([name, each]) => `${name} = ${valueOf(each)}`);
  return entries.length === 0 ? "@{}" : `@{ ${entries.join("; ")} }`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
