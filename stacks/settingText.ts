/** The kinds of texts that settings hold, and what docs/settings.md says of a setting. Pure. */
import { closestMatch } from "leven";
import { z } from "zod";
import { firstPartyName } from "../directory/firstParty.ts";
import { applicationRoles } from "../resources/lifecycle/applicationRoles.ts";
import { problemOfAddress, problemOfName } from "./characters.ts";

/** What docs/settings.md says of a setting besides its name and default (commands/settings.ts). */
interface About {
  /** What it does, as a sentence or two in Markdown. */
  readonly effect: string;
  /** Of a text: what it has to be. Other types tell it themselves. */
  readonly type?: string;
  /** Where it has to be set: `always`, or when. */
  readonly required?: string;
}

/** Every setting and every kind of text in the {@link schema} is described here, and nowhere else. */
export const about = z.registry<Partial<About>>();

/** Describes a setting. */
export function told<T extends z.ZodType>(schemaOf: T, effect: string, more: Omit<About, "effect"> = {}): T {
  about.add(schemaOf, { effect, ...more });
  return schemaOf;
}

/** Names what a text has to be. */
export function called<T extends z.ZodType>(type: string, schemaOf: T): T {
  about.add(schemaOf, { type });
  return schemaOf;
}

/** Refuses what a rule has a message for, and asks nothing further of it. */
export function without(problemOf: (text: string) => string | undefined) {
  return [
    (text: string): boolean => problemOf(text) === undefined,
    { abort: true, error: ({ input }: { input?: unknown }) => problemOf(String(input)) },
  ] as const;
}

/** A name in Exchange. */
export const nameText = called(
  "name of at most 64 characters",
  z
    .string("must be a text")
    .trim()
    .refine(...without(problemOfName))
    .min(1, "is empty. Write a name or leave it out")
    .max(64, "is longer than the 64 characters that Exchange allows. Shorten it")
    // A wildcard names many objects, a slash parts a name from its container, and nobody knows how a filter takes the
    // rest.
    .regex(
      /^[^*/\\\p{Cc}\u2018-\u201B]*$/u,
      "holds * / \\, a curly quotation mark or a control character. Leave it out",
    ),
);

/**
 * What an address holds between its `@` and dots: nothing that a filter or an Identity would take for more than itself.
 */
const word = String.raw`[^\s@,;<>"*\p{Cc}\u2018-\u201B]+`;

/** An e-mail address, or a user name in the form of one. */
export const addressText = called(
  "address",
  z
    .string("must be an e-mail address")
    .trim()
    .refine(...without(problemOfAddress))
    .regex(new RegExp(`^${word}@${word}\\.${word}$`, "u"), "is no e-mail address. Write it as name@example.com")
    .transform((address) => address.toLowerCase()),
);

/** A path: no text of several lines, as a certificate or even a private key is. */
export const pathText = called(
  "path of a PEM file",
  z
    .string("must be the path of a PEM file")
    .refine((path) => isShowable(path), "must be the path of a PEM file, not what the file holds"),
);

/** An app, by the id that somebody gave. */
export function clientIdText(giver: string): z.ZodType<string> {
  return called(
    "client id (GUID)",
    z
      .string("must be a GUID")
      .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, `is no client id. Write the GUID that ${giver} gave`)
      .transform((id) => id.toLowerCase()),
  );
}

/** A key of an app. */
export const keyText = called(
  "key id or SHA-1 thumbprint",
  z
    .string("must be a text")
    .trim()
    .regex(
      /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{40})$/i,
      "is neither a key id (a GUID) nor a thumbprint (40 characters of 0-9 and A-F). Write it as the proof shows it",
    ),
);

/** An app that is none of Microsoft's own. */
export const vendorsIdText = called("client id (GUID)", clientIdText("the vendor").superRefine(notMicrosofts));

/** A role that Exchange gives to apps. */
export const roleText = called("application role of Exchange", z.string("must be a text").superRefine(knownRole));

function notMicrosofts(clientId: string, context: z.RefinementCtx): void {
  const name = firstPartyName(clientId);
  if (name === undefined) return;
  const message = `is ${name}, an app of Microsoft's own, which others depend on. Write the client id of the vendor's app`;
  context.addIssue({ code: "custom", message, input: clientId });
}

function knownRole(role: string, context: z.RefinementCtx): void {
  if (applicationRoles.includes(role)) return;
  const nearest = closestMatch(role, [...applicationRoles]) ?? "";
  context.addIssue({
    code: "custom",
    message: `is no application role of Exchange. Did you mean "${nearest}"?`,
    input: role,
  });
}

/** Whether a text may be printed: one line, and no key that somebody wrote where it does not belong. */
export function isShowable(text: string): boolean {
  return /^[^\p{Cc}]+$/u.test(text) && !/-----BEGIN|PRIVATE KEY/.test(text);
}

/** A switch. */
export const flagText = z.boolean("must be true or false");
