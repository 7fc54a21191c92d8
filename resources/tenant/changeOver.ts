/** The way from one access mode to the other: add, prove, remove; each stage one `up`. */
import { proveApplication } from "../proof/applicationProof.ts";
import { text } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { getByGuid } from "../lifecycle/lookup.ts";
import { isSameList, linesOf } from "../recipients/memberList.ts";
import { waitUntilEffective } from "../proof/propagation.ts";
import { roleExists } from "../lifecycle/managementRole.ts";
import { isStopped } from "./reopening.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";
import { isShut } from "../proof/wayInEvidence.ts";
import { sayWayIn, summarizeApplication } from "../proof/words/summariesEnglish.ts";

/** What keeps a stack from going from the recorded access modes to the desired ones. */
export async function checkStage(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Problem[]> {
  if (recorded === undefined || recorded.access === desired.access) return [];
  const before = linesOf(recorded.access);
  const stays = before.some((mode) => linesOf(desired.access).includes(mode));
  if (!stays) {
    // Where Microsoft has removed the role there is no old access left to keep during the change-over.
    if (before.includes("impersonation") && !(await roleExists(context, desired.role))) return [];
    // Nor where somebody stopped it, or where it lets nobody in: only what is still open is kept.
    if (await areClosed(context, before, desired, recorded)) return [];
    const both = '["impersonation", "application"]';
    return [
      `access: going from ${before.join()} to ${linesOf(desired.access).join()} in one step would close the old access before the new one is proved. Set access to ${both} and run up; two hours later set it to ["${linesOf(desired.access).join()}"] and run up again.`,
    ];
  }
  const dropsImpersonation = before.includes("impersonation") && !uses(desired, "impersonation");
  if (!dropsImpersonation || !(await roleExists(context, desired.role))) return [];
  if (await areClosed(context, ["impersonation"], desired, recorded)) return [];
  return checkSuccessor(context, desired, recorded);
}

/** Whether every one of these access modes is stopped by somebody, or shut by the organisation (wayIn.ts). */
async function areClosed(
  context: Context,
  modes: readonly string[],
  desired: TenantInputs,
  recorded: TenantInputs,
): Promise<boolean> {
  const closed = await Promise.all(
    modes.map(async (mode) => {
      const isApp = mode === "application";
      if (await isStopped(context, isApp ? "application" : "impersonation", desired, recorded)) return true;
      return isShut(context, mode, recorded, () => appIdOf(context, { ...desired, clientId: recorded.clientId }));
    }),
  );
  return closed.every(Boolean);
}

/** The old access goes only once the new one holds and has had its time to be effective everywhere. */
async function checkSuccessor(context: Context, desired: TenantInputs, recorded: TenantInputs): Promise<Problem[]> {
  const { known } = desired;
  const assignments = linesOf(known.applicationAssignments).map((line) => line.slice(-36));
  if (desired.app === "" || known.exchangeServicePrincipal === "" || assignments.length === 0) {
    return [
      "access: impersonation stays, because no up has brought the application's access to its end yet. Set access back to both and run up first. Nothing was changed.",
    ];
  }
  const claim = {
    reach: desired.reach,
    roles: desired.roles,
    assignments: assignments.join("\n"),
    app: desired.app,
    appId: await appIdOf(context, desired),
    pointer: known.exchangeServicePrincipal,
    scope: known.scope,
    group: known.securityGroup,
    members: desired.members,
    mustStayOut: desired.mustStayOut,
    takenOver: recorded.takenOver,
    certificates: "",
    isOwnApp: desired.clientId === "",
    appIsAdopted: desired.clientId !== "" && !desired.ownsApp,
    roleGroup: known.roleGroup,
  };
  const verdict = await proveApplication(context, claim, "sample");
  if (verdict.wayIn.state === "shut") {
    return [
      `access: impersonation stays, because for the application ${sayWayIn(verdict.wayIn)}. Nothing was changed.`,
    ];
  }
  if (!verdict.scopedAccessHolds) {
    return [
      `access: impersonation stays, because the application's ${summarizeApplication(verdict)}. Nothing was changed.`,
    ];
  }
  if (known.applicationHeldSince === "" || !isSameList(recorded.members, desired.members)) {
    return [
      "access: impersonation stays, because the application's access is proved, but no up has recorded yet since when it holds for these mailboxes. Set access back to both and run up; two hours later drop impersonation again. Nothing was changed.",
    ];
  }
  const wait = await waitUntilEffective(context, claim, known.applicationHeldSince);
  if (wait <= 0) return [];
  return [
    `access: impersonation stays for now: the application's access is proved, but it may take two hours to be effective everywhere. Run up again in ${Math.ceil(wait / 60_000)} minutes. Nothing was changed.`,
  ];
}

async function appIdOf({ exchange }: Context, { known, clientId }: TenantInputs): Promise<string> {
  if (clientId !== "" || known.exchangeServicePrincipal === "") return clientId;
  const pointer = await getByGuid(exchange, "Get-ServicePrincipal", known.exchangeServicePrincipal);
  return pointer === undefined ? "" : text(pointer, "AppId").toLowerCase();
}
