/** Which names and places are taken, and by whom: only where the stack does not hold the object yet. */
import { exchangeServicePrincipalLifecycle } from "./exchangeServicePrincipal.ts";
import { differences, type Context, type Found, type Lifecycle, type Ownership, type Problem } from "./lifecycle.ts";
import { managementScopeLifecycle, rightFilter } from "./managementScope.ts";
import { linesOf } from "./memberList.ts";
import { conflictOf } from "./reconciler.ts";
import { applicationAssignmentName, roleAssignmentLifecycle, wholeOrganization } from "./roleAssignment.ts";
import { roleGroupLifecycle } from "./roleGroup.ts";
import { securityGroupLifecycle } from "./securityGroup.ts";
import { uses, type TenantInputs } from "./tenant.ts";

/** Looks for every object that is to be made; says what would happen to those that exist, or why nothing can. */
export async function checkObjects(context: Context, desired: TenantInputs): Promise<Problem[]> {
  const problems: Problem[] = [];
  const look = async <Inputs extends Ownership>(
    lifecycle: Lifecycle<Inputs>,
    known: string,
    inputs: Inputs,
  ): Promise<string> => {
    if (known !== "") return known;
    const found = await lifecycle.find(context, inputs);
    // In the state already, though an interrupted run left no record: what follows is judged by it.
    const own = found.find((each) => context.held.has(each.id));
    if (own !== undefined) return own.id;
    const conflict = conflictOf(lifecycle.title, found, inputs.adopt);
    if (conflict !== undefined) problems.push(conflict);
    else if (found[0] !== undefined) await announce(context, lifecycle, found[0], inputs);
    return found[0]?.id ?? "";
  };
  const wanted = desiredObjects(desired);
  const roleGroup = uses(desired, "impersonation")
    ? await look(roleGroupLifecycle, desired.known.roleGroup, wanted.roleGroup)
    : "";
  if (uses(desired, "application")) {
    await look(exchangeServicePrincipalLifecycle, desired.known.exchangeServicePrincipal, wanted.pointer);
  }
  let scope = "";
  if (desired.reach === "group") {
    const group = await look(securityGroupLifecycle, desired.known.securityGroup, wanted.securityGroup);
    scope = await look(managementScopeLifecycle, desired.known.scope, { ...wanted.scope, group, roleGroup });
  }
  if (uses(desired, "impersonation")) {
    const assignment = { ...wanted.assignment, roleGroup, scope };
    await look(roleAssignmentLifecycle, desired.known.assignment, assignment);
  }
  if (uses(desired, "application")) {
    const held = new Set(linesOf(desired.known.applicationAssignments).map((line) => line.slice(0, -37)));
    for (const role of linesOf(desired.roles).filter((each) => !held.has(each))) {
      const name = applicationAssignmentName(role, desired.application, desired.reach);
      await look(roleAssignmentLifecycle, "", { ...wanted.assignment, name, role, app: desired.app, scope });
    }
  }
  return problems;
}

/** The inputs of every object as the program will give them, with ids still empty; also what a sweep looks for. */
export function desiredObjects(desired: Omit<TenantInputs, "known" | "confirmedAddresses">) {
  const own = (object: string): Ownership => ({
    mark: desired.mark,
    onDestroy: desired.onDestroy,
    adopt: desired.adopt.includes(object),
  });
  return {
    roleGroup: { ...own("roleGroup"), name: desired.roleGroup, role: desired.role, members: desired.user },
    pointer: {
      ...own("exchangeServicePrincipal"),
      displayName: desired.application,
      appId: desired.clientId,
      objectId: desired.app,
      ownsApp: desired.ownsApp,
    },
    securityGroup: {
      ...own("securityGroup"),
      name: desired.securityGroup,
      members: desired.members,
      owner: desired.owner,
      hiddenFromAddressLists: true,
      memberJoinRestriction: "Closed",
      memberDepartRestriction: "Closed",
      scopeName: desired.scope,
    },
    scope: { ...own("scope"), name: desired.scope, filter: rightFilter, group: "", roleGroup: "", app: desired.app },
    assignment: {
      ...own("assignment"),
      name: desired.assignment,
      role: desired.role,
      roleGroup: "",
      app: "",
      ownsApp: desired.ownsApp,
      writeScope: desired.reach === "group" ? desired.scope : wholeOrganization,
      scope: "",
      enabled: true,
      regrant: desired.regrant,
      members: desired.members,
    },
  };
}

/** Says what will happen to an object that is there already. */
async function announce<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  found: Found,
  desired: Inputs,
): Promise<void> {
  if (found.ours) {
    context.report(`${found.title}: left by an interrupted run of this stack; up goes on with it.`);
    return;
  }
  const live = await lifecycle.observe(context, found.id, desired);
  const changed =
    live === undefined ? [] : differences(lifecycle, live.inputs, desired).filter((name) => name !== "name");
  const changes = changed.length === 0 ? "nothing about it" : changed.join(", ");
  const end = desired.onDestroy === "remove" ? "destroy would remove it" : "destroy would keep it";
  context.report(`${found.title}: exists and would be taken over; up would change ${changes}; ${end}.`);
}
