/** The document's way in: a service user in a role group that may impersonate. */
import type * as pulumi from "@pulumi/pulumi";
import {
  ImpersonationCheck,
  ServiceAccount,
  ServiceUserListing,
  RoleAssignment,
  RoleGroup,
  ServiceUserPassword,
} from "../resources/pulumiResources.ts";
import { formatMembers } from "../resources/recipients/memberList.ts";
import { azureadSdk } from "./azuread.ts";
import type { ServiceAccount as Account } from "./identities.ts";
import { idsOfReach, listFor, type Base, type CalendarAccessArguments, type Holders, type Reach } from "./reach.ts";

/** Who impersonates: a user, and the role group that it is the member of. */
export interface Impersonator {
  readonly userName: string;
  /** Secret; `undefined` for an existing user, whose password is never touched. */
  readonly password: pulumi.Output<string> | undefined;
  /** The service user, as `upn objectId`. */
  readonly user: pulumi.Output<string>;
  readonly roleGroup: RoleGroup;
}

/** What opens the mailboxes, and its proof. */
export interface ImpersonationGrant {
  readonly assignment: RoleAssignment;
  readonly check: ImpersonationCheck;
}

/** A user of the stack's own. */
interface MadeUser {
  readonly user: pulumi.Resource;
  /** Its object id. */
  readonly id: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
}

/** Makes the user, or uses the one that is there, and the role group. */
export function makeImpersonator(args: CalendarAccessArguments, base: Base): Impersonator {
  const { account, settings } = args;
  const { parent, tenant, desired } = base;
  const userName = account?.userPrincipalName ?? settings.serviceUser.existing ?? "";
  const isServer = settings.exchange.channel === "server";
  const made = account && (isServer ? makeAccount(args, base) : makeUser(args, account, base));
  // One that is only used is the one that the preflight let pass, and recorded: not whoever bears its name now.
  const user = made === undefined ? tenant.user : lineOf(userName, made.id);
  const dependsOn = made === undefined ? [tenant] : [tenant, made.user];
  const roleGroup = new RoleGroup("role-group", desired.roleGroup(user), { parent, dependsOn });
  return { userName, password: made?.password, user, roleGroup };
}

/** Opens the mailboxes and proves it: comes after the scope. */
export function grantImpersonation(
  { user, roleGroup }: Impersonator,
  base: Base,
  holders: Holders,
  reach: Reach,
): ImpersonationGrant {
  const { parent, tenant, desired } = base;
  const { mustStayOut, stopped, takenOver } = tenant;
  const members = listFor(base, reach);
  const place = idsOfReach(reach);
  const assignment = new RoleAssignment(
    "impersonation-assignment",
    desired.impersonationAssignment<pulumi.Input<string>>({
      roleGroup: roleGroup.id,
      scope: place.scope,
      members,
      stopped,
    }),
    { parent, dependsOn: [reach.scope ?? roleGroup] },
  );
  const check = new ImpersonationCheck(
    "impersonation-check",
    desired.impersonationCheck<pulumi.Input<string>>({
      ...holders,
      ...place,
      members,
      mustStayOut,
      takenOver,
      user,
      assignment: assignment.id,
    }),
    { parent, dependsOn: [assignment] },
  );
  return { assignment, check };
}

/**
 * What a user that was there before keeps as it is: azuread would clear what the program does not name. It also stays
 * unmarked, so that it is never taken for one that the stack made.
 */
const othersProperties = [
  ...["ageGroup", "businessPhones", "city", "companyName", "consentProvidedForMinor", "costCenter", "country"],
  ...["department", "disableStrongPassword", "division", "employeeHireDate", "employeeId", "employeeType", "faxNumber"],
  ...["givenName", "jobTitle", "mail", "managerId", "mobilePhone", "officeLocation", "onpremisesImmutableId"],
  ...["otherMails", "postalCode", "preferredLanguage", "state", "streetAddress", "surname"],
];

/**
 * The service user with its password: a service account that no address list shows and whose password does not expire.
 */
function makeUser(
  { settings, mark, provider }: CalendarAccessArguments,
  account: Account,
  { parent, tenant }: Base,
): MadeUser {
  const secret = makePassword(settings, { parent, tenant });
  const { name, displayName = name, usageLocation } = settings.serviceUser;
  const user = new (azureadSdk().User)(
    "service-user",
    {
      userPrincipalName: account.userPrincipalName,
      displayName,
      mailNickname: name,
      password: secret.password,
      forcePasswordChange: false,
      disablePasswordExpiration: true,
      accountEnabled: true,
      showInAddressList: false,
      // The mark of ownership: part of the call that makes the user.
      jobTitle: mark,
      ...(usageLocation === undefined ? {} : { usageLocation }),
    },
    {
      parent,
      provider: provider(),
      dependsOn: [tenant],
      // Blocking the user is somebody's emergency stop (design.md §7.10).
      ignoreChanges: [
        ...(settings.regrant ? [] : ["accountEnabled"]),
        ...(account.isAdopted ? othersProperties : []),
        ...(account.isAdopted && usageLocation === undefined ? ["usageLocation"] : []),
      ],
      ...(account.importId === undefined ? {} : { import: account.importId }),
      ...(account.isAdopted && settings.onDestroy === "keep" ? { retainOnDelete: true } : {}),
    },
  );
  // azuread alone never hides a user of which nothing was set (resources/serviceUserListing.ts).
  const id = user.id.apply((path) => path.replace("/users/", "").toLowerCase());
  new ServiceUserListing("service-user-listing", { user: id, showInAddressList: false }, { parent });
  return { user, id, password: secret.password };
}

/** The same on Exchange Server. */
function makeAccount({ settings }: CalendarAccessArguments, { parent, tenant, desired }: Base): MadeUser {
  const { password } = makePassword(settings, { parent, tenant });
  const { name, displayName = name, organizationalUnit = "" } = settings.serviceUser;
  const user = new ServiceAccount(
    "service-account",
    desired.serviceAccount<pulumi.Input<string>>({ displayName, organizationalUnit, password }),
    { parent, dependsOn: [tenant] },
  );
  return { user, id: user.id, password };
}

function makePassword(
  { passwordRotation: rotation }: CalendarAccessArguments["settings"],
  { parent, tenant }: Pick<Base, "parent" | "tenant">,
): ServiceUserPassword {
  return new ServiceUserPassword("service-user-password", { rotation }, { parent, dependsOn: [tenant] });
}

/** `upn objectId`: known in every preview but the first. */
function lineOf(userPrincipalName: string, user: pulumi.Output<string>): pulumi.Output<string> {
  return user.apply((id) => formatMembers([{ address: userPrincipalName, id }]));
}
