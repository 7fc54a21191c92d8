/**
 * What a run lets go of is decided by the state, and goes at its end, after every proof. So nothing may go that the new
 * settings still need, and nothing that was there before the stack unless it was said first (design.md §7.5, §7.14).
 * Pure.
 */
import type { Problem } from "../lifecycle/contract.ts";
import { idsOf, linesOf, parseMembers, type Member } from "../recipients/memberList.ts";
import { endOfAccount } from "../serviceAccount.ts";
import { declaresUser, uses, type LastingInputs, type TenantInputs } from "./tenantInputs.ts";

/** What keeps this run from its first write, and what it has to say before it. */
export interface Release {
  readonly problems: readonly Problem[];
  readonly lines: readonly string[];
}

/**
 * Judges what this run would let go of.
 * @param desired with everything looked up
 * @param recorded what the stack was asked for last; `undefined` for a new one
 * @param isServer whether its user is an account of Exchange Server's, which no recycle bin of Entra's holds
 * @param shut GUIDs of the role assignments that are disabled, or gone: they open nothing
 */
export function judgeRelease(
  desired: TenantInputs,
  recorded: LastingInputs | undefined,
  isServer = false,
  shut: ReadonlySet<string> = new Set(),
): Release {
  const adopted = adoptedAmong(desired, recorded);
  const [going, replaced] = [adopted.filter(({ isOfMode }) => isOfMode), adopted.filter(({ isOfMode }) => !isOfMode)];
  const isLate = desired.onDestroy === "keep";
  return {
    problems: [
      ...judgeUser(desired, isServer ? "Active Directory" : "Entra"),
      ...judgeApp(desired),
      ...(replaced.length > 0 ? [refuseToDelete(replaced)] : []),
      // It counts from the next run on: this one would delete what it is to keep.
      ...(going.length > 0 && isLate ? [refuseToDelete(going)] : []),
      ...keptOpen(desired, recorded, shut),
    ],
    lines: [
      ...(going.length > 0 && !isLate
        ? [`this up removes what was there before this stack, as onDestroy says: ${titlesOf(going)}.`]
        : []),
      ...(isServer ? accountsGoing(desired) : []),
    ],
  };
}

/** An object that was there before the stack, and that this run would delete. */
interface Going {
  readonly title: string;
  /** Whether it goes because its whole access mode does, which was said when it was taken over. */
  readonly isOfMode: boolean;
}

/** The account that this run lets go of: nothing brings it back. */
function accountsGoing(desired: TenantInputs): string[] {
  if (declaresUser(desired)) return [];
  return parseMembers(desired.known.heldUser).map(
    ({ address }) => `this up removes user ${address}, which this stack made, at its end. ${endOfAccount}.`,
  );
}

function titlesOf(going: readonly Going[]): string {
  return going.map(({ title }) => title).join(", ");
}

function refuseToDelete(going: readonly Going[]): Problem {
  return `onDestroy: ${titlesOf(going)} would be deleted at the end of this up, though it was there before this stack. Set onDestroy to "keep", leave everything else as it was and run up; then make this change and run up again: it stays. Nothing was changed.`;
}

/** An assignment that was taken over and is kept goes on opening mailboxes, beside what this run would prove. */
function keptOpen(desired: TenantInputs, recorded: LastingInputs | undefined, shut: ReadonlySet<string>): Problem[] {
  if (recorded === undefined) return [];
  const { adopted, assignment, applicationAssignments, names } = desired.known;
  const held = new Set(linesOf(adopted));
  const isLeft = (mode: "impersonation" | "application", isReplaced: boolean): boolean =>
    uses(recorded, mode) && (!uses(desired, mode) || isReplaced);
  const roles = new Set(linesOf(desired.roles));
  const isOtherOfApp =
    recorded.application !== desired.application ||
    recorded.reach !== desired.reach ||
    recorded.clientId !== desired.clientId;
  const isRoleLeft = linesOf(recorded.roles).some((role) => !roles.has(role));
  const ofApp = linesOf(applicationAssignments).filter(
    (line) => isLeft("application", isOtherOfApp) || !roles.has(line.slice(0, -37)),
  );
  const left = [
    ...(held.has("roleAssignment keep") && isLeft("impersonation", recorded.assignment !== desired.assignment)
      ? [{ title: `the role assignment "${recorded.assignment}" of the role group`, ids: linesOf(assignment) }]
      : []),
    ...(held.has("applicationAssignment keep") && isLeft("application", isOtherOfApp || isRoleLeft)
      ? [{ title: "the role assignment of the app", ids: ofApp.map((line) => line.slice(-36)) }]
      : []),
  ];
  return left.flatMap(({ title, ids }) => {
    const open = ids.filter((id) => !shut.has(id));
    if (ids.length > 0 && open.length === 0) return [];
    const which = open.map((id) => `"${names[id] ?? ""}" (${id})`).join(", ");
    return [
      `onDestroy: ${title}${which === "" ? "" : `, ${which},`} was there before this stack and is to be kept: this change would leave it on, beside what up proves, and a stop of the new one would not stop it. Set onDestroy to "remove", leave everything else as it was and run up; then make this change: it goes. Or disable it in Exchange first (Set-ManagementRoleAssignment -Enabled $false), or remove it (Remove-ManagementRoleAssignment). Nothing was changed.`,
    ];
  });
}

