/** Client access to mailboxes, as far as EWS goes: Get-CASMailbox, Set-CASMailbox (facts/exchange.md §4). */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { ReadCmdlet, WriteCmdlet } from "./cmdlet.ts";
import type { Output } from "./output.ts";
import { requiredText, size, text } from "./parameter.ts";
import { findMailbox } from "./mailbox.ts";
import { getOfTypes, listRecipients, mailboxTypes } from "./recipient.ts";
import { mailboxOutput } from "./recipientOutput.ts";

function casMailboxOutput(tenant: Tenant, mailbox: Recipient): Output {
  const names = ["Name", "Identity", "DisplayName", "Guid", "DistinguishedName"];
  const further = ["PrimarySmtpAddress", "EmailAddresses", "ExternalDirectoryObjectId"];
  const whole = mailboxOutput(tenant, mailbox);
  return {
    ...Object.fromEntries([...names, ...further].map((name) => [name, whole[name] ?? null])),
    EwsEnabled: mailbox.ewsEnabled ?? null,
  };
}

export const getCasMailbox: ReadCmdlet = {
  name: "Get-CASMailbox",
  parameters: { Identity: text, Filter: text, ResultSize: size },
  unmodelled:
    "ActiveSyncDebugLogging ActiveSyncSuppressReadReceipt Anr Credential DomainController GetImapProtocolLog " +
    "GetPopProtocolLog IgnoreDefaultScope Monitoring OrganizationalUnit ProtocolSettings ReadIsOptimizedForAccessibility " +
    "ReadFromDomainController RecalculateHasActiveSyncDevicePartnership SendLogsTo SortBy",
  exclusive: [["Identity", "Filter"]],
  read(invocation) {
    const { simulator, tenant } = invocation;
    const further = simulator.switches.casMailboxFilter === "refused" ? [] : ["EwsEnabled"];
    const found = listRecipients(invocation, getOfTypes(invocation, mailboxTypes), further);
    return found.filter(({ softDeleted }) => !softDeleted).map((mailbox) => casMailboxOutput(tenant, mailbox));
  },
};

export const setCasMailbox: WriteCmdlet = {
  name: "Set-CASMailbox",
  parameters: { Identity: requiredText, EwsEnabled: { kind: "flag", nullable: true } },
  unmodelled:
    "ActiveSyncEnabled EwsAllowEntourage EwsAllowList EwsAllowMacOutlook EwsAllowOutlook EwsApplicationAccessPolicy " +
    "EwsBlockList ImapEnabled MAPIEnabled OWAEnabled OWAMailboxPolicy PopEnabled SmtpClientAuthenticationDisabled " +
    "UniversalOutlookEnabled",
  write(invocation) {
    const { values } = invocation;
    const mailbox = findMailbox(invocation);
    if (values.has("EwsEnabled")) mailbox.ewsEnabled = values.flag("EwsEnabled") ?? null;
    return { target: mailbox.name };
  },
};
