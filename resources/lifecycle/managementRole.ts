/** Management roles: whether an organisation has one. */
import type { Context } from "./contract.ts";
import { getAll } from "./lookup.ts";

/** The role that lets a user impersonate every mailbox in its scope. */
export const impersonationRole = "ApplicationImpersonation";

/** Whether the organisation has a management role. */
export async function roleExists(context: Context, role: string): Promise<boolean> {
  return (await getAll(context.exchange, "Get-ManagementRole", { Identity: role })).length > 0;
}
