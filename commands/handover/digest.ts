// What tells one hand-over from another, and gives nothing away: the stack's own key is needed to compare.
import { createHmac } from "node:crypto";

import type { Facts } from "./facts.ts";

/** What the last line of a letter says, for whoever checks it later. */
export interface Seal {
  readonly stack: string;
  /** HMAC-SHA-256 of what was handed over, in hexadecimal. */
  readonly digest: string;
}

/**
 * The digest of what is handed over and of what it opens, whatever the order of mailboxes and certificates.
 * @param key the stack's hand-over key, in hexadecimal
 */
export function digestOf({ content, opens }: Pick<Facts, "content" | "opens">, key: string): string {
  const { tenantId, impersonation, application, mailboxes } = content;
  const whole = [
    "calendar-access hand-over 1",
    tenantId.toLowerCase(),
    impersonation === undefined ? null : [impersonation.userName.toLowerCase(), impersonation.password ?? null],
    application === undefined ? null : [application.clientId.toLowerCase(), application.thumbprints.toSorted()],
    mailboxes
      .map(({ primaryAddress, userName }) => [primaryAddress.toLowerCase(), userName.toLowerCase()])
      .toSorted((one, other) => (String(one) < String(other) ? -1 : 1)),
    [opens.wholeOrganization, opens.wholeMailbox, opens.audiences.toSorted()],
  ];
  return createHmac("sha256", Buffer.from(key, "hex")).update(JSON.stringify(whole)).digest("hex");
}

/** The line of a letter, the same in every language. */
export function formatSeal({ stack, digest }: Seal): string {
  return `hand-over ${stack} ${digest}`;
}

/** Finds that line, also where a mail program quoted it; `undefined` where there is none, or where there are several. */
export function readSeal(letter: string): Seal | undefined {
  const found = [...letter.matchAll(/^[>\s]*hand-over (\S+) ([0-9a-f]{64})\s*$/gm)];
  const [only, ...others] = found;
  if (only === undefined || others.some(([line]) => line.trim() !== only[0].trim())) return undefined;
  const [, stack = "", digest = ""] = only;
  return { stack, digest };
}
