/** Who holds a role of Entra, now and for good: what somebody may activate (Privileged Identity Management) is not read. */
import type { GraphObject, GraphSession } from "./graph.ts";

/** Somebody who holds a role. */
export interface RoleHolder {
  /** Object id. */
  readonly id: string;
  readonly name: string;
  readonly kind: "user" | "group" | "app" | "unknown";
  /** Its template id, which is the id of a built-in role's definition. */
  readonly role: string;
  /** Of what it is: empty for the whole tenant. */
  readonly scope: string;
}

/**
 * Those who hold any role, custom ones too (learn.microsoft.com/graph/api/rbacapplication-list-roleassignments): one
 * list, because a filter takes one role only. Rejects where they cannot be read.
 */
export async function readRoleHolders(graph: GraphSession): Promise<RoleHolder[]> {
  const rows = await graph.list("/roleManagement/directory/roleAssignments?$expand=principal");
  return rows.map((row) => {
    const expanded = row["principal"];
    const principal = typeof expanded === "object" && expanded !== null ? (expanded as GraphObject) : {};
    const id = text(row, "principalId");
    const scope = text(row, "directoryScopeId");
    return {
      id: id.toLowerCase(),
      name: text(principal, "userPrincipalName") || text(principal, "displayName") || id,
      kind: kindOf(text(principal, "@odata.type")),
      role: text(row, "roleDefinitionId").toLowerCase(),
      scope: scope === "/" ? "" : scope,
    };
  });
}

function kindOf(type: string): RoleHolder["kind"] {
  if (/servicePrincipal$/i.test(type)) return "app";
  if (/group$/i.test(type)) return "group";
  return /user$/i.test(type) ? "user" : "unknown";
}

function text(object: GraphObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}
