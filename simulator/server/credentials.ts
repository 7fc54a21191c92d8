/** The identities of a seed with their secrets: printed at start, and handed to tests. */
import { secretOf } from "../tenant/seed.ts";
import type { Seed, SeedApplication } from "../tenant/seed.ts";

/** An application that signs in with a client secret. */
export interface ApplicationCredentials {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A user that signs in with a password. */
export interface UserCredentials {
  readonly userName: string;
  readonly password: string;
}

export interface TenantCredentials {
  /** The automation identity: all that a stack needs, read and write. */
  readonly credentials: ApplicationCredentials;
  /** All applications of the seed by their purpose: `automation`, `reader`, `weak`, `administrator`, `vendor`. */
  readonly applications: Readonly<Record<string, ApplicationCredentials>>;
  /** The second administrator, for changes by hand. */
  readonly administrator: UserCredentials | undefined;
}

/** Throws where the seed has no application with the purpose `automation`. */
export function findCredentials(seed: Seed, entropy: string): TenantCredentials {
  const credentialsOf = ({ appId, secret }: SeedApplication): ApplicationCredentials => ({
    tenantId: seed.tenantId,
    clientId: appId,
    clientSecret: secret ?? secretOf(`application:${appId}`, entropy),
  });
  const named = seed.applications.filter(({ purpose }) => purpose !== undefined);
  const applications = Object.fromEntries(named.map((app) => [app.purpose ?? "", credentialsOf(app)]));
  const credentials = applications["automation"];
  if (credentials === undefined) throw new Error("The seed has no application with the purpose automation.");
  const user = seed.users.find(({ purpose }) => purpose === "administrator");
  const userName = user?.upn ?? user?.address;
  const administrator =
    userName === undefined
      ? undefined
      : { userName, password: user?.password ?? secretOf(`user:${userName}`, entropy) };
  return { credentials, applications, administrator };
}
