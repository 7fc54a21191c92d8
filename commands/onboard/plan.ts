// What the script is to bring about, from a stack's settings: plain values, each right with its reason.
import { X509Certificate } from "node:crypto";
import { rightsFor, type Needs, type Right } from "../../resources/tenant/rightsTable.ts";
import { impersonationRole } from "../../resources/lifecycle/managementRole.ts";
import type { SignIn } from "./options.ts";

/** An application permission, with the API that it is of. */
export interface Permission {
  /** Client id of the API. */
  readonly resource: string;
  /** Id of the app role. */
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

/** How Exchange lets the identity work. */
export type Role =
  | { readonly kind: "entra"; readonly id: string; readonly name: string; readonly reason: string }
  | {
      readonly kind: "roleGroup";
      /** Roles that the group has. */
      readonly roles: readonly string[];
      /** Roles that it may assign to users, and to apps. */
      readonly delegates: readonly string[];
      readonly appDelegates: readonly string[];
    };

/** What signs in later: a public certificate, or a token of a pipeline. */
export type Credential =
  | { readonly kind: "certificate"; readonly content: string; readonly thumbprint: string; readonly ends: string }
  | { readonly kind: "federated"; readonly issuer: string; readonly subject: string };

const apis = {
  exchangePermission: "00000002-0000-0ff1-ce00-000000000000",
  graphPermission: "00000003-0000-0000-c000-000000000000",
} as const;

/** The permissions to give. A right to write holds the one to read, which is left out then. */
export function permissionsFor(needs: Needs, access: Right["access"]): Permission[] {
  const needed = rightsFor(needs, access);
  const ids = new Set(needed.map(({ id }) => id));
  return needed.flatMap(({ id, kind, guid, heldBy, breaks }) => {
    if (kind === "entraRole" || heldBy.some((other) => ids.has(other))) return [];
    return [{ resource: apis[kind], id: guid, name: id, reason: `without it ${breaks}` }];
  });
}

/** The Entra role to give: the smallest one that does. */
export function entraRoleFor(needs: Needs, access: Right["access"]): Role {
  const roles = rightsFor(needs, access).filter(({ kind }) => kind === "entraRole");
  const role = roles.find((each) => each.access === access) ?? roles[0];
  if (role === undefined) throw new Error("the table of rights has no Entra role");
  return { kind: "entra", id: role.guid, name: role.id, reason: `without it ${role.breaks}` };
}

/** Roles of a role group that does as much (docs/permissions.md, "Less than Exchange Administrator"). */
const readingRoles = ["View-Only Configuration", "View-Only Recipients"];
const writingRoles = ["Role Management", "Security Group Creation and Membership"];

/** The role group to make instead of it. */
export function roleGroupFor(
  { impersonation, application }: Needs,
  access: Right["access"],
  applicationRoles: readonly string[],
): Role {
  const writes = access === "write";
  return {
    kind: "roleGroup",
    roles: writes ? [...readingRoles, ...writingRoles] : readingRoles,
    delegates: writes && impersonation ? [impersonationRole] : [],
    appDelegates: writes && application ? applicationRoles : [],
  };
}

/**
 * What the script gives the identity to sign in with.
 * @throws Error that follows on the option, where the file is no public certificate
 */
export function credentialOf(
  signIn: Exclude<SignIn, { kind: "account" }>,
  readFile: (path: string) => string,
): Credential {
  if (signIn.kind === "certificate") return certificateOf(readFile(signIn.path));
  const { repository, where, name } = signIn;
  const subject = where === "environment" ? `environment:${name}` : `ref:refs/heads/${name}`;
  return {
    kind: "federated",
    issuer: "https://token.actions.githubusercontent.com",
    subject: `repo:${repository}:${subject}`,
  };
}

function certificateOf(pem: string): Credential {
  if (/PRIVATE KEY/.test(pem)) throw new Error("holds a private key. Name a file with the certificate alone");
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch (cause) {
    throw new Error("is no certificate in PEM", { cause });
  }
  const { raw, fingerprint, validToDate, publicKey } = certificate;
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType !== "rsa" || bits < 2048) {
    throw new Error("has no RSA key of 2048 bits or more, which Entra wants");
  }
  if (validToDate.getTime() < Date.now()) throw new Error(`ended on ${validToDate.toISOString().slice(0, 10)}`);
  return {
    kind: "certificate",
    content: raw.toString("base64"),
    thumbprint: fingerprint.replaceAll(":", ""),
    ends: validToDate.toISOString(),
  };
}
