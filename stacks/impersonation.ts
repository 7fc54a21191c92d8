/** The document's way in: a service user in a role group that may impersonate. */
import * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import {
  ImpersonationCheck,
  ServiceUserListing,
  RoleAssignment,
  RoleGroup,
  ServiceUserPassword,
} from "../resources/pulumiResources.ts";
import { formatMembers } from "../resources/recipients/memberList.ts";
import { toBeProved } from "../resources/proof/verdict.ts";
import type { CalendarAccessArguments, Reach } from "./calendarAccess.ts";
import type { ServiceAccount } from "./identities.ts";

/** The management role of impersonation. */
export const impersonationRole = "ApplicationImpersonation";
const role = impersonationRole;

/** A user, its role group, the role and its proof. Made in two halves: the scope comes in between. */
export class Impersonation {
  readonly userName: string;
  /** Secret; `undefined` for an existing user, whose password is never touched. */
  readonly password: pulumi.Output<string> | undefined;
  readonly roleGroup: RoleGroup;
  /** Set by {@link assign}, as is the check. */
  assignment: RoleAssignment | undefined;
  check: ImpersonationCheck | undefined;
  /** The service user, as `upn objectId`. */
  private readonly user: pulumi.Output<string>;

  constructor(args: CalendarAccessArguments, common: Pick<Reach, "parent" | "tenant" | "ownership">) {
    const { account, settings } = args;
    const { parent, tenant } = common;
    this.userName = account?.userPrincipalName ?? settings.serviceUser.existing ?? "";
    const made = account === undefined ? undefined : makeUser(args, account, common);
    this.password = made?.password;
    // One that is only used is the one that the preflight let pass, and recorded: not whoever bears its name now.
    this.user = made === undefined ? tenant.user : lineOf(this.userName, made.user);
    this.roleGroup = new RoleGroup(
      "role-group",
      { ...common.ownership("roleGroup"), name: settings.names.roleGroup, members: this.user, role },
      { parent, dependsOn: made === undefined ? [tenant] : [tenant, made.user] },
    );
  }

  /** Opens the mailboxes and proves it: comes after the scope. */
  assign({ settings, account }: CalendarAccessArguments, reach: Reach): void {
    const { parent, scope } = reach;
    this.assignment = new RoleAssignment(
      "impersonation-assignment",
      {
        ...reach.ownership("assignment"),
        name: settings.names.assignment,
        role,
        roleGroup: this.roleGroup.id,
        app: "",
        ownsApp: false,
        writeScope: reach.writeScope,
        scope: reach.scopeId,
        enabled: true,
        regrant: settings.regrant,
        members: reach.tenant.members,
      },
      { parent, dependsOn: [scope ?? this.roleGroup] },
    );
    this.check = new ImpersonationCheck(
      "impersonation-check",
      {
        reach: settings.reach,
        role,
        assignment: this.assignment.id,
        roleGroup: this.roleGroup.id,
        scope: reach.scopeId,
        group: reach.groupId,
        user: this.user,
        members: reach.tenant.members,
        mustStayOut: reach.tenant.mustStayOut,
        callCentreClientId: settings.callCentreClientId ?? "",
        keepsUser: account?.isAdopted === true && settings.onDestroy === "keep",
        app: reach.app?.objectId ?? "",
        appId: reach.app?.clientId ?? "",
        verdict: toBeProved,
      },
      { parent, dependsOn: [this.assignment] },
    );
  }
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
  account: ServiceAccount,
  { parent, tenant }: Pick<Reach, "parent" | "tenant">,
): { user: azuread.User; password: pulumi.Output<string> } {
  const secret = new ServiceUserPassword(
    "service-user-password",
    { rotation: settings.passwordRotation },
    { parent, dependsOn: [tenant] },
  );
  const { name, displayName = name, usageLocation } = settings.serviceUser;
  const user = new azuread.User(
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
      provider,
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
  new ServiceUserListing("service-user-listing", { user: objectIdOf(user), showInAddressList: false }, { parent });
  return { user, password: secret.password };
}

/** `upn objectId`, from the user's id (`/users/<guid>`): known in every preview but the first. */
function lineOf(userPrincipalName: string, user: azuread.User): pulumi.Output<string> {
  return objectIdOf(user).apply((id) => formatMembers([{ address: userPrincipalName, id }]));
}

function objectIdOf(user: azuread.User): pulumi.Output<string> {
  return user.id.apply((id) => id.replace("/users/", "").toLowerCase());
}
