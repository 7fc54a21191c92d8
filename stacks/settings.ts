/** All settings of a stack: their schema and defaults (the document's names). Pure. */
import { closestMatch } from "leven";
import { z } from "zod";
import { firstPartyName } from "../directory/firstParty.ts";
import { applicationRoles } from "../resources/applicationRoles.ts";
import { problemOfAddress, problemOfName } from "./characters.ts";

/** Objects that can be taken over where they exist already. */
export const adoptable = [
  "serviceUser",
  "roleGroup",
  "securityGroup",
  "scope",
  "assignment",
  "enterpriseApp",
  "exchangeServicePrincipal",
] as const;
/** One of them. */
export type Adoptable = (typeof adoptable)[number];

/** A stack's settings with their defaults. */
export type Settings = z.output<typeof schema>;

/** Refuses what a rule has a message for, and asks nothing further of it. */
function without(problemOf: (text: string) => string | undefined) {
  return [
    (text: string): boolean => problemOf(text) === undefined,
    { abort: true, error: ({ input }: { input?: unknown }) => problemOf(String(input)) },
  ] as const;
}

const nameText = z
  .string("must be a text")
  .trim()
  .refine(...without(problemOfName))
  .min(1, "is empty. Write a name or leave it out")
  .max(64, "is longer than the 64 characters that Exchange allows. Shorten it")
  // A wildcard names many objects, a slash parts a name from its container, and nobody knows how a filter takes the
  // rest.
  .regex(/^[^*/\\\p{Cc}\u2018-\u201B]*$/u, "holds * / \\, a curly quotation mark or a control character. Leave it out");

/**
 * What an address holds between its `@` and dots: nothing that a filter or an Identity would take for more than itself.
 */
const word = String.raw`[^\s@,;<>"*\p{Cc}\u2018-\u201B]+`;

const addressText = z
  .string("must be an e-mail address")
  .trim()
  .refine(...without(problemOfAddress))
  .regex(new RegExp(`^${word}@${word}\\.${word}$`, "u"), "is no e-mail address. Write it as name@example.com")
  .transform((address) => address.toLowerCase());

const flagText = z.boolean("must be true or false");

const names = z.strictObject(
  {
    roleGroup: nameText.default("CallPro Calendar Access"),
    securityGroup: nameText.default("SecurityGroup-CallPro Calendar Access"),
    scope: nameText.default("Scope-CallPro Calendar Access"),
    assignment: nameText.default("ApplicationImpersonation-CallPro Calendar Access"),
    /** Display name of the own app, and the second part of the names of an app's role assignments. */
    application: nameText.default("CallPro Calendar Access"),
  },
  "must be an object of names",
);

const serviceUser = z.strictObject(
  {
    /** First part of the user principal name of the user that the stack makes. */
    name: z
      .string("must be a text")
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "may hold letters, digits, dots, dashes and underscores only")
      .default("svcServiceAccount"),
    /** Another domain than the initial one (`<tenant>.onmicrosoft.com`). */
    domain: z
      .string("must be a domain")
      .refine(...without(problemOfAddress))
      .regex(/^[^\s@]+\.[^\s@]+$/, "is no domain")
      .optional(),
    displayName: nameText.optional(),
    /** Two-letter country, needed where the user is to get a licence. */
    usageLocation: z
      .string("must be a text")
      .regex(/^[A-Z]{2}$/, "must be two capital letters, e.g. NL")
      .optional(),
    /** User principal name of a user that exists and is only put into the role group. */
    existing: addressText.optional(),
  },
  "must be an object",
);

/** A path: no text of several lines, as a certificate or even a private key is. */
const pathText = z
  .string("must be the path of a PEM file")
  .refine((path) => isShowable(path), "must be the path of a PEM file, not what the file holds");

/** Files with the public certificates of the own app, in PEM; two may overlap during a rotation. */
export const certificateList = z.array(pathText, "must be a list of paths").default([]);

function clientIdText(giver: string): z.ZodType<string> {
  return z
    .string("must be a GUID")
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, `is no client id. Write the GUID that ${giver} gave`)
    .transform((id) => id.toLowerCase());
}

