/** Restrictions of FindItem: comparisons of an item's properties with constants, joined by And, Or and Not. */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem } from "../tenant/model.ts";
import { readProperty } from "./appointment.ts";
import { invalidSchema } from "./envelope.ts";
import { NotModelled } from "./fault.ts";
import { readInstant } from "./item.ts";
import { child, descend, type Element } from "./xml.ts";

type Test = (item: MailboxItem, mailbox: Recipient) => boolean;

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  IsEqualTo: (order) => order === 0,
  IsNotEqualTo: (order) => order !== 0,
  IsGreaterThan: (order) => order > 0,
  IsGreaterThanOrEqualTo: (order) => order >= 0,
  IsLessThan: (order) => order < 0,
  IsLessThanOrEqualTo: (order) => order <= 0,
};

/** What `m:Restriction` asks for; times without an offset are in the request's zone. */
export function readRestriction(restriction: Element | undefined, timeZone: string): Test {
  const [term] = restriction?.children ?? [];
  return term === undefined ? () => true : readTerm(term, timeZone);
}

function readTerm(term: Element, timeZone: string): Test {
  const operands = (): Test[] => term.children.map((operand) => readTerm(operand, timeZone));
  switch (term.name) {
    case "And": {
      const all = operands();
      return (item, mailbox) => all.every((test) => test(item, mailbox));
    }
    case "Or": {
      const any = operands();
      return (item, mailbox) => any.some((test) => test(item, mailbox));
    }
    case "Not": {
      const none = operands();
      return (item, mailbox) => !none.some((test) => test(item, mailbox));
    }
    case "Exists": {
      const name = readName(term);
      return (item, mailbox) => readProperty(item, mailbox, name) !== undefined;
    }
    case "Contains":
      return readContains(term);
    default:
      return readComparison(term, timeZone);
  }
}

function readName(term: Element): string {
  const uri = child(term, "FieldURI")?.attributes["FieldURI"];
  if (uri === undefined) throw new NotModelled(`${term.name} on anything but a FieldURI`);
  return uri.split(":")[1] ?? "";
}

function readContains(term: Element): Test {
  const name = readName(term);
  const { ContainmentMode: mode = "FullString", ContainmentComparison: comparison = "Exact" } = term.attributes;
  const fold = (text: string): string => (comparison.startsWith("IgnoreCase") ? text.toLowerCase() : text);
  const wanted = fold(child(term, "Constant")?.attributes["Value"] ?? "");
  return (item, mailbox) => {
    const text = fold(readProperty(item, mailbox, name) ?? "");
    if (mode === "FullString") return text === wanted;
    return mode === "Prefixed" ? text.startsWith(wanted) : text.includes(wanted);
  };
}

function readComparison(term: Element, timeZone: string): Test {
  const accept = comparisons[term.name];
  if (accept === undefined) throw new NotModelled(`${term.name} in a Restriction`);
  const name = readName(term);
  const constant = descend(term, "FieldURIOrConstant", "Constant")?.attributes["Value"];
  if (constant === undefined) throw invalidSchema(`${term.name} without a constant.`);
  const isTime = /^\d{4}-\d\d-\d\dT/.test(constant);
  const wanted = isTime ? readInstant(constant, timeZone) : constant;
  return (item, mailbox) => {
    const value = readProperty(item, mailbox, name);
    if (value === undefined) return term.name === "IsNotEqualTo";
    if (isTime) return accept(Date.parse(value) - Date.parse(wanted));
    const isNumber = [value, wanted].every((text) => /^-?\d+$/.test(text));
    return accept(isNumber ? Number(value) - Number(wanted) : compareTexts(value, wanted));
  };
}

/** Exchange compares texts, and true and false, without case. */
function compareTexts(one: string, other: string): number {
  const [left, right] = [one.toLowerCase(), other.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}
