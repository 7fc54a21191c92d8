/**
 * The role assignments that a run set out to make on an app or a role group of others. Neither they nor their holder have
 * a place for a mark, and a run may be killed before its state holds what it made: so what is about to be made is recorded
 * before, with the tenant, and by that it is known as the stack's. Only a name that nothing in the tenant had is recorded.
 */
import type { ExchangeObject } from "../../exchange/session.ts";
import { isAssignedTo, isRegular } from "./assignmentRow.ts";
import type { RunMemory } from "./contract.ts";
import { nameOf, text } from "./exchangeValue.ts";

/** An assignment as a run was about to make it; the fields are those of the artifact's inputs (roleAssignment.ts). */
export interface BegunAssignment {
  /** GUID of the role group; empty where the role goes to an app. */
  readonly roleGroup: string;
  /** Object id of the enterprise app; empty where the role goes to a role group. */
  readonly app: string;
  readonly role: string;
  readonly name: string;
}

/** A line each, sorted, each once: `app` or `roleGroup`, its id, the role, the name, with tabs between them. */
export function formatBegun(assignments: readonly BegunAssignment[]): string {
  return [...new Set(assignments.map((each) => `${lineOf(each)}\n`))].toSorted().join("");
}

/** Reads {@link formatBegun}. */
export function parseBegun(lines: string): BegunAssignment[] {
  const each = lines.split("\n").filter((line) => line !== "");
  return each.map((line) => {
    const [holder = "", id = "", role = "", name = ""] = line.split("\t");
    return { roleGroup: holder === "app" ? "" : id, app: holder === "app" ? id : "", role, name };
  });
}

function lineOf({ roleGroup, app, role, name }: BegunAssignment): string {
  return [app === "" ? "roleGroup" : "app", app === "" ? roleGroup : app, role, name].join("\t");
}

/** Lets a run recognise what this or an earlier one was about to make. */
export function rememberBegun({ begun }: RunMemory, lines: string): void {
  for (const each of parseBegun(lines)) begun.add(lineOf(each));
}

/** Whether a run of this stack set out to make it, where nothing had its name. */
export function isBegun({ begun }: RunMemory, asked: BegunAssignment): boolean {
  return begun.has(lineOf(asked));
}

/** Whether an assignment is the one that was begun, wherever its scope was moved since. */
export function isThatBegun(
  row: ExchangeObject,
  { role, name, app }: BegunAssignment,
  group: ExchangeObject | undefined,
): boolean {
  const isSame = text(row, "Name") === name && nameOf(text(row, "Role")) === role;
  return isSame && isRegular(row) && isAssignedTo(row, group, app);
}
