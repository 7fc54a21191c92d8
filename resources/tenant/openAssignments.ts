/**
 * What no destroy may leave open without a word: role assignments of the stack's that its state does not hold, on an app
 * or a role group of others. What a run is known to have begun is removed; what only may be the stack's keeps the destroy
 * from ending well, and is named.
 */
import { findServicePrincipal, idOf } from "../../directory/applications.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { applicationAssignmentName, wholeOrganization } from "../lifecycle/assignmentName.ts";
import { assigneeOf, customScopeOf, isRegular } from "../lifecycle/assignmentRow.ts";
import { isThatBegun, parseBegun, type Begun } from "../lifecycle/begun.ts";
import { hold } from "../lifecycle/context.ts";
import type { Context } from "../lifecycle/contract.ts";
import { flag, guid, nameOf, text } from "../lifecycle/exchangeValue.ts";
import { getAll, getByGuid } from "../lifecycle/lookup.ts";
import { bearsMark } from "../lifecycle/mark.ts";
import { removeWhole } from "../lifecycle/removal.ts";
import { UserError } from "../lifecycle/userError.ts";
import { linesOf } from "../recipients/memberList.ts";
import { roleAssignmentLifecycle } from "../roleAssignment.ts";
import { uses, type LastingInputs } from "./tenantInputs.ts";

/** Removes what a run set out to make and the state does not hold, wherever its scope was moved since. */
export async function removeBegun(context: Context, { mark, begun }: LastingInputs): Promise<void> {
  for (const asked of parseBegun(begun).filter(({ kind }) => kind !== "pointer")) {
    const [rows, group] = await Promise.all([
      called(context, asked.name),
      asked.kind === "app" ? undefined : getByGuid(context.exchange, "Get-RoleGroup", asked.id),
    ]);
    // One that the state held was taken over, and is kept.
    for (const row of rows.filter((each) => isThatBegun(each, asked, group) && !context.held.has(guid(each)))) {
      context.report(`role assignment "${asked.name}": left by an interrupted run of this stack; removing it.`);
      hold(context, guid(row));
      await removeWhole(roleAssignmentLifecycle, context, guid(row), inputsOf(asked, mark));
    }
  }
}

/** What a removal needs; of the rest nothing is known. */
function inputsOf(
  { kind, id, role, name }: Begun,
  mark: string,
): Parameters<typeof roleAssignmentLifecycle.observe>[2] {
  const unknown = { writeScope: wholeOrganization, scope: "", enabled: true, ownsApp: false, members: "", stopped: "" };
  const holder = { roleGroup: kind === "app" ? "" : id, app: kind === "app" ? id : "" };
  return { role, name, ...holder, ...unknown, mark, adopt: false, onDestroy: "remove", regrant: false };
}

/**
 * The last look of a destroy: whatever of the stack's is called as its assignments are and still opens mailboxes.
 * @param leftApps object ids of the enterprise apps with the stack's mark that were left
 * @throws UserError that names each, and what removes it
 */
export async function demandClosed(
  context: Context,
  tenant: LastingInputs,
  leftApps: ReadonlySet<string>,
): Promise<void> {
  const rows = (await Promise.all(namesOf(tenant, leftApps).map((name) => called(context, name)))).flat();
  const open: string[] = [];
  for (const row of rows) {
    if (!isRegular(row) || context.held.has(guid(row)) || !(await isOnOurs(context, tenant, leftApps, row))) continue;
    const name = text(row, "Name");
    const way = `Remove-ManagementRoleAssignment -Identity "${guid(row)}" -Confirm:$false`;
    if (flag(row, "Enabled")) open.push(`the role assignment "${name}", which ${whatItOpens(row)} (${way})`);
    else context.report(`role assignment "${name}": called as this stack's, but disabled, so it was left (${way}).`);
  }
  if (open.length === 0) return;
  throw new UserError(
    `Still open is ${open.join("; and ")}. It is called as this stack's own, but nothing shows that this stack made it, so it was left. If nobody needs it, run that command, then destroy again. If it is somebody's and stays: nothing else of this stack is left, and pulumi stack rm --force ends it.`,
  );
}

/** Names that the stack gives; those of an app only where one is there that the stack does not take away. */
function namesOf(
  { assignment, application, roles, ...tenant }: LastingInputs,
  leftApps: ReadonlySet<string>,
): string[] {
  const hasApp = uses(tenant, "application") && (!tenant.ownsApp || leftApps.size > 0);
  const ofApp = (hasApp ? linesOf(roles) : []).flatMap((role) =>
    (["group", "organization"] as const).map((reach) => applicationAssignmentName(role, application, reach)),
  );
  return [...(uses(tenant, "impersonation") ? [assignment] : []), ...ofApp];
}

/** Whether its holder is the stack's, or one that the stack gave its access to. */
async function isOnOurs(
  context: Context,
  { mark, role, roles, app, clientId, ownsApp }: LastingInputs,
  leftApps: ReadonlySet<string>,
  row: ExchangeObject,
): Promise<boolean> {
  const [holder, given] = [assigneeOf(row), nameOf(text(row, "Role"))];
  if (text(row, "RoleAssigneeType") === "RoleGroup") {
    const groups = given === role ? await getAll(context.exchange, "Get-RoleGroup", { Identity: holder }) : [];
    return groups.some((group) => bearsMark(group["Description"], mark) || context.held.has(guid(group)));
  }
  const id = holder.toLowerCase();
  if (!linesOf(roles).includes(given)) return false;
  if (leftApps.has(id)) return true;
  if (ownsApp || clientId === "") return false;
  // Another enterprise app of the same vendor's may have taken the place of the recorded one.
  return (
    id === app ||
    (context.entra !== undefined && id === idOf(await findServicePrincipal(context.entra.graph, clientId)))
  );
}

function whatItOpens(row: ExchangeObject): string {
  const scope = customScopeOf(row);
  const where = scope === "" ? wholeOrganization : `the scope "${scope}"`;
  return `gives ${nameOf(text(row, "Role"))} in ${where} to ${assigneeOf(row)}`;
}

function called({ exchange }: Context, Identity: string): Promise<readonly ExchangeObject[]> {
  return getAll(exchange, "Get-ManagementRoleAssignment", { Identity });
}
