/** The time zone that GetUserAvailability is asked in: a bias and the two changes of the year (SerializableTimeZone). */
import { invalidSchema } from "./envelope.ts";
import { child, descend, type Element } from "./xml.ts";

/** Turns local times (ms, read as if they were UTC) into instants, and back. */
export interface Zone {
  toInstant(local: number): number;
  toLocal(instant: number): number;
}

const MINUTE = 60_000;
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export function readZone(zone: Element | undefined): Zone {
  if (zone === undefined) throw invalidSchema("The element TimeZone is missing.");
  const bias = Number(child(zone, "Bias")?.text ?? "0");
  const [standard, daylight] = [child(zone, "StandardTime"), child(zone, "DaylightTime")];
  const biasOf = (rule: Element | undefined): number => (bias + Number(child(rule, "Bias")?.text ?? "0")) * MINUTE;
  const biasAt = (local: number): number => biasOf(isSummer(local, standard, daylight) ? daylight : standard);
  return {
    toInstant: (local) => local + biasAt(local),
    toLocal: (instant) => instant - biasAt(instant - biasOf(standard)),
  };
}

function isSummer(local: number, standard: Element | undefined, daylight: Element | undefined): boolean {
  const year = new Date(local).getUTCFullYear();
  const [begins, ends] = [changeIn(year, daylight), changeIn(year, standard)];
  if (begins === undefined || ends === undefined) return false;
  return begins < ends ? local >= begins && local < ends : local >= begins || local < ends;
}

/** The moment of a change in local time: the n-th such day of the month, 5 for the last. */
function changeIn(year: number, rule: Element | undefined): number | undefined {
  const month = Number(descend(rule, "Month")?.text ?? "0");
  const weekday = days.indexOf(descend(rule, "DayOfWeek")?.text.trim() ?? "");
  const nth = Number(descend(rule, "DayOrder")?.text ?? "0");
  if (!(month >= 1 && month <= 12) || weekday < 0 || !(nth >= 1 && nth <= 5)) return undefined;
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const wished = 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7;
  const day = wished > length ? wished - 7 : wished;
  const time = Date.parse(`1970-01-01T${descend(rule, "Time")?.text.trim() ?? "00:00:00"}Z`);
  return Date.UTC(year, month - 1, day) + (Number.isNaN(time) ? 0 : time);
}
