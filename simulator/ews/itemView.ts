/** Which items of a folder an answer shows, and in what order. */
import type { MailboxItem } from "../tenant/model.ts";
import { invalidSchema } from "./envelope.ts";
import { EwsError } from "./fault.ts";
import type { Folder } from "./folder.ts";
import { readInstant, readSortKey } from "./item.ts";
import { child, type Element } from "./xml.ts";

/** In the order asked for; by start without one. */
export function sortItems(items: readonly MailboxItem[], sortOrder: Element | undefined): MailboxItem[] {
  const byStart = [...items].sort((one, other) => one.start.localeCompare(other.start));
  // The first field counts most, so it is sorted by last; sorting is stable.
  return [...(sortOrder?.children ?? [])].reverse().reduce((sorted, field) => {
    const name = child(field, "FieldURI")?.attributes["FieldURI"]?.split(":")[1] ?? "";
    const sign = field.attributes["Order"] === "Descending" ? -1 : 1;
    const compare = (one: MailboxItem, other: MailboxItem): number =>
      sign * readSortKey(one, name).localeCompare(readSortKey(other, name));
    return [...sorted].sort(compare);
  }, byStart);
}

const twoYears = 2 * 366 * 24 * 3600 * 1000;

export function filterByView(items: MailboxItem[], folder: Folder, view: Element, timeZone: string): MailboxItem[] {
  if (folder.name !== "calendar") {
    throw new EwsError(
      "ErrorCalendarFolderIsInvalidForCalendarView",
      "CalendarView is only valid on a calendar folder.",
    );
  }
  const { StartDate, EndDate, MaxEntriesReturned } = view.attributes;
  if (StartDate === undefined || EndDate === undefined)
    throw invalidSchema("CalendarView needs StartDate and EndDate.");
  const start = Date.parse(readInstant(StartDate, timeZone));
  const end = Date.parse(readInstant(EndDate, timeZone));
  if (end < start) {
    throw new EwsError("ErrorCalendarEndDateIsEarlierThanStartDate", "EndDate is earlier than StartDate.");
  }
  if (end - start > twoYears) {
    throw new EwsError(
      "ErrorCalendarViewRangeTooBig",
      "The specified view range exceeds the maximum range of two years.",
    );
  }
  const inside = items.filter((item) => Date.parse(item.start) < end && Date.parse(item.end) > start);
  return MaxEntriesReturned === undefined ? inside : inside.slice(0, Number(MaxEntriesReturned));
}

export function cutPage(
  items: MailboxItem[],
  operation: Element,
): { page: MailboxItem[]; next: number; isLast: boolean } {
  const view = child(operation, "IndexedPageItemView");
  const offset = Number(view?.attributes["Offset"] ?? 0);
  const size = Number(view?.attributes["MaxEntriesReturned"] ?? items.length);
  const fromEnd = view?.attributes["BasePoint"] === "End";
  const ordered = fromEnd ? [...items].reverse() : items;
  const page = ordered.slice(offset, offset + size);
  return { page, next: offset + page.length, isLast: offset + page.length >= items.length };
}
