/** Which groups in Entra hold an object, directly or through other groups. */
import type { DirectoryGroup } from "../tenant/directoryModel.ts";
import type { Tenant } from "../tenant/model.ts";

export function groupsAround(tenant: Pick<Tenant, "groups">, id: string): DirectoryGroup[] {
  const around = new Set<DirectoryGroup>();
  const visit = (member: string): void => {
    for (const group of tenant.groups) {
      if (around.has(group) || !group.memberIds.includes(member)) continue;
      around.add(group);
      visit(group.id);
    }
  };
  visit(id);
  return [...around];
}
