/** Refuses, before any write, what split permissions of Active Directory would let fail half-way. */
import { readSplit } from "../lifecycle/splitPermissions.ts";
import { differences, type Context, type Problem } from "../lifecycle/contract.ts";
import { nameSome } from "../proof/sentence.ts";
import { nothingProved } from "../proof/strangers.ts";
import { idsOf, parseMembers } from "../recipients/memberList.ts";
import { securityGroupLifecycle, type SecurityGroupInputs } from "../securityGroup.ts";
import { desiredOf } from "./desired.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";

const why = "Exchange may make, change and remove no users and groups here (split permissions of Active Directory)";

/** @param desired with everything looked up */
export async function checkSplitPermissions(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Problem[]> {
  const { known, reach } = desired;
  const makesUser = desired.ownsUser && known.heldUser === "";
  const hasGroup = reach === "group";
  if (context.entra !== undefined || !uses(desired, "impersonation") || !(makesUser || hasGroup)) return [];
  const { state, reason } = await readSplit(context);
  if (state === "unknown" && (makesUser || known.securityGroup === "")) {
    context.report(
      `Not proved: whether Exchange may make users and groups here (split permissions of Active Directory): ${reason}. Where it may not, up fails at the first of them; what was made by then, destroy removes.`,
    );
  }
  if (state !== "activeDirectory") return [];
  if (known.roleGroup === "") {
    context.report(
      "Not proved: whether Exchange may make and fill role groups under split permissions of Active Directory. The role group is the first object that up makes here: where it fails, nothing was made.",
    );
  }
  return [...(makesUser ? [userToMake] : []), ...(hasGroup ? await checkGroup(context, desired, recorded) : [])];
}

const userToMake = `serviceUser: ${why}. Have Active Directory's administrators make the account, and name it in serviceUser.existing. Nothing was changed.`;

async function checkGroup(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Problem[]> {
  const { known, members, owner, app, securityGroup: name } = desired;
  const ids = { roleGroup: known.roleGroup, app, members, owner };
  const wanted = desiredOf(desired).securityGroup({ ...ids, ...nothingProved });
  const isHeld = known.securityGroup !== "" && !context.gone.has(known.securityGroup);
  const id = isHeld ? known.securityGroup : (await securityGroupLifecycle.find(context, wanted)).at(0)?.id;
  if (id === undefined) {
    return [
      `names.securityGroup: ${why}. Have Active Directory's administrators make a universal security group "${name}" with the listed mailboxes as its direct members, mail-enable it (Enable-DistributionGroup), and set adopt to take it in: adopt: [securityGroup]. Nothing was changed.`,
    ];
  }
  const live = await securityGroupLifecycle.observe(context, id, wanted);
  if (live === undefined) return [];
  const isRenamed = isHeld && recorded !== undefined && recorded.securityGroup !== name;
  const steps = [
    ...stepsTo(id, live.inputs, wanted),
    ...(isRenamed ? [`leave names.securityGroup as it is ("${recorded.securityGroup}")`] : []),
  ];
  if (steps.length === 0) return [];
  return [
    `names.securityGroup: ${why}, so the group "${live.inputs.name}" has to be as the stack wants it: ${steps.join("; ")}. Then run up again. Nothing was changed.`,
  ];
}

/** What others have to do, each a clause. */
function stepsTo(id: string, live: SecurityGroupInputs, wanted: SecurityGroupInputs): string[] {
  const changed = differences(securityGroupLifecycle, live, wanted);
  const named = (from: string, without: string): string => {
    const ids = idsOf(parseMembers(without));
    return nameSome(parseMembers(from).filter((member) => !ids.has(member.id)));
  };
  const [missing, extra] = [named(wanted.members, live.members), named(live.members, wanted.members)];
  const owners = parseMembers(wanted.owner).map((owner) => owner.id);
  const settings = [
    ...(changed.includes("owner") ? [`-ManagedBy ${owners.join(",")}`] : []),
    ...(changed.includes("hiddenFromAddressLists")
      ? [`-HiddenFromAddressListsEnabled $${wanted.hiddenFromAddressLists}`]
      : []),
    ...(changed.includes("memberJoinRestriction") ? [`-MemberJoinRestriction ${wanted.memberJoinRestriction}`] : []),
    ...(changed.includes("memberDepartRestriction")
      ? [`-MemberDepartRestriction ${wanted.memberDepartRestriction}`]
      : []),
  ];
  return [
    ...(missing === "" ? [] : [`in Active Directory, add ${missing} to it`]),
    ...(extra === "" ? [] : [`in Active Directory, take ${extra} out of it`]),
    ...(settings.length === 0 ? [] : [`whoever manages it runs Set-DistributionGroup ${id} ${settings.join(" ")}`]),
  ];
}
