/** All settings of a stack: their schema, defaults (the document's names) and rules. Pure. */
import { closestMatch } from "leven";
import { z } from "zod";
import { applicationRoles } from "../resources/applicationRoles.ts";

/** Reach `group` limits the access to the listed mailboxes; `organization` must be asked for by name. */
export type Reach = "group" | "organization";

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
export type Adoptable = (typeof adoptable)[number];

export type Settings = z.output<typeof schema>;

const nameText = z
  .string("must be a text")
  .trim()
  .min(1, "is empty. Write a name or leave it out")
  .max(64, "is longer than the 64 characters that Exchange allows. Shorten it");

const addressText = z
  .string("must be an e-mail address")
  .trim()
  .regex(/^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/, "is no e-mail address. Write it as name@example.com")
  .transform((address) => address.toLowerCase());

const flagText = z.boolean("must be true or false");

const schema = z.strictObject({
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
  names: z
    .strictObject(
      {
        roleGroup: nameText.default("CallPro Calendar Access"),
        securityGroup: nameText.default("SecurityGroup-CallPro Calendar Access"),
        scope: nameText.default("Scope-CallPro Calendar Access"),
        assignment: nameText.default("ApplicationImpersonation-CallPro Calendar Access"),
        /** Display name of the own app, and the second part of the names of an app's role assignments. */
        application: nameText.default("CallPro Calendar Access"),
      },
      "must be an object of names",
    )
    .prefault({}),
  serviceUser: z
    .strictObject(
      {
        /** First part of the user principal name of the user that the stack makes. */
        name: z
          .string("must be a text")
          .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "may hold letters, digits, dots, dashes and underscores only")
          .default("svcServiceAccount"),
        /** Another domain than the initial one (`<tenant>.onmicrosoft.com`). */
        domain: z
          .string("must be a domain")
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
    )
    .prefault({}),
  application: z
    .strictObject(
      {
        /** Client id of the vendor's multi-tenant app; without it the stack makes an own app. */
        clientId: z
          .string("must be a GUID")
          .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "is no client id. Write the GUID that the vendor gave")
          .transform((id) => id.toLowerCase())
          .optional(),
        /** Files with the public certificates of the own app, in PEM; two may overlap during a rotation. */
        certificates: z.array(z.string("must be the path of a PEM file"), "must be a list of paths").default([]),
        /** What the app may do with the mailboxes. */
        roles: z
          .array(z.string("must be a text").superRefine(knownRole), "must be a list of application roles")
          .min(1, "is empty")
          .default(["Application Calendars.ReadWrite"]),
      },
      "must be an object",
    )
    .prefault({}),
  /** Take away a consent that opens every calendar to the app, once the scoped access holds and is effective. */
  revokeTenantWideConsent: flagText.default(false),
  /** Remove the user and the role group that impersonation left where Microsoft has removed its role. */
  removeLeftovers: flagText.default(false),
  /** Any text; another text makes another password. */
  passwordRotation: z.coerce.string().default("1"),
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
  /** Origin of Exchange in a private cloud; read by the connection. */
  exchangeEndpoint: z.url({ protocol: /^https$/, error: "must be an https address" }).optional(),
});

function knownRole(role: string, context: z.RefinementCtx): void {
  if (applicationRoles.includes(role)) return;
  const nearest = closestMatch(role, [...applicationRoles]) ?? "";
  context.addIssue({
    code: "custom",
    message: `is no application role of Exchange. Did you mean "${nearest}"?`,
    input: role,
  });
}

/** Settings that hold a list, an object or a flag: their text is JSON. */
const textSettings = new Set(["reach", "owner", "passwordRotation", "onDestroy", "exchangeEndpoint"]);

/** What reading the settings gave: the settings, or everything that is wrong with them. */
export type ReadSettings =
  | { readonly settings: Settings; readonly problems?: undefined }
  | { readonly settings?: undefined; readonly problems: readonly string[] };

/**
 * Reads a stack's configuration.
 * @param raw the project's keys without their namespace, values as Pulumi holds them (structured ones as JSON text).
 * @param readLines the lines of a file of addresses; throws where it cannot be read.
 */
export function readSettings(
  raw: Readonly<Record<string, string>>,
  readLines: (path: string) => string[],
): ReadSettings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    try {
      values[name] = valueOf(name, value, readLines);
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => describe(issue)));
  else problems.push(...contradictions(parsed.data));
  if (problems.length > 0 || !parsed.success) return { problems: [...new Set(problems)] };
  return { settings: parsed.data };
}

function valueOf(name: string, value: string, readLines: (path: string) => string[]): unknown {
  if (textSettings.has(name)) return value;
  const parsed = parseJson(value);
  if (name === "mailboxes" && typeof parsed === "string") return addressesIn(readLines(parsed));
  return parsed;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** One address a line; empty lines and what follows a # are left out. */
function addressesIn(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/#.*/, "").trim()).filter((line) => line !== "");
}

function describe(issue: z.core.$ZodIssue): string[] {
  const path = issue.path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .slice(1);
  if (issue.code === "unrecognized_keys") {
    const known = path === "" ? Object.keys(schema.shape).join(", ") : "see the settings table in README.md";
    return issue.keys.map((key) => `${path === "" ? "" : `${path}.`}${key}: there is no such setting. Known: ${known}`);
  }
  const value = typeof issue.input === "string" ? ` "${issue.input}"` : "";
  return [`${path}:${value} ${issue.message}.`];
}

/** Rules between settings. */
function contradictions(settings: Settings): string[] {
  const problems: string[] = [];
  const { reach, owner, mailboxes, mustStayOut, serviceUser, access, application } = settings;
  for (const mode of duplicates(access)) problems.push(`access: "${mode}" is listed twice. Write it once.`);
  for (const role of duplicates(application.roles)) problems.push(`application.roles: ${role} is listed twice.`);
  if (access.includes("application") && application.clientId === undefined && application.certificates.length === 0) {
    problems.push(
      "application: is missing. Write clientId (the vendor's app), or certificates (files with the public certificates of an own app).",
    );
  }
  if (application.clientId !== undefined && application.certificates.length > 0) {
    problems.push("application.certificates: the vendor's app has its own certificates. Leave them out, or clientId.");
  }
  if (mailboxes.length === 0) {
    problems.push("mailboxes: the list is empty. Write the addresses of the field staff's mailboxes.");
  }
  for (const address of duplicates(mailboxes)) problems.push(`mailboxes: ${address} is listed twice. Write it once.`);
  for (const address of mustStayOut) {
    if (mailboxes.includes(address)) {
      problems.push(`mustStayOut: ${address} is one of the listed mailboxes. Take it off one of the lists.`);
    }
  }
  if (reach === "group" && owner === undefined) {
    problems.push("owner: is missing. Write the address of the person who owns the security group (an administrator).");
  }
  if (owner !== undefined && mailboxes.includes(owner)) {
    problems.push(`owner: ${owner} is one of the listed mailboxes; an owner can widen the group. Name somebody else.`);
  }
  if (
    owner !== undefined &&
    (owner === serviceUser.existing || owner.startsWith(`${serviceUser.name.toLowerCase()}@`))
  ) {
    problems.push(`owner: ${owner} is the service user; an owner can widen the group. Name somebody else.`);
  }
  if (reach === "organization" && mustStayOut.length > 0) {
    problems.push('mustStayOut: nothing stays out of reach "organization". Leave it out, or set reach to "group".');
  }
  return problems;
}

function duplicates<Value extends string>(values: readonly Value[]): Value[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
