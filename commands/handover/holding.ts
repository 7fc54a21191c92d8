// What a stack holds for the call centre, read from its state with the secrets in clear. Pure.
import { asDigest } from "../../resources/recipients/listed.ts";
import { linesOf, parseMembers, type Member } from "../../resources/recipients/memberList.ts";
import type { ExportedResource, RecordedClaims } from "../verify/stack.ts";
import type { Content, Facts } from "./facts.ts";

/** The content but for the names of the mailboxes, which the directory knows, and what stands in the way of handing it over. */
export interface Holding {
  readonly content: Omit<Content, "mailboxes">;
  readonly members: readonly Member[];
  readonly opens: Facts["opens"];
  readonly certificateEnds: Facts["certificateEnds"];
  readonly provedAt: Facts["provedAt"];
  /** Key of the digests, in hexadecimal; `undefined` where the stack was last brought up by an older version. */
  readonly key: string | undefined;
  /** Why it is not handed over, a reason each; none where it may be. */
  readonly refusals: readonly string[];
}

/** The engine's own mark of a secret in an export (the SDK's `specialSigKey` and `specialSecretSig`). */
const [signature, secret] = ["4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"] as const;

/** Puts it together; both access modes where the stack holds both. */
export function holdingOf(claims: RecordedClaims, all: readonly ExportedResource[]): Holding {
  const { impersonation, application } = claims;
  const resources = all.filter(({ delete: isGone }) => isGone !== true);
  const find = (type: string): ExportedResource | undefined => resources.find((each) => each.type.endsWith(`:${type}`));
  const [user] = parseMembers(impersonation?.claim.user ?? "");
  // What the user was last given: one that was only generated opens nothing yet.
  const password = clear((find("User") ?? find("ServiceAccount"))?.outputs?.["password"]);
  const generated = clear(find("ServiceUserPassword")?.outputs?.["password"]);
  const isBehind = impersonation !== undefined && generated !== undefined && generated !== password;
  const certificates = linesOf(application?.claim.certificates ?? "").map((line) => line.split(" "));
  const checks = ["ImpersonationCheck", "ApplicationCheck"].map((type) => Date.parse(find(type)?.modified ?? ""));
  const recorded = impersonation ?? application;
  const roles = linesOf(application?.claim.roles ?? "");
  const tenantId = recorded?.properties["tenantId"];
  return {
    content: {
      tenantId: typeof tenantId === "string" ? tenantId : "",
      impersonation:
        impersonation === undefined
          ? undefined
          : { userName: user?.address ?? "", password: generated === undefined ? undefined : password },
      application:
        application === undefined
          ? undefined
          : { clientId: application.claim.appId, thumbprints: certificates.map(([thumbprint = ""]) => thumbprint) },
    },
    members: parseMembers(recorded?.claim.members ?? ""),
    opens: {
      wholeOrganization: recorded?.claim.reach === "organization",
      wholeMailbox: !roles.every((role) => role.startsWith("Application Calendars.")),
      audiences: audiencesOf(roles),
    },
    certificateEnds: certificates.map(([, notAfter = ""]) => Date.parse(notAfter)),
    provedAt: checks.filter((time) => !Number.isNaN(time)).toSorted((one, other) => other - one)[0],
    key: clear(find("HandoverKey")?.outputs?.["key"]),
    refusals: [...refusalsOf(claims), ...(isBehind ? [notSetYet] : [])],
  };
}

/** By which of its roles an app comes: those of EWS are used with Exchange's own tokens, the others with Graph's. */
function audiencesOf(roles: readonly string[]): string[] {
  const isEws = (role: string): boolean => role.startsWith("Application EWS.");
  return [
    ...(roles.some((role) => !isEws(role)) ? ["https://graph.microsoft.com/.default"] : []),
    ...(roles.some(isEws) ? ["https://outlook.office365.com/.default (EWS)"] : []),
  ];
}

const notSetYet = "the password was made anew, and the user does not have it yet";

/** What the last proof of each mode leaves to be desired. */
function refusalsOf({ impersonation, application, unproved }: RecordedClaims): string[] {
  const recorded = Object.entries({ impersonation, application });
  const refused = recorded.flatMap(([mode, claim]) => {
    if (claim === undefined) return [];
    const { verdict, wayIn, members } = claim.properties;
    if (typeof members === "string" && asDigest(members) !== asDigest(claim.claim.members))
      return [`${mode}: the list of mailboxes was changed since the last proof`];
    if (typeof verdict !== "string") return [`${mode}: it was never proved`];
    if (verdict !== "passed") return [`${mode}: the last proof did not pass: ${verdict}`];
    return typeof wayIn === "string" && wayIn.startsWith("shut") ? [`${mode}: the way in is ${wayIn}`] : [];
  });
  return [...refused, ...unproved.map((mode) => `${mode}: the stack holds objects of it, and no proof`)];
}

/** The text of a secret that the engine showed; `undefined` where there is none, or where it is encrypted still. */
function clear(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return typeof value === "string" ? value : undefined;
  const { [signature]: mark, plaintext } = value as Readonly<Record<string, unknown>>;
  if (mark !== secret || typeof plaintext !== "string") return undefined;
  const text: unknown = JSON.parse(plaintext);
  return typeof text === "string" ? text : undefined;
}
