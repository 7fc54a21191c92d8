/** Whether what is asked for would open an access that somebody stopped: by a replacement, or by another way in. */
import type { ExchangeObject } from "../../exchange/session.ts";
import {
  blockedUser,
  blockedUserOfId,
  disabledAmong,
  disabledApp,
  isOfAnotherForest,
  refusedWhileStopped,
  type Stops,
} from "../lifecycle/emergencyStop.ts";
import { flag, guid } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { getAll, getByGuid } from "../lifecycle/lookup.ts";
import { assignmentsOn } from "../lifecycle/scopeAssignments.ts";
import { linesOf, parseMembers } from "../recipients/memberList.ts";
import { isNewcomer } from "./existingAccount.ts";
import { declaresUser, uses, type TenantInputs } from "./tenantInputs.ts";

type Mode = "impersonation" | "application";

/** The assignments that the stack holds, as they are now; `undefined` for one that is gone. */
interface HeldAssignments {
  readonly impersonation: readonly (ExchangeObject | undefined)[];
  readonly application: readonly (ExchangeObject | undefined)[];
}

/** A change that makes an assignment, or lets somebody else in. */
interface Opening {
  /** A clause, e.g. `names.assignment would make it anew`. */
  readonly why: string;
  /** The setting that would leave it stopped, as a sentence; empty where none would. */
  readonly undo: string;
}

/**
 * Refuses, before any write, what would open a stopped access, or another way into it. The state decides where it can:
 * what was recorded, and what is there now.
 * @param desired with the service user looked up
 */
