// The customer's second administrator, who changes things by hand in the Exchange admin API.
import type { Send } from "./http.ts";

/** Runs one cmdlet; throws with Exchange's own words where it refuses. */
export type RunCmdlet = (cmdlet: string, parameters: Readonly<Record<string, unknown>>) => Promise<void>;

/** One change by hand, and what the administrator would say about it. */
export interface HandMadeChange {
  readonly told: string;
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The admin API at `origin` for a user who is signed in. */
export function openAdministration(
  send: Send,
  origin: string,
  { tenantId, token, userName }: { readonly tenantId: string; readonly token: string; readonly userName: string },
): RunCmdlet {
  return async (cmdlet, parameters) => {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "x-anchormailbox": `UPN:${userName}`,
    };
    const body = JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } });
    const answer = await send("POST", `${origin}/adminapi/beta/${tenantId}/InvokeCommand`, headers, body);
    if (answer.status !== 200) throw new Error(`${cmdlet} answered with status ${answer.status}: ${answer.text}`);
  };
}

/** What was changed by hand in the story: four ways to widen, or give away, what the stack holds narrow. */
export function handMadeChanges(
  names: { readonly group: string; readonly scope: string; readonly assignment: string },
  outsider: string,
): readonly HandMadeChange[] {
  const { group, scope, assignment } = names;
  return [
    {
      told: `${outsider} is put into the security group`,
      cmdlet: "Add-DistributionGroupMember",
      parameters: { Identity: group, Member: outsider, BypassSecurityGroupManagerCheck: true },
    },
    {
      told: "the security group is shown in the address lists",
      cmdlet: "Set-DistributionGroup",
      parameters: { Identity: group, HiddenFromAddressListsEnabled: false, BypassSecurityGroupManagerCheck: true },
    },
    {
      told: "the scope's filter is rewritten to all user mailboxes",
      cmdlet: "Set-ManagementScope",
      parameters: { Identity: scope, RecipientRestrictionFilter: "RecipientTypeDetails -eq 'UserMailbox'" },
    },
    {
      told: "the scope is taken off the role assignment",
      cmdlet: "Set-ManagementRoleAssignment",
      parameters: { Identity: assignment, RecipientRelativeWriteScope: "Organization" },
    },
  ];
}
