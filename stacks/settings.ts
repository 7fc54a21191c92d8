/** All settings of a stack: their schema and defaults (the document's names). Pure. */
import { z } from "zod";
import { problemOfAddress } from "./characters.ts";
import { exchange, server } from "./exchangeSettings.ts";
import {
  addressText,
  called,
  clientIdText,
  flagText,
  keyText,
  nameText,
  pathText,
  roleText,
  told,
  vendorsIdText,
  without,
} from "./settingText.ts";

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

const names = z.strictObject(
  {
    roleGroup: told(
      nameText.default("CallPro Calendar Access"),
      "The role group of the service user. A change renames it in place.",
    ),
    securityGroup: told(
      nameText.default("SecurityGroup-CallPro Calendar Access"),
      "The mail-enabled security group that holds the mailboxes. A change renames its display name only.",
    ),
    scope: told(
      nameText.default("Scope-CallPro Calendar Access"),
      "The management scope, which limits the role to the group. A change renames it in place.",
    ),
    assignment: told(
      nameText.default("ApplicationImpersonation-CallPro Calendar Access"),
      "The role assignment. A change makes a new, scoped one, then removes the old one.",
    ),
    application: told(
      nameText.default("CallPro Calendar Access"),
      "Display name of the own app, and the second part of the names of an app's role assignments (`<role>-<name>`; " +
        "what is longer than 64 characters ends in a hash of the whole).",
    ),
  },
  "must be an object of names",
);

const serviceUser = z.strictObject(
  {
    name: told(
      called(
        "letters, digits, dots, dashes and underscores",
        z
          .string("must be a text")
          .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "may hold letters, digits, dots, dashes and underscores only"),
      ).default("svcServiceAccount"),
      "First part of the user principal name of the user that the stack makes.",
    ),
    domain: told(
      called(
        "verified domain of the tenant",
        z
          .string("must be a domain")
          .refine(...without(problemOfAddress))
          .regex(/^[^\s@]+\.[^\s@]+$/, "is no domain"),
      ).optional(),
      "Second part of it, where it is not to be the initial domain (`<tenant>.onmicrosoft.com`).",
      { required: "on Exchange Server, where the stack makes the account" },
    ),
    displayName: told(nameText.optional(), "Display name, where it is not to be the name."),
    organizationalUnit: told(
      called(
        "organisational unit",
        z.string("must be a text").trim().min(1, "is empty. Write a unit or leave it out"),
      ).optional(),
      "Where the account is made on Exchange Server, e.g. `ad.example.com/Service accounts`; the domain's own place for " +
        "users without it. An account that is there is never moved.",
    ),
    usageLocation: told(
      called(
        "two capital letters",
        z.string("must be a text").regex(/^[A-Z]{2}$/, "must be two capital letters, e.g. NL"),
      ).optional(),
      "Country, which Entra asks for before the user can get a licence.",
    ),
    existing: told(
      addressText.optional(),
      "User principal name of a user that exists and is only put into the role group. It is never changed, its " +
        "password is never touched, and there is no output `password`.",
    ),
  },
  "must be an object",
);

export const certificateList = told(
  z.array(pathText, "must be a list of paths").default([]),
  "Public certificates of the own app, from the project's folder. Two may overlap while the call centre goes from one " +
    "to the other. RSA keys of 2048 bits or more.",
  { required: "for an own app" },
);

const application = z.strictObject(
  {
    clientId: told(vendorsIdText.optional(), "The vendor's multi-tenant app. Without it the stack makes an own app."),
    certificates: certificateList,
    removeKeys: told(
      z.array(keyText, "must be a list of key ids or thumbprints").default([]),
      "Keys of the own app that somebody else added and that are to go: the next `up` removes them and nothing else. " +
        "Own app only.",
    ),
    roles: told(
      z
        .array(roleText, "must be a list of application roles")
        .min(1, "is empty")
        .default(["Application Calendars.ReadWrite"]),
      "What the app may do with the mailboxes. Only `Application Calendars.…` stays with calendars: others are warned of " +
        "in every run. `Application EWS.AccessAsApp` is for a call centre that stays on EWS.",
    ),
  },
  "must be an object",
);

/** There is no default: each way in is right somewhere, and neither everywhere. */
const noWayIn =
  "is missing. Say how the call centre gets in, with one of these two lines under config: in the stack's file. " +
  "As an app with a certificate, on Exchange Online: `calendar-access:access: [application]`, which needs the setting application, too. " +
  "As a user with a password, where the organisation still has the role ApplicationImpersonation, as Exchange Server does " +
  "and Exchange Online no longer: `calendar-access:access: [impersonation]`";

