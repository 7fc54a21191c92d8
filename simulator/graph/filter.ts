/** Graph's `$filter`: what the callers of this tenant send, and nothing silently ignored. */
import { badRequest, GraphError, notModelled } from "./errors.ts";

/** A directory object as Graph serves it. */
export type Row = Readonly<Record<string, unknown>>;

export type Predicate = (row: Row) => boolean;

type Literal = string | number | boolean | null;

interface Token {
  readonly kind: "word" | "text" | "symbol";
  readonly value: string;
}

const SYMBOLS = ["(", ")", ",", ":", "/"];

/**
 * Parses a filter: `eq`, `ne`, `in`, `startswith`, `endswith`, `and`, `or`, `not`, parentheses and
 * `proxyAddresses/any(x:x eq '…')`.
 *
 * @param isAdvanced Whether the request has `ConsistencyLevel: eventual` and `$count=true`, which `ne`, `not` and
 *   `endswith` need (facts/calendar-access.md §5).
 */
export function parseFilter(filter: string, isAdvanced: boolean): Predicate {
  return new Parser(tokenize(filter), isAdvanced, false).parse();
}

/**
 * The same for events and messages, which know more: `ge`, `gt`, `le`, `lt`, `contains`, and `ne` and `not` at once.
 * Nested properties stand in the row under their path (`start/dateTime`).
 */
export function parseItemFilter(filter: string): Predicate {
  return new Parser(tokenize(filter), true, true).parse();
}

function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:'((?:[^']|'')*)'|(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?|[A-Za-z0-9_.@#+-]+)|([(),:/]))/y;
  while (filter.slice(pattern.lastIndex).trim() !== "") {
    const match = pattern.exec(filter);
    if (match === null) throw invalid(filter);
    const [, text, word, symbol] = match;
    if (text !== undefined) tokens.push({ kind: "text", value: text.replaceAll("''", "'") });
    else if (word !== undefined) tokens.push({ kind: "word", value: word });
    else tokens.push({ kind: "symbol", value: symbol ?? "" });
  }
  return tokens;
}

