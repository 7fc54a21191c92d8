/** What parameters a cmdlet takes, and how JSON values are bound to them (facts/exchange.md §1.1, §1.3). */
import { badBinding, badEnumerator, badParameterSet, badValue, NotModelled } from "./failure.ts";

export interface Parameter {
  kind: "text" | "flag" | "list" | "size" | "enum" | "secret";
  required?: true;
  /** An explicit `null` has a meaning of its own (clears the property); else it is refused in a write. */
  nullable?: true;
  /** .NET type and names of an enumeration; several are allowed with `many`. */
  type?: string;
  names?: readonly string[];
  many?: true;
}

export type Parameters = Readonly<Record<string, Parameter>>;

export const text: Parameter = { kind: "text" };
export const requiredText: Parameter = { kind: "text", required: true };
export const nullableText: Parameter = { kind: "text", nullable: true };
/** A SecureString to PowerShell; its text on the way from there. */
export const secret: Parameter = { kind: "secret" };
export const flag: Parameter = { kind: "flag" };
export const list: Parameter = { kind: "list", nullable: true };
export const size: Parameter = { kind: "size" };

/** A parameter with a fixed set of names. */
export function oneOf(type: string, ...names: string[]): Parameter {
  return { kind: "enum", type, names };
}

/** A parameter with any of a fixed set of names. */
export function anyOf(type: string, ...names: string[]): Parameter {
  return { kind: "enum", type, names, many: true };
}

/** What a multi-valued parameter asks for: other values, or a change to the present ones. */
export type ListChange =
  | { kind: "replace"; values: readonly string[] }
  | { kind: "change"; add: readonly string[]; remove: readonly string[] };

type Bound = string | number | boolean | null | readonly string[] | ListChange;

/** The bound parameters of one call. */
export class Arguments {
  readonly #values: ReadonlyMap<string, Bound>;

