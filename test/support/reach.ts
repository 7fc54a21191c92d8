/**
 * Judges the tenant's journal: how far somebody could reach after each write. Every test has the matcher
 * `expect(entries).toOpenNobodyBut(mailboxes)` (jest.config.js).
 */
import { expect } from "@jest/globals";
import type { JournalEntry } from "../../simulator/server/journal.ts";
import type { TestPlace } from "./tenant.ts";

declare module "expect" {
  interface Matchers<R extends void | Promise<void>> {
    /**
     * After none of these writes could anybody open a mailbox that is none of the allowed ones. A journal without a write
     * says nothing, so that is a failure too.
     * @param principal whose reach alone is judged, where others may open more
     */
    toOpenNobodyBut(allowed: readonly string[], principal?: string): R;
  }
}

expect.extend({
  toOpenNobodyBut(entries: readonly JournalEntry[], allowed: readonly string[], principal?: string) {
    const beyond = writesBeyond(entries, allowed, principal);
    return {
      pass: entries.length > 0 && beyond.length === 0,
      message: () =>
        entries.length === 0
          ? "expected writes in the tenant, and there was none"
          : `expected nobody to open more than ${allowed.join(", ") || "nothing"}, but\n${beyond.join("\n")}`,
    };
  },
});

/** The writes after which somebody, or one principal, could reach a mailbox that is none of the allowed ones, in words. */
export function writesBeyond(
  entries: readonly JournalEntry[],
  allowed: readonly string[],
  principal?: string,
): string[] {
  const everybody = new Set(entries.flatMap(({ reach }) => Object.keys(reach)));
  return [...(principal === undefined ? everybody : [principal])].flatMap((each) => {
    const reach = reachAfterEachWrite(entries, each);
    return entries.flatMap(({ operation, target }, index) => {
      const beyond = (reach[index] ?? []).filter((address) => !allowed.includes(address));
      return beyond.length === 0 ? [] : [`${each}, after ${operation} ${target}: ${beyond.join(", ")}`];
    });
  });
}

/** What one principal could reach after each write, by the directory's truth; oldest first. */
export function reachAfterEachWrite(entries: readonly JournalEntry[], principal: string): (readonly string[])[] {
  return entries.map(({ reach, operation }) => {
    const found = reach[principal] ?? [];
    if (!Array.isArray(found)) throw new Error(`${operation}: the reach is too large to be listed`);
    return found as readonly string[];
  });
}

/** The writes of the automation identity, oldest first: `New-RoleGroup`, `DELETE /users`, … */
export function writesOf(entries: readonly JournalEntry[], actor = "Calendar access automation"): string[] {
  return entries.filter((entry) => entry.actor === actor).map(({ operation }) => operation);
}

/** What a principal can reach after the last write. */
export function reachNow({ running }: TestPlace, principal: string): readonly string[] {
  return reachAfterEachWrite(running.journal.entries.slice(-1), principal)[0] ?? [];
}

/** All mailboxes that reach `organization` opens. */
export function everyMailbox({ tenant }: TestPlace): string[] {
  return tenant.recipients
    .filter(({ type, softDeleted }) => type.endsWith("Mailbox") && type !== "GroupMailbox" && !softDeleted)
    .flatMap(({ primarySmtpAddress }) => primarySmtpAddress ?? []);
}
