/**
 * Application access policies, which narrow what Entra consented: Get-ApplicationAccessPolicy (facts/exchange.md §5).
 */
import type { ReadCmdlet } from "./cmdlet.ts";
import { isSameName } from "./cmdlet.ts";
import { notFound } from "./failure.ts";
import { nameOfPrincipal } from "./lookup.ts";
import { text } from "./parameter.ts";

export const getApplicationAccessPolicy: ReadCmdlet = {
  name: "Get-ApplicationAccessPolicy",
  parameters: { Identity: text },
  read({ tenant, values }) {
    const identity = values.text("Identity");
    const found = tenant.applicationAccessPolicies.filter(
      (policy) => identity === undefined || isSameName(policy.identity, identity),
    );
    if (identity !== undefined && found.length === 0) throw notFound(tenant, identity);
    return found.map((policy) => ({
      Identity: policy.identity,
      AppId: policy.appId,
      AccessRight: policy.accessRight,
      Description: policy.description,
      ScopeName: nameOfPrincipal(tenant, policy.group),
      ScopeIdentity: nameOfPrincipal(tenant, policy.group),
      ShardType: "All",
      IsValid: true,
    }));
  },
};
