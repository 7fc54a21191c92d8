/** Who signs in with an account of Active Directory: by Basic, or by what stands in for Kerberos and NTLM. */
import { timingSafeEqual } from "node:crypto";
import type { Caller, Simulator } from "../server/service.ts";
import type { DirectoryUser } from "../tenant/directoryModel.ts";
import type { Tenant } from "../tenant/model.ts";

/** The account of a UPN, of `DOMAIN\name` or of a bare name that is there and not in the recycle bin. */
export function findAccount(tenant: Tenant, name: string): DirectoryUser | undefined {
  const [, domain, bare = name] = /^([^\\]*)\\(.*)$/.exec(name) ?? [];
  const { netBiosName, domain: full } = tenant.server ?? { netBiosName: "", domain: "" };
  if (domain !== undefined && ![netBiosName, full].some((each) => isSame(each, domain))) return undefined;
  const recipient = tenant.recipients.find(({ account }) => isSame(account?.samAccountName ?? "", bare));
  return tenant.users.find(
    ({ id, userPrincipalName, deletedDateTime }) =>
      deletedDateTime === null && (id === recipient?.guid || (domain === undefined && isSame(userPrincipalName, bare))),
  );
}

function isSame(one: string, other: string): boolean {
  return one !== "" && one.toLowerCase() === other.toLowerCase();
}

/** The account as a caller of Exchange. */
export function callerFor({ id, userPrincipalName }: DirectoryUser, { origin }: Simulator): Caller {
  return {
    objectId: id,
    name: userPrincipalName,
    kind: "user",
    appId: null,
    roles: [],
    directoryRoles: [],
    audience: origin,
  };
}

/** The account with this name and password; `undefined` for a wrong one and for a disabled account. */
export function signIn(simulator: Simulator, name: string, password: string): DirectoryUser | undefined {
  const account = findAccount(simulator.tenant, name);
  if (account?.accountEnabled !== true || !isSameSecret(account.password, password)) return undefined;
  return account;
}

function isSameSecret(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Name and password of a header `Basic` (or of the stand-in's `Negotiate`, which carries the same). */
export function readCredentials(authorization: string, scheme: "Basic" | "Negotiate"): [string, string] | undefined {
  const encoded = new RegExp(`^${scheme}\\s+(\\S+)$`, "i").exec(authorization)?.[1];
  const decoded = Buffer.from(encoded ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon < 0 ? undefined : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}
