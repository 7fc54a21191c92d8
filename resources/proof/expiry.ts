/** When a certificate ends, and how long before that it is warned of. Pure. */

/** A certificate that ends within so many days is warned of. */
export const warnedDays = 30;

/**
 * Whole days until a certificate ends; negative after its end.
 * @param notAfter ISO time
 * @param now ms since the epoch
 */
export function daysLeft(notAfter: string, now: number): number {
  return Math.floor((Date.parse(notAfter) - now) / (24 * 60 * 60 * 1000));
}

/** Said of a new list of certificates of which none is {@link isUsable}. */
export const noneSignsIn =
  "application.certificates: none of them can sign in now: each has expired or is not valid yet. Add one that is valid.";

/**
 * Whether a certificate can sign in: its time has begun and is not over.
 * @param times ISO times
 * @param now ms since the epoch
 */
export function isUsable({ notBefore, notAfter }: { notBefore: string; notAfter: string }, now: number): boolean {
  return Date.parse(notBefore) <= now && now < Date.parse(notAfter);
}