function invalid(near: string): GraphError {
  return new GraphError(400, "BadRequest", `Invalid filter clause: syntax error near '${near}'.`);
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #isAdvanced: boolean;
  #position = 0;

  readonly #ofItems: boolean;

  constructor(tokens: readonly Token[], isAdvanced: boolean, ofItems: boolean) {
    this.#tokens = tokens;
    this.#isAdvanced = isAdvanced;
    this.#ofItems = ofItems;
  }

  parse(): Predicate {
    const predicate = this.#parseOr();
    const rest = this.#tokens[this.#position];
    if (rest !== undefined) throw invalid(rest.value);
    return predicate;
  }

  #parseOr(): Predicate {
    let left = this.#parseAnd();
    while (this.#takeWord("or")) {
      const [one, other] = [left, this.#parseAnd()];
      left = (row) => one(row) || other(row);
    }
    return left;
  }

  #parseAnd(): Predicate {
    let left = this.#parseTerm();
    while (this.#takeWord("and")) {
      const [one, other] = [left, this.#parseTerm()];
      left = (row) => one(row) && other(row);
    }
    return left;
  }

  #parseTerm(): Predicate {
    if (this.#takeWord("not")) {
      this.#requireAdvanced("not");
      const inner = this.#parseTerm();
      return (row) => !inner(row);
    }
    if (this.#takeSymbol("(")) {
      const inner = this.#parseOr();
      this.#expectSymbol(")");
      return inner;
    }
    return this.#parseComparison();
  }

  #parseComparison(): Predicate {
    const first = this.#takeAnyWord();
    if (this.#takeSymbol("(")) return this.#parseFunction(first);
    const isPath = this.#takeSymbol("/");
    if (isPath && !this.#ofItems) return this.#parseAny(first);
    const name = isPath ? `${first}/${this.#takeAnyWord()}` : first;
    const operator = this.#takeAnyWord().toLowerCase();
    if (operator === "in") return this.#parseIn(name);
    const wanted = this.#takeLiteral();
    const isEqual = (row: Row): boolean =>
      equals(row[name], wanted) || (this.#ofItems && compare(row[name], wanted) === 0);
    if (operator === "eq") return isEqual;
    const accept = this.#ofItems ? comparisons[operator] : undefined;
    if (accept !== undefined) return (row) => accept(compare(row[name], wanted));
    if (operator !== "ne") throw notModelled(`The operator '${operator}' in $filter`);
    this.#requireAdvanced("ne");
    return (row) => !isEqual(row);
  }

  #parseFunction(name: string): Predicate {
    const first = this.#takeAnyWord();
    const property = this.#ofItems && this.#takeSymbol("/") ? `${first}/${this.#takeAnyWord()}` : first;
    this.#expectSymbol(",");
    const wanted = this.#takeLiteral();
    this.#expectSymbol(")");
    const part = String(wanted).toLowerCase();
    const text = (row: Row): string => (typeof row[property] === "string" ? row[property].toLowerCase() : "");
    if (name.toLowerCase() === "startswith") return (row) => row[property] !== null && text(row).startsWith(part);
    if (this.#ofItems && name.toLowerCase() === "contains") return (row) => text(row).includes(part);
    if (name.toLowerCase() !== "endswith") throw notModelled(`The function '${name}' in $filter`);
    this.#requireAdvanced("endsWith");
    return (row) => row[property] !== null && text(row).endsWith(part);
  }

  /** `proxyAddresses/any(x:x eq 'smtp:…')`, also with `startswith(x,'…')`. */
  #parseAny(name: string): Predicate {
    const quantifier = this.#takeAnyWord();
    if (quantifier.toLowerCase() !== "any") throw notModelled(`'${name}/${quantifier}' in $filter`);
    this.#expectSymbol("(");
    const variable = this.#takeAnyWord();
    this.#expectSymbol(":");
    const inner = this.#parseOr();
    this.#expectSymbol(")");
    return (row) => {
      const values: unknown = row[name];
      return Array.isArray(values) && values.some((value: unknown) => inner({ [variable]: value }));
    };
  }

  #parseIn(name: string): Predicate {
    this.#expectSymbol("(");
    const wanted = [this.#takeLiteral()];
    while (this.#takeSymbol(",")) wanted.push(this.#takeLiteral());
    this.#expectSymbol(")");
    return (row) => wanted.some((value) => equals(row[name], value));
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "word" || token.value.toLowerCase() !== word) return false;
    this.#position += 1;
    return true;
  }

  #takeAnyWord(): string {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "word") throw invalid(token?.value ?? "end");
    this.#position += 1;
    return token.value;
  }

  #takeSymbol(symbol: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "symbol" || token.value !== symbol || !SYMBOLS.includes(symbol)) return false;
    this.#position += 1;
    return true;
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw invalid(this.#tokens[this.#position]?.value ?? "end");
  }

  #takeLiteral(): Literal {
    const token = this.#tokens[this.#position];
    if (token === undefined || token.kind === "symbol") throw invalid(token?.value ?? "end");
    this.#position += 1;
    if (token.kind === "text") return token.value;
    const word = token.value.toLowerCase();
    if (word === "null") return null;
    if (word === "true" || word === "false") return word === "true";
    const number = Number(word);
    return Number.isNaN(number) ? token.value : number;
  }

  #requireAdvanced(operator: string): void {
    if (this.#isAdvanced) return;
    const hint = "the request needs the header ConsistencyLevel: eventual and $count=true";
    throw new GraphError(400, "Request_UnsupportedQuery", `Unsupported Query: '${operator}': ${hint}.`);
  }
}

/** Entra compares without regard to case. */
function equals(value: unknown, wanted: Literal): boolean {
  if (typeof value === "string" && typeof wanted === "string") return value.toLowerCase() === wanted.toLowerCase();
  return (value ?? null) === wanted;
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  ge: (order) => order >= 0,
  gt: (order) => order > 0,
  le: (order) => order <= 0,
  lt: (order) => order < 0,
};

/** By time where both are times (UTC without an offset), else as texts; NaN where there is nothing to compare. */
function compare(value: unknown, wanted: Literal): number {
  if (typeof value === "number" && typeof wanted === "number") return value - wanted;
  if (typeof value !== "string" || typeof wanted !== "string") return Number.NaN;
  const times = [value, wanted].map((text) => Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`));
  const [one = Number.NaN, other = Number.NaN] = times;
  if (/^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(one - other)) return one - other;
  return value < wanted ? -1 : value > wanted ? 1 : 0;
}

/** Refuses a property in a filter that the resource does not have, as Graph does. */
export function requireKnownProperties(filter: string, known: ReadonlySet<string>, type: string): void {
  const words = filter.replaceAll(/'(?:[^']|'')*'/g, "''").matchAll(/([A-Za-z]\w*)\s*(?=\/any|\s(?:eq|ne|in)\b|\s*,)/g);
  for (const [, word] of words) {
    if (word === undefined || known.has(word) || word.length === 1) continue;
    throw badRequest(`Could not find a property named '${word}' on type '${type}'.`);
  }
}
