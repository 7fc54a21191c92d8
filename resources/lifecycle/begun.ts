/**
 * What a run set out to make on an app or a role group of others: role assignments, and Exchange's pointer to the app.
 * Neither they nor their holder have a place for a mark, and a run may be killed before its state holds what it made: so
 * what is about to be made is recorded before, with the tenant, and by that it is known as the stack's. Only what nothing
 * in the tenant stood in the place of is recorded.
 */
import type { ExchangeObject } from "../../exchange/session.ts";
import { isAssignedTo, isRegular } from "./assignmentRow.ts";
import type { RunMemory } from "./contract.ts";
import { nameOf, text } from "./exchangeValue.ts";

/** One object, as a run was about to make it. */
export interface Begun {
  /** What it is: an assignment to an app or to a role group, or the pointer to an app. */
  readonly kind: "app" | "roleGroup" | "pointer";
  /** Object id of the enterprise app, or GUID of the role group. */
  readonly id: string;
  /** The role; empty of a pointer. */
  readonly role: string;
  readonly name: string;
}

/** An assignment; the fields are those of the artifact's inputs (roleAssignment.ts). */
interface AskedAssignment {
  /** Empty where the role goes to an app. */
  readonly roleGroup: string;
  /** Empty where the role goes to a role group. */
  readonly app: string;
  readonly role: string;
  readonly name: string;
}

/** An assignment that is about to be made. */
export function assignmentAsBegun({ roleGroup, app, role, name }: AskedAssignment): Begun {
  return app === "" ? { kind: "roleGroup", id: roleGroup, role, name } : { kind: "app", id: app, role, name };
}

/** A pointer that is about to be made; the fields are those of the artifact's inputs (exchangeServicePrincipal.ts). */
export function pointerAsBegun(asked: { readonly objectId: string; readonly displayName: string }): Begun {
  return { kind: "pointer", id: asked.objectId, role: "", name: asked.displayName };
}

/** A line each, sorted, each once: kind, id, role, name, with tabs between them. */
export function formatBegun(begun: readonly Begun[]): string {
  return [...new Set(begun.map((each) => `${lineOf(each)}\n`))].toSorted().join("");
}

/** Reads {@link formatBegun}. */
export function parseBegun(lines: string): Begun[] {
  const each = lines.split("\n").filter((line) => line !== "");
  return each.map((line) => {
    const [kind = "", id = "", role = "", name = ""] = line.split("\t");
    return { kind: kind as Begun["kind"], id, role, name };
  });
}

function lineOf({ kind, id, role, name }: Begun): string {
  return [kind, id, role, name].join("\t");
}

/** Lets a run recognise what this or an earlier one was about to make. */
export function rememberBegun({ begun }: RunMemory, lines: string): void {
  for (const each of parseBegun(lines)) begun.add(lineOf(each));
}

/** Whether a run of this stack set out to make it, where nothing was. */
export function isBegun({ begun }: RunMemory, asked: Begun): boolean {
  return begun.has(lineOf(asked));
}

/** Whether an assignment is the one that was begun, wherever its scope was moved since. */
export function isThatBegun(
  row: ExchangeObject,
  { kind, id, role, name }: Begun,
  group: ExchangeObject | undefined,
): boolean {
  const isSame = text(row, "Name") === name && nameOf(text(row, "Role")) === role;
  return isSame && isRegular(row) && isAssignedTo(row, group, kind === "app" ? id : "");
}
