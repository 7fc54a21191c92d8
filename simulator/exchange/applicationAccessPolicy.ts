/**
 * Application access policies, which narrow what Entra consented: Get-, New-, Remove- and Test-ApplicationAccessPolicy
 * (facts/exchange.md §5). They count members of nested groups.
 */
import { isAllowedByPolicies } from "../access/applicationAccess.ts";
import type { ApplicationAccessPolicy } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Invocation, ReadCmdlet, WriteCmdlet } from "./cmdlet.ts";
import { isSameName } from "./cmdlet.ts";
import { alreadyExists, invalidOperation, notFound } from "./failure.ts";
import { recipients } from "./lookup.ts";
import type { Output } from "./output.ts";
import { flag, initialValues, list, oneOf, requiredText, text } from "./parameter.ts";
import { securityId } from "./securityId.ts";
import { isMailbox } from "./writeScope.ts";

function policyOutput(tenant: Tenant, policy: ApplicationAccessPolicy): Output {
  const scope = tenant.recipients.find(({ guid }) => guid === policy.group);
  return {
    Identity: policy.identity,
    AppId: policy.appId,
    AccessRight: policy.accessRight,
    Description: policy.description,
    ScopeName: scope?.displayName ?? policy.group,
    ScopeIdentity: scope?.name ?? policy.group,
    ScopeIdentityRaw: policy.identity.split(":").at(-1) ?? "",
    ShardType: "All",
    IsValid: scope !== undefined,
    ObjectState: "Unchanged",
  };
}

function findPolicies({ tenant }: Invocation, identity: string | undefined): ApplicationAccessPolicy[] {
  const found = tenant.applicationAccessPolicies.filter(
    (policy) => identity === undefined || isSameName(policy.identity, identity),
  );
  if (identity !== undefined && found.length === 0) throw notFound(tenant, identity);
  return found;
}

export const getApplicationAccessPolicy: ReadCmdlet = {
  name: "Get-ApplicationAccessPolicy",
  parameters: { Identity: text },
  read(invocation) {
    const found = findPolicies(invocation, invocation.values.text("Identity"));
    return found.map((policy) => policyOutput(invocation.tenant, policy));
  },
};

export const newApplicationAccessPolicy: WriteCmdlet = {
  name: "New-ApplicationAccessPolicy",
  parameters: {
    AppId: list,
    PolicyScopeGroupId: requiredText,
    AccessRight: oneOf(
      "Microsoft.Exchange.Data.ApplicationAccessPolicy.ApplicationAccessPolicyRight",
      "RestrictAccess",
      "DenyAccess",
    ),
    Description: text,
  },
  write(invocation) {
    const { tenant, values } = invocation;
    const accessRight = values.text("AccessRight") as ApplicationAccessPolicy["accessRight"] | undefined;
    const appIds = initialValues(values.list("AppId")).map((appId) => appId.toLowerCase());
    if (accessRight === undefined || appIds.length === 0) {
      throw invalidOperation("AppId and AccessRight are required for an application access policy.");
    }
    const scope = recipients.one(invocation, values.required("PolicyScopeGroupId"));
    if (scope.type !== "MailUniversalSecurityGroup" && !isMailbox(scope)) {
      throw invalidOperation(`The recipient '${scope.name}' isn't a security principal: it is a ${scope.type}.`);
    }
    const made = appIds.map((appId): ApplicationAccessPolicy => ({
      identity: `${tenant.tenantId}\\${appId}:${securityId(tenant, scope.guid)};${scope.guid}`,
      appId,
      group: scope.guid,
      accessRight,
      description: values.text("Description") ?? "",
    }));
    for (const { identity } of made) {
      const isTaken = tenant.applicationAccessPolicies.some((policy) => isSameName(policy.identity, identity));
      if (isTaken) throw alreadyExists(tenant, identity);
    }
    tenant.applicationAccessPolicies.push(...made);
    return {
      target: `${appIds.join(", ")}: ${scope.name}`,
      output: made.map((policy) => policyOutput(tenant, policy)),
    };
  },
};

export const removeApplicationAccessPolicy: WriteCmdlet = {
  name: "Remove-ApplicationAccessPolicy",
  parameters: { Identity: requiredText, Force: flag },
  write(invocation) {
    const { tenant, values } = invocation;
    const found = findPolicies(invocation, values.required("Identity"));
    tenant.applicationAccessPolicies = tenant.applicationAccessPolicies.filter((policy) => !found.includes(policy));
    return { target: found.map(({ identity }) => identity).join() };
  },
};

/** Whether the policies alone would let an app use a mailbox: neither consents nor RBAC are looked at. */
export const testApplicationAccessPolicy: ReadCmdlet = {
  name: "Test-ApplicationAccessPolicy",
  parameters: { AppId: requiredText, Identity: requiredText },
  read(invocation) {
    const { tenant, values } = invocation;
    const appId = values.required("AppId").toLowerCase();
    const mailbox = recipients.one(invocation, values.required("Identity"));
    return [
      {
        AppId: appId,
        Mailbox: mailbox.name,
        MailboxId: mailbox.guid,
        MailboxSid: securityId(tenant, mailbox.guid),
        ImpersonationCheckResult: isAllowedByPolicies(tenant, appId, mailbox.guid) ? "Granted" : "Denied",
      },
    ];
  },
};