export async function checkStops(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Problem[]> {
  if (desired.regrant) return checkAccount(context, desired, recorded);
  const held = await readHeld(context, desired);
  const user = await userIdOf(context, recorded, desired);
  const openings = findOpenings(desired, recorded, held, user);
  if (openings.length === 0) return [];
  const stops = await findStops(context, desired, recorded, held);
  if (stops.length === 0) return [];
  const undo = [...new Set(openings.map((each) => each.undo).filter((each) => each !== ""))].join(" ");
  const refusal = refusedWhileStopped(
    stops,
    openings.map(({ why }) => why),
    undo === "" ? "Leave it as it is until it may be open again." : undo,
  );
  return [`${refusal} Nothing was changed.`];
}

/**
 * Refuses to open an access whose user nothing here unblocks: one of Entra that is only used; and any on Exchange Server,
 * where Set-Mailbox takes AccountDisabled, too, but works it in Exchange Online alone (facts/powershell.md §3).
 */
async function checkAccount(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Problem[]> {
  const [user] = parseMembers(desired.user);
  // The last is refused by itself (existingAccount.ts).
  if (!uses(desired, "impersonation") || user === undefined || isNewcomer(desired, recorded)) return [];
  if (context.entra !== undefined) {
    if (declaresUser(desired) || (await blockedUser(context, user.address)).length === 0) return [];
    return [
      `regrant: the user ${user.address} is blocked from signing in, and the stack only uses it (serviceUser.existing), so regrant does not unblock it. Unblock it in Entra first (Account enabled), then run up with regrant; or take regrant out. Nothing was changed.`,
    ];
  }
  const found = await getAll(context.exchange, "Get-User", { Identity: user.address });
  return found
    .filter((account) => flag(account, "AccountDisabled") && !isOfAnotherForest(account))
    .map(
      (account) =>
        `regrant: the account ${user.address} is disabled, and Exchange Server enables none. Enable it in Active Directory first (Enable-ADAccount -Identity ${guid(account)}), then run up with regrant. Nothing was changed.`,
    );
}

/** Whether nothing of an access mode is open any more because somebody stopped it: then there is no access to keep. */
export async function isStopped(
  context: Context,
  mode: Mode,
  desired: TenantInputs,
  recorded: TenantInputs,
): Promise<boolean> {
  const held = await readHeld(context, desired);
  const assignments = held[mode].filter((each) => each !== undefined);
  if (assignments.length > 0 && assignments.every((each) => !flag(each, "Enabled"))) return true;
  const stops =
    mode === "impersonation"
      ? [
          ...(await blockedUser(context, userNameOf(recorded.user))),
          ...(await blockedUserOfId(context, userIdIn(recorded.user))),
        ]
      : await stoppedApps(context, desired, recorded);
  return stops.length > 0;
}

async function readHeld({ exchange }: Context, { known }: TenantInputs): Promise<HeldAssignments> {
  const read = (ids: readonly string[]): Promise<(ExchangeObject | undefined)[]> =>
    Promise.all(ids.map((id) => getByGuid(exchange, "Get-ManagementRoleAssignment", id)));
  const [impersonation, application] = await Promise.all([
    read(known.assignment === "" ? [] : [known.assignment]),
    read(linesOf(known.applicationAssignments).map((line) => line.slice(-36))),
  ]);
  return { impersonation, application };
}

/** Object ids of the recorded and the desired user, where they differ; empty where a user is not there (yet). */
async function userIdOf(
  context: Context,
  recorded: TenantInputs | undefined,
  desired: TenantInputs,
): Promise<{ readonly before: string; readonly after: string }> {
  const before = userNameOf(recorded?.user ?? "");
  const [after] = parseMembers(desired.user);
  const known = userIdIn(recorded?.user ?? "");
  if (known !== "" && after !== undefined) return { before: known, after: after.id };
  if (before === "" || after === undefined || before === after.address.toLowerCase()) return { before: "", after: "" };
  const [found] = await getAll(context.exchange, "Get-User", { Identity: before });
  return { before: found === undefined ? "" : guid(found, "ExternalDirectoryObjectId"), after: after.id };
}

function userNameOf(line: string): string {
  return parseMembers(line)[0]?.address.toLowerCase() ?? "";
}

function userIdIn(line: string): string {
  return parseMembers(line)[0]?.id ?? "";
}

/** What would make an assignment or let another user or app in; pure. */
export function findOpenings(
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
  held: HeldAssignments,
  user: { readonly before: string; readonly after: string },
): Opening[] {
  if (recorded === undefined) return [{ why: "a new access would be made", undo: "" }];
  const added = (["impersonation", "application"] as const).filter(
    (mode) => uses(desired, mode) && !uses(recorded, mode),
  );
  return [
    ...added.map((mode) => ({
      why: `access "${mode}" would be another way in`,
      undo: `Leave "${mode}" out of access.`,
    })),
    ...(uses(desired, "impersonation") && !added.includes("impersonation")
      ? openingsOfImpersonation(desired, recorded, held, user)
      : []),
    ...(uses(desired, "application") && !added.includes("application")
      ? openingsOfApplication(desired, recorded, held)
      : []),
  ];
}

function openingsOfImpersonation(
  desired: TenantInputs,
  recorded: TenantInputs,
  held: HeldAssignments,
  user: { readonly before: string; readonly after: string },
): Opening[] {
  // Without an id the user is still to be made, or the one that is there to be renamed.
  const isAnother = user.after === "" ? !recorded.ownsUser && desired.ownsUser : user.after !== user.before;
  // The recorded name may be another user's by now.
  const isSwapped = userIdIn(recorded.user) !== "" && user.after !== "" && userIdIn(recorded.user) !== user.after;
  const isRenamed = userNameOf(recorded.user) !== userNameOf(desired.user);
  const isOther = recorded.user !== "" && (isSwapped || (isRenamed && isAnother));
  return [
    ...renamed("names.assignment", recorded.assignment, desired.assignment),
    ...madeAnew(held.impersonation, desired.known.assignment !== ""),
    ...(recorded.role === desired.role ? [] : [{ why: `the role ${desired.role} would be assigned`, undo: "" }]),
    ...(isOther
      ? [
          {
            why: `the user ${userNameOf(desired.user)} would be let in instead of ${userNameOf(recorded.user)}`,
            undo: `Leave the service user as it is (${userNameOf(recorded.user)}).`,
          },
        ]
      : []),
  ];
}

function openingsOfApplication(desired: TenantInputs, recorded: TenantInputs, held: HeldAssignments): Opening[] {
  const roles = linesOf(desired.roles).filter((role) => !linesOf(recorded.roles).includes(role));
  return [
    ...renamed("names.application", recorded.application, desired.application),
    ...madeAnew(held.application, desired.known.applicationAssignments !== ""),
    ...roles.map((role) => ({
      why: `the role ${role} would be assigned`,
      undo: `Take ${role} off application.roles.`,
    })),
    ...(recorded.reach === desired.reach
      ? []
      : [{ why: "another reach makes the app's assignments anew", undo: `Set reach back to "${recorded.reach}".` }]),
    ...(recorded.clientId === desired.clientId
      ? []
      : [
          {
            why: "another app would be let in",
            undo:
              recorded.clientId === ""
                ? "Take application.clientId away."
                : `Set application.clientId back to ${recorded.clientId}.`,
          },
        ]),
  ];
}

function renamed(setting: string, before: string, after: string): Opening[] {
  if (before === after) return [];
  return [{ why: `${setting} would make the role assignment anew`, undo: `Set ${setting} back to "${before}".` }];
}

/** An assignment that is gone, or was never made to an end, is made by this run. */
function madeAnew(held: readonly (ExchangeObject | undefined)[], isKnown: boolean): Opening[] {
  const isWhole = isKnown && held.every((each) => each !== undefined);
  return isWhole ? [] : [{ why: "a role assignment that is gone would be made anew", undo: "" }];
}

async function findStops(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
  held: HeldAssignments,
): Promise<Stops> {
  // Of a newcomer a block stops nothing: it is refused by itself (existingAccount.ts).
  const asked = isNewcomer(desired, recorded) ? [] : [userNameOf(desired.user)];
  const users = new Set([userNameOf(recorded?.user ?? ""), ...asked]);
  const { roleGroup, scope, heldUser } = desired.known;
  const ids = new Set([userIdIn(recorded?.user ?? ""), userIdIn(heldUser)]);
  const [ofGroup, onScope, ...stops] = await Promise.all([
    roleGroup === "" ? [] : getAll(context.exchange, "Get-ManagementRoleAssignment", { RoleAssignee: roleGroup }),
    scope === "" ? [] : assignmentsOn(context, scope, desired.scope),
    stoppedApps(context, desired, recorded),
    ...[...users].map((user) => blockedUser(context, user)),
    ...[...ids].map((id) => blockedUserOfId(context, id)),
  ]);
  // What the record does not know, or knows under another id, is there all the same.
  const assignments = [...held.impersonation, ...held.application, ...ofGroup, ...onScope];
  return [...disabledAmong(assignments.filter((each) => each !== undefined)), ...stops.flat()];
}

/** The enterprise apps of the stack that are disabled: the one that is asked for, and the one that it has now. */
async function stoppedApps(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Stops> {
  const { exchangeServicePrincipal } = desired.known;
  const pointer =
    exchangeServicePrincipal === ""
      ? undefined
      : await getByGuid(context.exchange, "Get-ServicePrincipal", exchangeServicePrincipal);
  const apps = new Set([desired.app, recorded?.app ?? "", pointer === undefined ? "" : guid(pointer, "ObjectId")]);
  return (await Promise.all([...apps].map((app) => disabledApp(context, app)))).flat();
}
