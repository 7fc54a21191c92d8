/** Which role groups an OPATH filter of Get-RoleGroup matches: names and GUID only, text compared without case. */
import type { RoleGroup } from "../tenant/exchangeModel.ts";
import { badFilter } from "./failure.ts";
import { type Comparison, type Filter, FilterSyntaxError, parseFilter } from "./opath.ts";

/** The role groups that pass `-Filter`; all of them without one. */
export function filterRoleGroups(groups: readonly RoleGroup[], source: string | undefined): readonly RoleGroup[] {
  if (source === undefined) return groups;
  try {
    const filter = parseFilter(source);
    return groups.filter((group) => matches(filter, group));
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw badFilter("Filter", error.message);
    throw error;
  }
}

function matches(filter: Filter, group: RoleGroup): boolean {
  switch (filter.kind) {
    case "and":
      return matches(filter.left, group) && matches(filter.right, group);
    case "or":
      return matches(filter.left, group) || matches(filter.right, group);
    case "not":
      return !matches(filter.operand, group);
    default:
      return compare(filter, group);
  }
}

function compare({ property, operator, value }: Comparison, group: RoleGroup): boolean {
  const actual = readProperty(group, property).toLowerCase();
  const wanted = String(value ?? "").toLowerCase();
  const isLike = operator === "like" || operator === "notlike";
  const isMatch = isLike && wanted.endsWith("*") ? actual.startsWith(wanted.slice(0, -1)) : actual === wanted;
  return isMatch !== (operator === "ne" || operator === "notlike");
}

function readProperty(group: RoleGroup, property: string): string {
  if (property === "Name") return group.name;
  if (property === "DisplayName") return group.displayName;
  if (property === "Guid") return group.guid;
  throw new FilterSyntaxError(`Get-RoleGroup cannot be filtered by ${property} in the embedded tenant.`);
}
