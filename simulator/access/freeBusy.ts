/** Who is busy when, for EWS's GetUserAvailability and Graph's getSchedule. */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem, Tenant } from "../tenant/model.ts";

/** The digits of a merged view, by EWS's names of a status; a higher one outranks a lower one. */
const digits: Readonly<Record<string, string>> = {
  Free: "0",
  Tentative: "1",
  Busy: "2",
  OOF: "3",
  WorkingElsewhere: "4",
};

export function statusOf(item: MailboxItem): string {
  const status = item.other["LegacyFreeBusyStatus"];
  return typeof status === "string" ? status : "Busy";
}

/** A mailbox's appointments that touch a window (ms), by start. */
export function appointmentsIn(tenant: Tenant, mailbox: Recipient, start: number, end: number): MailboxItem[] {
  return tenant.items
    .filter((item) => item.mailbox === mailbox.guid && item.folder === "calendar")
    .filter((item) => Date.parse(item.start) < end && Date.parse(item.end) > start)
    .sort((one, other) => one.start.localeCompare(other.start));
}

/** One digit for each interval of the window; the last one may be shorter. */
export function mergeView(items: readonly MailboxItem[], start: number, end: number, minutes: number): string {
  const length = minutes * 60_000;
  const count = Math.ceil((end - start) / length);
  return Array.from({ length: count }, (_, index) => {
    const from = start + index * length;
    const busy = items.filter((item) => Date.parse(item.start) < from + length && Date.parse(item.end) > from);
    return busy.map((item) => digits[statusOf(item)] ?? "0").reduce((most, each) => (each > most ? each : most), "0");
  }).join("");
}
