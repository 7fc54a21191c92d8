/** The permissions of a mailbox as they are, whether anybody has changed them or not. */
import type { MailboxPermissions, Recipient } from "./exchangeModel.ts";

/** A mailbox's permissions; empty ones where nobody was let in. */
export function permissionsOf({ permissions }: Pick<Recipient, "permissions">): MailboxPermissions {
  return permissions ?? { entries: [], sendAs: [], sendOnBehalf: [], calendar: [] };
}

/** An entry of a calendar's permissions. */
export type CalendarEntry = MailboxPermissions["calendar"][number];

/** What everybody has of a calendar that nobody changed. */
export const standingEntries: readonly CalendarEntry[] = [
  { user: "Default", accessRights: ["AvailabilityOnly"] },
  { user: "Anonymous", accessRights: ["None"] },
];

/** All entries of a calendar, Default and Anonymous among them. */
export function calendarEntries(mailbox: Pick<Recipient, "permissions">): CalendarEntry[] {
  const { calendar } = permissionsOf(mailbox);
  const untouched = standingEntries.filter(({ user }) => calendar.every((entry) => entry.user !== user));
  return [...untouched, ...calendar];
}
