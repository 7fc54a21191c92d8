/** Local times in a named zone, for EWS and Graph: IANA names, and the Windows names of western Europe. */

/** Windows names that clients in this part of the world send; others are refused rather than guessed. */
const windowsZones: Readonly<Record<string, string>> = {
  "GMT Standard Time": "Europe/London",
  "W. Europe Standard Time": "Europe/Berlin",
  "Romance Standard Time": "Europe/Paris",
  "Central Europe Standard Time": "Europe/Budapest",
  "Central European Standard Time": "Europe/Warsaw",
};

/**
 * Milliseconds since the epoch of a local time like `2026-11-23T09:00:00`; `undefined` for an unknown zone, NaN for no
 * time.
 */
export function toEpoch(local: string, zone: string): number | undefined {
  if (/(Z|[+-]\d\d:\d\d)$/.test(local)) return Date.parse(local);
  // Seven digits of a second's fraction are Graph's; three are all that JavaScript is sure to read.
  const asUtc = Date.parse(`${local.replace(/(\.\d{3})\d*$/, "$1")}Z`);
  const name = windowsZones[zone] ?? zone;
  if (name === "UTC" || Number.isNaN(asUtc)) return asUtc;
  const format = findFormat(name);
  if (format === undefined) return undefined;
  // Twice, because the offset is the one at the result, not at the first guess.
  const guess = asUtc - offsetAt(format, asUtc);
  return asUtc - offsetAt(format, guess);
}

function findFormat(name: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch {
    return undefined;
  }
}

/** Milliseconds that the zone is ahead of UTC at an instant. */
function offsetAt(format: Intl.DateTimeFormat, epoch: number): number {
  const parts = new Map(format.formatToParts(epoch).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(epoch / 1000) * 1000;
}
