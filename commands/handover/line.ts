// What both languages write alike. Pure.
import type { Mailbox } from "./facts.ts";

/** Writes days as a language does, in UTC. @param locale e.g. `nl-NL` */
export function dateIn(locale: string): (time: number) => string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  return (time) => format.format(time);
}

/** A mailbox a line, as a spreadsheet takes it: separated by tabs. */
export function mailboxLines(mailboxes: readonly Mailbox[]): string[] {
  return mailboxes.map(({ primaryAddress, userName }) => `${primaryAddress}\t${userName}`);
}
