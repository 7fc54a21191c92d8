/** What only an Exchange Server organisation has. */
import type { ServerOrganization, Tenant } from "../tenant/model.ts";

/** The tenant's part that only this flavour has. Throws for a tenant in Exchange Online. */
export function serverOf({ server }: Pick<Tenant, "server">): ServerOrganization {
  if (server === undefined) throw new Error("This tenant is in Exchange Online.");
  return server;
}
