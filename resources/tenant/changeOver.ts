/** The way from one access mode to the other: add, prove, remove; each stage one `up`. */
import { proveApplication } from "../proof/applicationProof.ts";
import { text } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { getByGuid } from "../lifecycle/lookup.ts";
import { isSameList, linesOf } from "../recipients/memberList.ts";
import { proveImpersonation } from "../proof/impersonationProof.ts";
import { propagation, waitUntilEffective, type Parts } from "../proof/propagation.ts";
import { roleExists } from "../lifecycle/managementRole.ts";
import { isStopped } from "./reopening.ts";
import type { TenantInputs } from "./tenantInputs.ts";
import { isShut } from "../proof/wayInEvidence.ts";
import { sayWayIn, summarizeApplication, summarizeImpersonation } from "../proof/words/summariesEnglish.ts";

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
  const dropped = before.find((mode) => !linesOf(desired.access).includes(mode));
  if (dropped === undefined || (dropped === "impersonation" && !(await roleExists(context, desired.role)))) return [];
  if (dropped === "application" && desired.known.applicationAssignments === "") return [];
  // While somebody's stop keeps impersonation shut, whoever takes the app away as well is not held up (design.md §7.10).
  if (dropped === "application" && (await isStopped(context, "impersonation", desired, recorded))) return [];
  if (await areClosed(context, [dropped], desired, recorded)) return [];
  const successor =
    dropped === "impersonation"
      ? await applicationAsSuccessor(context, desired, recorded)
      : impersonationAsSuccessor(context, desired, recorded);
  return checkSuccessor(context, successor, isSameList(recorded.members, desired.members));
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

/** The access that is to be the only one. */
interface Successor {
  /** The access that goes for it. */
  readonly old: string;
  readonly title: string;
  /** Whether an up has made all that it consists of. */
  readonly isMade: boolean;
  /** Since when a proof found it to hold, as an ISO time; empty where none did. */
  readonly heldSince: string;
  /** What it consists of in Exchange, as ids. */
  readonly parts: Parts;
  /** @returns why it does not hold, as a clause; `undefined` where it does */
  flaw(): Promise<string | undefined>;
}

/** The old access goes only once the new one holds and has had its time to be effective everywhere. */
async function checkSuccessor(context: Context, successor: Successor, isSameList: boolean): Promise<Problem[]> {
  const { old, title, isMade, heldSince, parts } = successor;
  const stays = (why: string): Problem[] => [`access: ${old} stays${why} Nothing was changed.`];
  if (!isMade) {
    return stays(
      `, because no up has brought ${title}'s access to its end yet. Set access back to both and run up first.`,
    );
  }
  const flaw = await successor.flaw();
  if (flaw !== undefined) return stays(`, because ${flaw}.`);
  if (heldSince === "" || !isSameList) {
    return stays(
      `, because ${title}'s access is proved, but no up has recorded yet since when it holds for these mailboxes. Set access back to both and run up; two hours later drop ${old} again.`,
    );
  }
  // Not every part shows a change: who is in the role group, for one.
  const sinceProof = Date.parse(heldSince) + propagation - (context.exchange.serverTime ?? Infinity);
  const wait = Math.max(await waitUntilEffective(context, parts, heldSince), sinceProof);
  if (wait <= 0) return [];
  return stays(
    ` for now: ${title}'s access is proved, but it may take two hours to be effective everywhere. Run up again in ${Math.ceil(wait / 60_000)} minutes.`,
  );
}

async function applicationAsSuccessor(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs,
): Promise<Successor> {
  const { known } = desired;
  const assignments = linesOf(known.applicationAssignments).map((line) => line.slice(-36));
  const isMade = desired.app !== "" && known.exchangeServicePrincipal !== "" && assignments.length > 0;
  const claim = {
    reach: desired.reach,
    roles: desired.roles,
    assignments: assignments.join("\n"),
    app: desired.app,
    appId: isMade ? await appIdOf(context, desired) : "",
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
  return {
    old: "impersonation",
    title: "the application",
    isMade,
    heldSince: known.applicationHeldSince,
    parts: claim,
    async flaw() {
      const verdict = await proveApplication(context, claim, "sample");
      if (verdict.wayIn.state === "shut") return `for the application ${sayWayIn(verdict.wayIn)}`;
      return verdict.scopedAccessHolds ? undefined : `the application's ${summarizeApplication(verdict)}`;
    },
  };
}

/** The way back. Its two hours are the application's: how long Exchange takes for impersonation is not documented. */
function impersonationAsSuccessor(context: Context, desired: TenantInputs, recorded: TenantInputs): Successor {
  const { known } = desired;
  const claim = {
    reach: desired.reach,
    role: desired.role,
    assignment: known.assignment,
    roleGroup: known.roleGroup,
    scope: known.scope,
    group: known.securityGroup,
    user: desired.user,
    members: desired.members,
    mustStayOut: desired.mustStayOut,
    callCentreClientId: desired.callCentreClientId,
    app: "",
    appId: "",
    takenOver: recorded.takenOver,
  };
  return {
    old: "application",
    title: "impersonation",
    isMade: known.roleGroup !== "" && known.assignment !== "",
    heldSince: known.impersonationHeldSince,
    parts: { assignments: known.assignment, pointer: "", scope: known.scope, group: known.securityGroup },
    async flaw() {
      const verdict = await proveImpersonation(context, claim, "sample");
      if (verdict.wayIn.state === "shut") return `for impersonation ${sayWayIn(verdict.wayIn)}`;
      return verdict.scopedAccessHolds ? undefined : `impersonation is ${summarizeImpersonation(verdict)}`;
    },
  };
}

async function appIdOf({ exchange }: Context, { known, clientId }: TenantInputs): Promise<string> {
  if (clientId !== "" || known.exchangeServicePrincipal === "") return clientId;
  const pointer = await getByGuid(exchange, "Get-ServicePrincipal", known.exchangeServicePrincipal);
  return pointer === undefined ? "" : text(pointer, "AppId").toLowerCase();
}
