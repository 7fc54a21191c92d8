// Moments as a language writes them, in UTC. Pure.

/** @param locale e.g. `nl-NL` */
export function timeIn(locale: string): (iso: string) => string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return (iso) => `${format.format(new Date(iso))} (UTC)`;
}
