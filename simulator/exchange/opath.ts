/** OPATH: the language of Exchange's recipient filters; parsed, and printed as Exchange prints what it stored. */
import { isDn, normalizeDn } from "./distinguishedName.ts";

/** A value to compare with; `null`, `true` and `false` are `$null`, `$true` and `$false`. */
export type Literal = string | boolean | null;

export interface Comparison {
  kind: "comparison";
  property: string;
  operator: "eq" | "ne" | "like" | "notlike";
  value: Literal;
}

export type Filter =
  Comparison | { kind: "not"; operand: Filter } | { kind: "and" | "or"; left: Filter; right: Filter };

/** A filter that Exchange would refuse. */
export class FilterSyntaxError extends Error {
  override readonly name = "FilterSyntaxError";
}

/** Properties that a recipient filter can name, in Exchange's casing. */
export const filterableProperties: readonly string[] = [
  "Alias",
  "City",
  "Company",
  "CountryOrRegion",
  ...Array.from({ length: 15 }, (_, index) => `CustomAttribute${index + 1}`),
  "Department",
  "DisplayName",
  "DistinguishedName",
  "EmailAddresses",
  "ExternalDirectoryObjectId",
  "Guid",
  "HiddenFromAddressListsEnabled",
  "MemberOfGroup",
  "Name",
  "Office",
  "PrimarySmtpAddress",
  "RecipientType",
  "RecipientTypeDetails",
  "StateOrProvince",
  "Title",
  "UserPrincipalName",
];

const propertyByKey = new Map(filterableProperties.map((property) => [property.toLowerCase(), property]));

interface Token {
  kind: "(" | ")" | "operator" | "word" | "string" | "end";
  text: string;
  position: number;
}

const tokenPattern = /\s*(?:([()])|-([a-z]+)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(\$?[\w.]+))/iy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (/\S/.test(text.slice(tokenPattern.lastIndex))) {
    const position = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) throw syntaxError(text, position);
    const [, parenthesis, operator, single, double, word] = match;
    if (parenthesis === "(" || parenthesis === ")") tokens.push({ kind: parenthesis, text: parenthesis, position });
    else if (operator !== undefined) tokens.push({ kind: "operator", text: operator.toLowerCase(), position });
    else if (single !== undefined) tokens.push({ kind: "string", text: single.replaceAll("''", "'"), position });
    else if (double !== undefined) tokens.push({ kind: "string", text: double.replaceAll('""', '"'), position });
    else tokens.push({ kind: "word", text: word ?? "", position });
  }
  tokens.push({ kind: "end", text: "", position: text.length });
  return tokens;
}

function syntaxError(text: string, position: number): FilterSyntaxError {
  return new FilterSyntaxError(
    "Invalid filter syntax. For a description of the filter parameter syntax see the command help. " +
      `"${text}" at position ${position + 1}.`,
  );
}

/**
 * Parses a filter; braces around the whole, as in PowerShell script blocks, are allowed. Throws
 * {@link FilterSyntaxError}.
 *
 * @param further properties that only this filter can name
 */
export function parseFilter(source: string, further: readonly string[] = []): Filter {
  const text = source.replace(/^\s*\{([\s\S]*)\}\s*$/, "$1");
  const tokens = tokenize(text);
  let index = 0;
  const peek = (): Token => tokens[index] ?? { kind: "end", text: "", position: text.length };
  const accept = (kind: Token["kind"], word?: string): boolean => {
    const found = peek().kind === kind && (word === undefined || peek().text === word);
    if (found) index += 1;
    return found;
  };

  const parseChain = (kind: "and" | "or", parseOperand: () => Filter): Filter => {
    let left = parseOperand();
    while (accept("operator", kind)) left = { kind, left, right: parseOperand() };
    return left;
  };
  const parseOr = (): Filter => parseChain("or", () => parseChain("and", parseUnary));
  const parseUnary = (): Filter => {
    if (accept("operator", "not")) return { kind: "not", operand: parseUnary() };
    if (accept("(")) {
      const inner = parseOr();
      if (!accept(")")) throw syntaxError(text, peek().position);
      return inner;
    }
    return parseComparison();
  };
  const parseComparison = (): Filter => {
    const name = peek();
    if (!accept("word")) throw syntaxError(text, name.position);
    const operator = peek();
    if (!accept("operator")) throw syntaxError(text, operator.position);
    const value = peek();
    if (!accept("string") && !accept("word")) throw syntaxError(text, value.position);
    return comparison(text, propertyOf(name.text, further), name, operator, value);
  };

  const filter = parseOr();
  if (peek().kind !== "end") throw syntaxError(text, peek().position);
  return filter;
}