const keyText = z
  .string("must be a text")
  .trim()
  .regex(
    /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{40})$/i,
    "is neither a key id (a GUID) nor a thumbprint (40 characters of 0-9 and A-F). Write it as the proof shows it",
  );

const application = z.strictObject(
  {
    /** Client id of the vendor's multi-tenant app; without it the stack makes an own app. */
    clientId: clientIdText("the vendor").superRefine(notMicrosofts).optional(),
    certificates: certificateList,
    /** Keys of the own app that somebody else added and that are to go: key ids, or thumbprints of certificates. */
    removeKeys: z.array(keyText, "must be a list of key ids or thumbprints").default([]),
    /** What the app may do with the mailboxes. */
    roles: z
      .array(z.string("must be a text").superRefine(knownRole), "must be a list of application roles")
      .min(1, "is empty")
      .default(["Application Calendars.ReadWrite"]),
  },
  "must be an object",
);

/** The whole configuration of a stack. */
export const schema = z.strictObject({
  /** How the call centre gets in. */
  access: z
    .array(
      z.enum(
        ["impersonation", "application"],
        'can hold "impersonation", "application" or, during a change-over, both',
      ),
      'must be a list, e.g. ["application"]',
    )
    .min(1, "is empty")
    .default(["impersonation"]),
  reach: z.enum(["group", "organization"], 'must be "group" or "organization"').default("group"),
  /** Addresses, or the path of a file of addresses. */
  mailboxes: z.array(addressText, "must be a list of addresses, or the path of a file of addresses").default([]),
  /** Mailboxes that every proof asks about and finds shut. */
  mustStayOut: z.array(addressText, "must be a list of addresses").default([]),
  /** Owner of the security group; required in reach `group`. */
  owner: addressText.optional(),
  names: names.prefault({}),
  serviceUser: serviceUser.prefault({}),
  application: application.prefault({}),
  /**
   * Client id of the app that the call centre signs in with for impersonation: where the organisation lets listed client
   * ids use EWS only, it is looked for among them.
   */
  callCentreClientId: clientIdText("the call centre").optional(),
  /** Take away a consent that opens every calendar to the app, once the scoped access holds and is effective. */
  revokeTenantWideConsent: flagText.default(false),
  /** Remove the user and the role group that impersonation left where Microsoft has removed its role. */
  removeLeftovers: flagText.default(false),
  /** A mark of the round; another one makes another password. It is kept in clear, so nothing that looks like a password. */
  passwordRotation: z.coerce
    .string()
    .regex(
      /^[\w ./:-]{1,32}$/,
      "is kept in clear, so it must not be a password: write a mark of the round, e.g. 2026-11 (letters, digits, blanks and . / : - _, at most 32)",
    )
    .default("1"),
  adopt: z
    .union(
      [flagText, z.array(z.enum(adoptable, `can hold ${adoptable.join(", ")}`))],
      `must be true, false or a list of ${adoptable.join(", ")}`,
    )
    .default(false)
    .transform((value): readonly Adoptable[] => (value === true ? adoptable : value === false ? [] : value)),
  /** What a destroy does with objects that were taken over. */
  onDestroy: z.enum(["remove", "keep"], 'must be "remove" or "keep"').default("remove"),
  /** Open again what somebody stopped. */
  regrant: flagText.default(false),
  allowOrganizationCustomization: flagText.default(false),
  /** Addresses that may now mean another mailbox than the recorded one. */
  confirmedAddresses: z.array(addressText, "must be a list of addresses").default([]),
  /**
   * Id of the stack that this one goes on for, because its state was lost or its backend changed: what bears that id is
   * then this stack's.
   */
  movedFrom: z
    .string("must be the id of a stack")
    .trim()
    .toLowerCase()
    .regex(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      "is no id of a stack. Write the one that the conflict names, e.g. 6e4f1c2a-8b1d-4f0e-9c57-1a2b3c4d5e6f",
    )
    .optional(),
  /** Origin of Exchange in a private cloud; read, and judged, by the connection (directory/credentials.ts). */
  exchangeEndpoint: z.string("must be an https address").optional(),
});

/** Settings within settings, for messages about unknown ones. */
export const nested: Readonly<Record<string, object>> = {
  names: names.shape,
  serviceUser: serviceUser.shape,
  application: application.shape,
};

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
