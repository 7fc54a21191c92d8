/** What a group's new name does to the stored filters that name its DN (switch `filterAfterRename`). */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { namesPrincipal, normalizeDn, principalDn } from "./distinguishedName.ts";
import { mapComparisons, parseFilter, printFilter } from "./opath.ts";

/** Replaces the DN that a group had by the one that it has now, in every scope. */
export function rewriteFilters(tenant: Tenant, cnBefore: string, group: Recipient): void {
  const current = normalizeDn(principalDn(tenant, group));
  for (const scope of tenant.scopes) {
    const rewritten = mapComparisons(parseFilter(scope.recipientFilter), (comparison) => {
      const { property, value } = comparison;
      const isGroup =
        property === "MemberOfGroup" &&
        typeof value === "string" &&
        namesPrincipal(tenant, { ...group, cn: cnBefore }, value);
      return isGroup ? { ...comparison, value: current } : comparison;
    });
    scope.recipientFilter = printFilter(rewritten);
  }
}