  constructor(values: ReadonlyMap<string, Bound>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Whether the parameter was given as `null`. */
  isNull(name: string): boolean {
    return this.#values.get(name) === null;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** A parameter that binding has made sure of. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.#values.get(name);
    return typeof value === "boolean" ? value : undefined;
  }

  /** Names given for an enumeration that takes several. */
  names(name: string): readonly string[] | undefined {
    const value = this.#values.get(name);
    return Array.isArray(value) ? (value as readonly string[]) : undefined;
  }

  list(name: string): ListChange | undefined {
    const value = this.#values.get(name);
    return typeof value === "object" && value !== null && "kind" in value ? value : undefined;
  }

  /** `-ResultSize`; `Infinity` for `Unlimited`, `undefined` when not given. */
  resultSize(): number | undefined {
    const value = this.#values.get("ResultSize");
    return typeof value === "number" ? value : undefined;
  }
}

/** What binding has to know about a cmdlet. */
export interface Signature {
  readonly name: string;
  readonly parameters: Parameters;
  /** Parameters of the real cmdlet that are not modelled. */
  readonly unmodelled?: string;
  /** Sets of parameters of which at most one can be given. */
  readonly exclusive?: readonly (readonly string[])[];
  readonly isWrite: boolean;
}

const confirmation: Parameters = { Confirm: flag };

/**
 * Binds what a request sent. `grants` says whether the caller's roles hold a parameter: one that they do not hold is as
 * unknown as one that does not exist. Throws CmdletFailure or NotModelled.
 */
export function bindParameters(
  signature: Signature,
  sent: Readonly<Record<string, unknown>>,
  grants: (parameter: string) => boolean,
): Arguments {
  const known = new Map(
    Object.entries({ ...signature.parameters, ...(signature.isWrite ? confirmation : {}) }).map(
      ([name, parameter]) => [name.toLowerCase(), { name, parameter }] as const,
    ),
  );
  const unmodelled = new Set(`${signature.unmodelled ?? ""} WhatIf`.toLowerCase().split(/\s+/));
  const values = new Map<string, Bound>();
  for (const [sentName, value] of Object.entries(sent)) {
    if (sentName.startsWith("@") || sentName.includes("@odata.")) continue;
    const entry = known.get(sentName.toLowerCase());
    if (entry === undefined) {
      if (!unmodelled.has(sentName.toLowerCase())) throw badParameterSet(sentName);
      throw new NotModelled(`parameter ${sentName} of ${signature.name}`);
    }
    if (!grants(entry.name)) throw badParameterSet(sentName);
    const bound = bindValue(entry.name, entry.parameter, value, signature.isWrite);
    if (bound !== undefined) values.set(entry.name, bound);
  }
  for (const { name, parameter } of known.values()) {
    if (parameter.required && !values.has(name)) throw missing(name);
  }
  for (const group of signature.exclusive ?? []) {
    if (group.filter((name) => values.has(name)).length > 1) throw badParameterSet();
  }
  return new Arguments(values);
}

function missing(name: string): Error {
  return badBinding(`Cannot process command because of one or more missing mandatory parameters: ${name}.`);
}

/** `undefined` leaves the parameter out: what `null` or an empty Identity does to a Get- (facts/exchange.md §2). */
function bindValue(name: string, parameter: Parameter, value: unknown, isWrite: boolean): Bound | undefined {
  if (value === null) {
    if (!isWrite) return undefined;
    if (parameter.nullable) return parameter.kind === "list" ? { kind: "replace", values: [] } : null;
    throw badBinding(`Cannot bind argument to parameter '${name}' because it is null.`);
  }
  switch (parameter.kind) {
    case "text":
    case "secret":
      return bindText(name, parameter, value, isWrite);
    case "flag":
      if (typeof value !== "boolean") throw badValue(name, value, "System.Management.Automation.SwitchParameter");
      return value;
    case "list":
      return bindList(name, value);
    case "size":
      return bindSize(name, value);
    case "enum":
      return bindEnumeration(name, parameter, value);
  }
}

function bindText(name: string, parameter: Parameter, value: unknown, isWrite: boolean): string | undefined {
  if (typeof value !== "string") throw badValue(name, value, "System.String");
  if (value !== "") return value;
  if (!isWrite) return undefined;
  if (!parameter.required) return value;
  throw badBinding(`Cannot bind argument to parameter '${name}' because it is an empty string.`);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function bindList(name: string, value: unknown): ListChange {
  if (typeof value === "string") return { kind: "replace", values: [value] };
  if (isStrings(value)) return { kind: "replace", values: value };
  const table = value as { "@odata.type"?: unknown; Add?: unknown; Remove?: unknown };
  const type = "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]";
  if (typeof value !== "object" || table["@odata.type"] !== "#Exchange.GenericHashTable")
    throw badValue(name, value, type);
  if (table.Add === undefined && table.Remove === undefined) return { kind: "replace", values: [] };
  const read = (items: unknown): string[] => {
    if (items === undefined || items === null) return [];
    if (typeof items === "string") return [items];
    if (isStrings(items)) return items;
    throw badValue(name, items, type);
  };
  return { kind: "change", add: read(table.Add), remove: read(table.Remove) };
}

function bindSize(name: string, value: unknown): number {
  if (typeof value === "string" && value.toLowerCase() === "unlimited") return Infinity;
  const count = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof count === "number" && Number.isInteger(count) && count > 0) return count;
  throw badValue(name, value, "Microsoft.Exchange.Data.Unlimited`1[System.UInt32]");
}

function bindEnumeration(name: string, parameter: Parameter, value: unknown): string | string[] {
  const { type = "System.Enum", names = [] } = parameter;
  const match = (item: unknown): string => {
    if (typeof item !== "string") throw badValue(name, item, type);
    const found = names.find((known) => known.toLowerCase() === item.trim().toLowerCase());
    if (found === undefined) throw badEnumerator(name, item, type, names);
    return found;
  };
  if (!parameter.many) return match(value);
  return (Array.isArray(value) ? value : String(value).split(",")).map(match);
}

/** What a change makes of the present values; texts are the same whatever their case. */
export function applyChange(current: readonly string[], change: ListChange): string[] {
  if (change.kind === "replace") return [...change.values];
  const removed = new Set(change.remove.map((value) => value.toLowerCase()));
  const kept = current.filter((value) => !removed.has(value.toLowerCase()));
  const present = new Set(kept.map((value) => value.toLowerCase()));
  return [...kept, ...change.add.filter((value) => !present.has(value.toLowerCase()))];
}

/** What a new object's list holds. */
export function initialValues(change: ListChange | undefined): readonly string[] {
  if (change === undefined) return [];
  return change.kind === "replace" ? change.values : change.add;
}
