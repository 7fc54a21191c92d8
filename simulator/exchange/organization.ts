/**
 * The organisation: Get- and Set-OrganizationConfig, Enable-OrganizationCustomization, Get-AcceptedDomain
 * (facts/exchange.md §2.8, §4).
 */
import type { Organization, Tenant } from "../tenant/model.ts";
import type { Simulator } from "../server/service.ts";
import type { Invocation, ReadCmdlet, WriteCmdlet } from "./cmdlet.ts";
import { CmdletFailure, dehydrated, invalidOperation, notFound } from "./failure.ts";
import { guidOrNull } from "./output.ts";
import { applyChange, flag, list, nullableText, oneOf, size, text } from "./parameter.ts";

/** Refuses a change to custom roles, scopes or role groups until the organisation is ready for them. */
export function refuseWhileDehydrated({ simulator, tenant }: Invocation): void {
  const { isDehydrated, hydrationRefusesUntil } = tenant.organization;
  if (isDehydrated || simulator.now() < hydrationRefusesUntil) throw dehydrated();
}

/** The domain that new addresses get. */
export function defaultDomain(tenant: Tenant): string {
  return tenant.verifiedDomains[0] ?? tenant.initialDomain;
}

export const getOrganizationConfig: ReadCmdlet = {
  name: "Get-OrganizationConfig",
  parameters: { RetrieveEwsOperationAccessPolicy: flag },
  read({ tenant, values }) {
    const { isDehydrated, ewsEnabled, ewsAllowedAppIds, groupNamingPolicy: policy } = tenant.organization;
    const { ewsApplicationAccessPolicy, ewsAllowList, ewsBlockList } = tenant.organization;
    // Only with this switch Exchange fetches the list of client ids.
    const shownIds = values.flag("RetrieveEwsOperationAccessPolicy") === true ? ewsAllowedAppIds : null;
    return [
      {
        Name: tenant.server?.name ?? tenant.initialDomain,
        Identity: tenant.server?.name ?? tenant.initialDomain,
        DisplayName: tenant.displayName,
        Guid: guidOrNull(tenant.tenantId),
        IsDehydrated: isDehydrated,
        EwsEnabled: ewsEnabled,
        EwsAllowedAppIDs: shownIds === null ? null : shownIds.join(","),
        EwsApplicationAccessPolicy: ewsApplicationAccessPolicy,
        EwsAllowList: ewsAllowList,
        EwsBlockList: ewsBlockList,
        EnforceExoAppRbacPermissions: false,
        DistributionGroupNamingPolicy: policy === null ? "" : `${policy.prefix}<GroupName>${policy.suffix}`,
      },
    ];
  },
};

export const setOrganizationConfig: WriteCmdlet = {
  name: "Set-OrganizationConfig",
  parameters: {
    EwsEnabled: { kind: "flag", nullable: true },
    EwsAllowedAppIDs: nullableText,
    EwsApplicationAccessPolicy: {
      ...oneOf("Microsoft.Exchange.Data.Directory.EwsApplicationAccessPolicy", "EnforceAllowList", "EnforceBlockList"),
      nullable: true,
    },
    EwsAllowList: list,
    EwsBlockList: list,
  },
  unmodelled:
    "AuditDisabled DefaultAuthenticationPolicy DefaultPublicFolderMailbox DistributionGroupNamingPolicy " +
    "EnforceExoAppRbacPermissions EwsAllowEntourage EwsAllowMacOutlook EwsAllowOutlook FocusedInboxOn MailTipsEnabled " +
    "OAuth2ClientProfileEnabled RejectDirectSend SendFromAliasEnabled SmtpActionableMessagesEnabled",
  write({ tenant, values }) {
    const { organization } = tenant;
    if (values.has("EwsEnabled")) organization.ewsEnabled = values.flag("EwsEnabled") ?? null;
    if (values.has("EwsAllowedAppIDs")) {
      const ids = values.text("EwsAllowedAppIDs");
      organization.ewsAllowedAppIds = ids === undefined ? null : ids.split(",").map((id) => id.trim());
    }
    if (values.has("EwsApplicationAccessPolicy")) {
      const policy = values.text("EwsApplicationAccessPolicy");
      organization.ewsApplicationAccessPolicy =
        policy === "EnforceAllowList" || policy === "EnforceBlockList" ? policy : null;
    }
    const [allowed, blocked] = [values.list("EwsAllowList"), values.list("EwsBlockList")];
    if (allowed !== undefined) organization.ewsAllowList = applyChange(organization.ewsAllowList, allowed);
    if (blocked !== undefined) organization.ewsBlockList = applyChange(organization.ewsBlockList, blocked);
    return { target: tenant.initialDomain };
  },
};

export const enableOrganizationCustomization: WriteCmdlet = {
  name: "Enable-OrganizationCustomization",
  parameters: {},
  write({ simulator, tenant }) {
    const { organization } = tenant;
    if (!organization.isDehydrated) {
      throw invalidOperation("This operation is not required. Organization is already enabled for customization.");
    }
    if (simulator.switches.customizationAnswer === "error") {
      simulator.after(simulator.delays.hydration, "customization", () => {
        if (organization.isDehydrated) hydrate(simulator, organization);
        simulator.record({ actor: "hydration", operation: "customize", target: tenant.initialDomain, status: 200 });
      });
      throw new CmdletFailure("System.TimeoutException", "[placeholder text] The operation has timed out.", {
        status: 500,
      });
    }
    hydrate(simulator, organization);
    return { target: tenant.initialDomain };
  },
};

/** The flag turns at once, and creates keep failing: first as dehydrated, then for want of delegation. */
function hydrate(simulator: Simulator, organization: Organization): void {
  const { delays } = simulator;
  organization.isDehydrated = false;
  organization.hydrationRefusesUntil = simulator.now() + delays.hydration;
  organization.delegationRefusesUntil = organization.hydrationRefusesUntil + delays.delegationAfterHydration;
}

export const getAcceptedDomain: ReadCmdlet = {
  name: "Get-AcceptedDomain",
  parameters: { Identity: text, ResultSize: size },
  read({ tenant, values }) {
    const identity = values.text("Identity");
    const all = [...new Set([...tenant.verifiedDomains, tenant.initialDomain])];
    const domains = all.filter((domain) => identity === undefined || domain === identity.toLowerCase());
    if (domains.length === 0) throw notFound(tenant, identity ?? "");
    return domains.map((domain) => ({
      Name: domain,
      Identity: domain,
      DomainName: domain,
      DomainType: "Authoritative",
      Default: domain === defaultDomain(tenant),
      InitialDomain: domain === tenant.initialDomain,
    }));
  },
};