/** The whole configuration of a stack. */
export const schema = z.strictObject({
  access: told(
    z
      .array(
        z.enum(
          ["impersonation", "application"],
          'can hold "impersonation", "application" or, during a change-over, both',
        ),
        { error: ({ input }) => (input === undefined ? noWayIn : 'must be a list, e.g. ["application"]') },
      )
      .min(1, "is empty"),
    "How the call centre gets in. `[application]`: as an app with a certificate, on Exchange Online. `[impersonation]`: as " +
      "a user with a password, where the organisation still has the role ApplicationImpersonation, as Exchange Server does " +
      "and Exchange Online no longer. Both during a change-over.",
    { required: "always" },
  ),
  reach: told(
    z.enum(["group", "organization"], 'must be "group" or "organization"').default("group"),
    "`group`: the listed mailboxes. `organization`: **every** mailbox, without group and scope; warned of in every run.",
  ),
  mailboxes: told(
    called(
      "list of addresses, or the path of a file of addresses",
      z.array(addressText, "must be a list of addresses, or the path of a file of addresses"),
    ).default([]),
    "The mailboxes to open, by primary address or user name. A file has an address a line, in UTF-8; `#` begins a " +
      "comment; its path is from the project's folder. More than 2,000 belong in a file: the engine hands the stack's " +
      "configuration on in one environment variable, and a longer list ends it with `argument list too long`.",
    { required: "always" },
  ),
  mustStayOut: told(
    z.array(addressText, "must be a list of addresses").default([]),
    "Mailboxes that every proof asks about and must find shut. Not in reach `organization`.",
  ),
  owner: told(
    addressText.optional(),
    "Owner of the security group: one person with a mailbox. Neither the service user nor a listed mailbox, because an " +
      "owner can widen the group.",
    { required: "in reach `group`" },
  ),
  names: names.prefault({}),
  serviceUser: serviceUser.prefault({}),
  application: application.prefault({}),
  callCentreClientId: told(
    clientIdText("the call centre").optional(),
    "Client id of the app with which the call centre fetches the service user's token. Where the organisation lets " +
      "listed client ids use EWS only, it is looked for among them.",
  ),
  revokeTenantWideConsent: told(
    flagText.default(false),
    "Take away a consent that opens every calendar to the app, once the scoped access holds and is two hours old.",
  ),
  removeLeftovers: told(
    flagText.default(false),
    "Remove the user and the role group that impersonation left where Microsoft has removed its role.",
  ),
  passwordRotation: told(
    called(
      "letters, digits, blanks and `. / : - _`, at most 32",
      z.coerce
        .string()
        .regex(
          /^[\w ./:-]{1,32}$/,
          "is kept in clear, so it must not be a password: write a mark of the round, e.g. 2026-11 (letters, digits, blanks and . / : - _, at most 32)",
        ),
    ).default("1"),
    "A mark of the round, e.g. `2026-11`: another one makes another password. It is kept in clear, so what looks like a " +
      "password is refused.",
  ),
  adopt: told(
    called(
      `\`true\`, \`false\` or a list of ${adoptable.map((name) => `\`${name}\``).join(", ")}`,
      z.union(
        [flagText, z.array(z.enum(adoptable, `can hold ${adoptable.join(", ")}`))],
        `must be true, false or a list of ${adoptable.join(", ")}`,
      ),
    )
      .default(false)
      .transform((value): readonly Adoptable[] => (value === true ? adoptable : value === false ? [] : value)),
    "What may be taken over where it exists already.",
  ),
  onDestroy: told(
    z.enum(["remove", "keep"], 'must be "remove" or "keep"').default("remove"),
    "What a destroy does with objects that were taken over; an enterprise app that was taken over always stays. It " +
      "counts from the `up` after it was changed.",
  ),
  regrant: told(flagText.default(false), "Open again what somebody stopped. Take it out after that `up`."),
  allowOrganizationCustomization: told(
    flagText.default(false),
    "Run Enable-OrganizationCustomization where the organisation was never customised: once, cannot be undone.",
  ),
  confirmedAddresses: told(
    z.array(addressText, "must be a list of addresses").default([]),
    "Addresses that may now mean another mailbox than the recorded one.",
  ),
  movedFrom: told(
    called(
      "id of a stack (GUID)",
      z
        .string("must be the id of a stack")
        .trim()
        .toLowerCase()
        .regex(
          /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
          "is no id of a stack. Write the one that the conflict names, e.g. 6e4f1c2a-8b1d-4f0e-9c57-1a2b3c4d5e6f",
        ),
    ).optional(),
    "Says that this stack goes on for another one, whose state was lost or has gone elsewhere: what bears that id is then " +
      "this stack's, and a service user gets a new password. Only a stack that was never brought up can say it. If the " +
      "other state is still there, both hold the same objects, and a destroy of either removes them: never run up or " +
      "destroy on it again, but `pulumi stack rm --force`, which deletes no object.",
  ),
  // Read by the connection, too (connection/channel.ts).
  exchange: exchange.prefault({}),
  // Read, and judged, by the connection (identity/credentials.ts).
  exchangeEndpoint: told(
    called("https address", z.string("must be an https address")).optional(),
    "Exchange of a private cloud, with `azuread:metadataHost`: the embedded tenant's.",
  ),
});

/** Settings within settings, for messages about unknown ones. */
export const nested: Readonly<Record<string, object>> = {
  names: names.shape,
  serviceUser: serviceUser.shape,
  application: application.shape,
  exchange: exchange.shape,
  "exchange.server": server.shape,
};
