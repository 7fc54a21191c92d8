/** A seed: a short JSON description of an organisation, from which tenantBuilder.ts makes a tenant. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Organization } from "./model.ts";

/** What a user has in Exchange. */
export type SeedMailbox = "user" | "shared" | "room" | "equipment" | "mailUser" | "guest" | "none";

export interface SeedUser {
  readonly name: string;
  /** Primary SMTP address; absent only with mailbox `none`. */
  readonly address?: string;
  /** The address where absent. */
  readonly upn?: string;
  readonly aliases?: readonly string[];
  /** `user` where absent. */
  readonly mailbox?: SeedMailbox;
  readonly enabled?: boolean;
  readonly hidden?: boolean;
  /** In the recycle bin, the mailbox soft-deleted. */
  readonly deleted?: boolean;
  readonly department?: string;
  readonly jobTitle?: string;
  /** Where mail for a mail user goes. */
  readonly externalAddress?: string;
  /** Display names of Entra directory roles. */
  readonly directoryRoles?: readonly string[];
  /** Names of role groups. */
  readonly roleGroups?: readonly string[];
  readonly password?: string;
  /** What the identity is for; `administrator` is printed with its password. */
  readonly purpose?: string;
}

export interface SeedGroup {
  readonly name: string;
  /** The DN's CN; the name where absent. */
  readonly cn?: string;
  readonly type: "security" | "distribution" | "unified";
  readonly address: string;
  /** Addresses; a member may be a group. */
  readonly owners: readonly string[];
  readonly members: readonly string[];
}

export interface SeedApplication {
  readonly name: string;
  readonly appId: string;
  /** Values of app roles on Graph or Exchange Online. */
  readonly permissions?: readonly string[];
  readonly directoryRoles?: readonly string[];
  readonly secret?: string;
  /** Registered in another tenant, without an enterprise app here. */
  readonly foreign?: boolean;
  /** `automation`, `reader`, `weak`, `administrator`, `vendor`: which credentials it is printed as. */
  readonly purpose?: string;
}

export interface Seed {
  readonly tenantId: string;
  readonly displayName: string;
  readonly initialDomain: string;
  readonly verifiedDomains: readonly string[];
  readonly forest: string;
  /** ISO time at which everything was made. */
  readonly created: string;
  readonly organization?: Partial<Organization>;
  readonly users: readonly SeedUser[];
  readonly contacts: readonly { readonly name: string; readonly address: string }[];
  readonly groups: readonly SeedGroup[];
  readonly applications: readonly SeedApplication[];
}

/** Reads a seed file; without a path the one that comes with the tenant. */
export function readSeed(path: string | URL = new URL("./seed.json", import.meta.url)): Seed {
  return JSON.parse(readFileSync(path, "utf8")) as Seed;
}

/** Secrets and passwords that the seed does not fix: random for each start, the same after a reset. */
export function secretOf(key: string, entropy: string): string {
  return `Aa1!${createHmac("sha256", entropy).update(key).digest("base64url").slice(0, 32)}`;
}