function propertyOf(name: string, further: readonly string[]): string | undefined {
  const key = name.toLowerCase();
  return propertyByKey.get(key) ?? further.find((property) => property.toLowerCase() === key);
}

function comparison(
  text: string,
  property: string | undefined,
  name: Token,
  operator: Token,
  value: Token,
): Comparison {
  if (property === undefined) throw unknownProperty(text, name);
  const word = operator.text;
  if (word !== "eq" && word !== "ne" && word !== "like" && word !== "notlike")
    throw syntaxError(text, operator.position);
  const literal = readLiteral(text, value);
  if (word === "like" || word === "notlike") {
    // Only a trailing wildcard is supported (facts/exchange.md §3.4), and a membership is compared as a whole.
    const pattern = typeof literal === "string" ? literal.slice(0, -1) : "*";
    if (pattern.includes("*") || property === "MemberOfGroup") throw syntaxError(text, value.position);
  }
  return { kind: "comparison", property, operator: word, value: literal };
}

function unknownProperty(source: string, { text, position }: Token): FilterSyntaxError {
  return new FilterSyntaxError(
    `"${text}" is not a recognized filterable property. For a complete list of filterable properties see the ` +
      `command help. "${source}" at position ${position + 1}.`,
  );
}

/** Refuses a filter that names a property which it could name elsewhere. */
export function refuseProperty(source: string, property: string): void {
  const isNamed = ({ kind, text }: Token): boolean => kind === "word" && text.toLowerCase() === property.toLowerCase();
  const found = tokenize(source).find(isNamed);
  if (found !== undefined) throw unknownProperty(source, found);
}

function readLiteral(text: string, token: Token): Literal {
  if (token.kind === "string") return token.text;
  const word = token.text.toLowerCase();
  if (word === "$null") return null;
  if (word === "$true" || word === "$false") return word === "$true";
  if (word.startsWith("$")) throw syntaxError(text, token.position);
  return token.text;
}

/**
 * Prints a filter as Exchange shows a stored one: its own parentheses, quotes and casing of DNs (facts/exchange.md
 * §2.1).
 */
export function printFilter(filter: Filter): string {
  if (filter.kind === "not") return `-not(${printFilter(filter.operand)})`;
  if (filter.kind !== "comparison") {
    return `((${printFilter(filter.left)}) -${filter.kind} (${printFilter(filter.right)}))`;
  }
  const { property, operator, value } = filter;
  if (value === null) return `${property} -${operator} $null`;
  const text = typeof value === "boolean" ? (value ? "True" : "False") : value;
  const shown = property === "MemberOfGroup" && isDn(text) ? normalizeDn(text) : text;
  return `${property} -${operator} '${shown.replaceAll("'", "''")}'`;
}

/** What Exchange stores for a filter: the parsed form, printed. Idempotent. Throws {@link FilterSyntaxError}. */
export function normalizeFilter(source: string): string {
  return printFilter(parseFilter(source));
}

/** A copy of a filter in which every comparison went through `change`. */
export function mapComparisons(filter: Filter, change: (comparison: Comparison) => Comparison): Filter {
  if (filter.kind === "comparison") return change(filter);
  if (filter.kind === "not") return { kind: "not", operand: mapComparisons(filter.operand, change) };
  return { kind: filter.kind, left: mapComparisons(filter.left, change), right: mapComparisons(filter.right, change) };
}
