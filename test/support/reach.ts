/** Judges the journal of an end-to-end run: how far somebody could reach after each write. */
import type { JournalEntry } from "../../simulator/server/journal.ts";
import { reachAfterEachWrite, type TestTenant } from "./tenant.ts";

/** The writes of the automation identity, oldest first: `New-RoleGroup`, `DELETE /users`, … */
export function writesOf(entries: readonly JournalEntry[], actor = "Calendar access automation"): string[] {
  return entries.filter((entry) => entry.actor === actor).map(({ operation }) => operation);
}

/** The writes after which a principal could reach a mailbox that is none of the allowed ones, in words. */
export function writesBeyond(
  entries: readonly JournalEntry[],
  principal: string,
  allowed: readonly string[],
): string[] {
  const reach = reachAfterEachWrite(entries, principal);
  return entries.flatMap(({ operation, target }, index) => {
    const beyond = (reach[index] ?? []).filter((address) => !allowed.includes(address));
    return beyond.length === 0 ? [] : [`after ${operation} ${target}: ${beyond.join(", ")}`];
  });
}

/** The same for everybody together: whoever opens more than the allowed, also one that no test thought of. */
export function writesBeyondForAnybody(entries: readonly JournalEntry[], allowed: readonly string[]): string[] {
  const principals = new Set(entries.flatMap(({ reach }) => Object.keys(reach)));
  return [...principals].flatMap((principal) =>
    writesBeyond(entries, principal, allowed).map((each) => `${principal} ${each}`),
  );
}

/** What a principal can reach after the last write. */
export function reachNow({ running }: TestTenant, principal: string): readonly string[] {
  return reachAfterEachWrite(running.journal.entries.slice(-1), principal)[0] ?? [];
}

/** All mailboxes that reach `organization` opens. */
export function everyMailbox({ tenant }: TestTenant): string[] {
  return tenant.recipients
    .filter(({ type, softDeleted }) => type.endsWith("Mailbox") && type !== "GroupMailbox" && !softDeleted)
    .flatMap(({ primarySmtpAddress }) => primarySmtpAddress ?? []);
}
