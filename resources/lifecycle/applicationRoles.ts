/** The documented application roles of Exchange Online (facts/exchange.md §5). */
import { impersonationRole } from "./managementRole.ts";

/** Their names without the prefix `Application `. */
const rights = [
  "Mail.Read",
  "Mail.ReadBasic",
  "Mail.ReadWrite",
  "Mail.Send",
  "MailboxSettings.Read",
  "MailboxSettings.ReadWrite",
  "Calendars.Read",
  "Calendars.ReadWrite",
  "Contacts.Read",
  "Contacts.ReadWrite",
  "MailboxFolder.Read",
  "MailboxFolder.ReadWrite",
  "MailboxItem.Read",
  "MailboxItem.ReadWrite",
  "MailboxItem.Export",
  "MailboxItem.ImportExport",
  "Mail Full Access",
  "Exchange Full Access",
  "EWS.AccessAsApp",
  "SMTP.SendAsApp",
  "MailboxConfigItem.Read",
  "MailboxConfigItem.ReadWrite",
  "MailTips.ReadBasic.All",
  "Mail-Advanced.ReadWrite.All",
] as const;

/** The roles by Exchange's names, e.g. `Application Calendars.ReadWrite`. */
export const applicationRoles: readonly string[] = rights.map((right) => `Application ${right}`);

/** Whether a role opens calendars only; every other one opens other parts of the mailbox, or all of it. */
export function isCalendarRole(role: string): boolean {
  return /^Application Calendars\./.test(role);
}

/** What of a mailbox a role opens. */
export type MailboxPart = "calendars" | "wholeMailbox" | "otherParts";

/** What a role opens, an app's or the document's `ApplicationImpersonation`. */
export function partOf(role: string): MailboxPart {
  if (isCalendarRole(role)) return "calendars";
  const whole = [impersonationRole, "Application EWS.AccessAsApp", "Application Exchange Full Access"];
  return whole.includes(role) ? "wholeMailbox" : "otherParts";
}

/** Whether a role opens calendars to Microsoft Graph; `Application EWS.AccessAsApp` opens them to EWS only. */
export function opensGraphCalendars(role: string): boolean {
  return isCalendarRole(role) || role === "Application Exchange Full Access";
}

/** Whether who has a role comes by EWS, which an organisation can shut; every other role is for Microsoft Graph, or both. */
export function comesByEws(role: string): boolean {
  return role === "Application EWS.AccessAsApp";
}