function adoptedAmong(desired: TenantInputs, recorded: LastingInputs | undefined): Going[] {
  const { known, reach } = desired;
  const held = new Set(linesOf(known.adopted));
  const [impersonates, applies] = [uses(desired, "impersonation"), uses(desired, "application")];
  const isOtherApp = applies && recorded !== undefined && recorded.clientId !== desired.clientId;
  const goes = (kind: string, title: string, isGone: boolean, isOfMode: boolean): Going[] =>
    isGone && held.has(`${kind} remove`) ? [{ title, isOfMode }] : [];
  const [user] = parseMembers(known.heldUser);
  const isUserGone = user !== undefined && known.heldUserIsAdopted && !known.keepsUser && !declaresUser(desired);
  const isUserNamed = user !== undefined && wantedAs(user, desired) !== undefined;
  return [
    ...(isUserGone && !isUserNamed ? [{ title: `user ${user.address}`, isOfMode: !impersonates }] : []),
    ...goes("roleGroup", "the role group", !impersonates, true),
    ...goes("roleAssignment", "the role assignment", !impersonates, true),
    ...goes("applicationAssignment", "the role assignment of the app", !applies, true),
    ...goes("exchangeServicePrincipal", "the Exchange service principal", !applies || isOtherApp, !applies),
    ...goes("securityGroup", "the security group", reach === "organization", false),
    ...goes("managementScope", "the management scope", reach === "organization", false),
  ];
}

/** The user that the state holds goes at the end of a run whose program does not declare it any more. */
function judgeUser(desired: TenantInputs, directory: string): Problem[] {
  const { known } = desired;
  const [user] = parseMembers(known.heldUser);
  if (user === undefined || declaresUser(desired)) return [];
  if (known.heldUserIsAdopted && known.keepsUser) return [];
  const wanted = wantedAs(user, desired);
  if (wanted === undefined) return [];
  const { address } = user;
  const steps = known.heldUserIsAdopted
    ? `Leave serviceUser.existing out, set onDestroy to "keep" and run up; then make this change and run up again: the user stays, with the password that it has now.`
    : `Leave serviceUser.existing out: the stack goes on with this user as it is. For a user that outlives the stack, make another one in ${directory}, name that one, and run up.`;
  if (wanted === "serviceUser.existing") {
    const whose = known.heldUserIsAdopted ? "was taken over by this stack" : "was made by this stack";
    return [
      `serviceUser.existing: ${address} ${whose}: this up would prove its access and then delete it. ${steps} Nothing was changed.`,
    ];
  }
  return [
    `${wanted}: ${address} is the service user of this stack, which this up would delete at its end. Take it out of ${wanted}, or leave its access as it is. Nothing was changed.`,
  ];
}

/** The setting that still needs a user. */
function wantedAs(user: Member, desired: TenantInputs): string | undefined {
  const names: [setting: string, lines: string][] = [
    ["serviceUser.existing", declaresUser(desired) ? "" : desired.user],
    ["mailboxes", desired.members],
    ["owner", desired.owner],
  ];
  const isIn = (lines: string): boolean => {
    const members = parseMembers(lines);
    return idsOf(members).has(user.id) || members.some(({ address }) => isSame(address, user.address));
  };
  return names.find(([, lines]) => isIn(lines))?.[0];
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The own app's registration takes the enterprise app along, whoever else is to use it. */
function judgeApp(desired: TenantInputs): Problem[] {
  const { heldApp } = desired.known;
  if (heldApp === "" || !uses(desired, "application") || !isSame(desired.clientId, heldApp)) return [];
  return [
    `application.clientId: ${heldApp} is the app that this stack made: this up would prove its access and then delete its registration, and the app with it. Leave application.clientId out: the stack goes on with its own app. For an app that outlives the stack, register another one in Entra, write its client id, and run up. Nothing was changed.`,
  ];
}
