/** The domain of the service user that the stack makes: one that the tenant has verified. */
import type { Context, Problem } from "../lifecycle/contract.ts";
import { addressesOf } from "../recipients/memberList.ts";
import { declaresUser, type TenantInputs } from "./tenantInputs.ts";

/** Entra would refuse the user when half of the stack is there; this says it before the first write. */
export async function checkDomain(context: Context, desired: TenantInputs): Promise<Problem[]> {
  const domain = declaresUser(desired) ? domainOf(desired.user) : "";
  // Active Directory takes any suffix.
  if (domain === "" || context.entra === undefined) return [];
  const { initial, verified } = await context.entra.readDomains();
  const known = [...new Set([initial, ...verified])];
  if (known.some((each) => each.toLowerCase() === domain)) return [];
  return [
    `serviceUser.domain: ${domain} is no verified domain of this tenant (it has ${known.join(", ")}). Have it verified in Entra first, or write one of these. Nothing was changed.`,
  ];
}

function domainOf(line: string): string {
  return addressesOf(line)[0]?.split("@")[1]?.toLowerCase() ?? "";
}
