/** The document's procedure as one component: the artifacts in their order, each depending on the one before. */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { AccessCheck } from "../resources/accessCheck.ts";
import { ManagementScope, rightFilter } from "../resources/managementScope.ts";
import { formatMembers } from "../resources/memberList.ts";
import { RoleAssignment, wholeOrganization } from "../resources/roleAssignment.ts";
import { RoleGroup } from "../resources/roleGroup.ts";
import { SecurityGroup } from "../resources/securityGroup.ts";
import { ServicePassword } from "../resources/servicePassword.ts";
import { Tenant } from "../resources/tenant.ts";
import type { StackRecord } from "./record.ts";
import type { ServiceAccount } from "./serviceAccount.ts";
import type { Adoptable, Settings } from "./settings.ts";

export interface CalendarAccessArguments {
  readonly settings: Settings;
  readonly record: StackRecord;
  /** The user to make or take in; `undefined` where `serviceUser.existing` is used as it is. */
  readonly account: ServiceAccount | undefined;
  /** The stack's mark (resources/mark.ts). */
  readonly mark: string;
  /** Reaches Entra for azuread's resources. */
  readonly provider: azuread.Provider;
}

/** The management role of the document. */
const role = "ApplicationImpersonation";

export class CalendarAccess extends pulumi.ComponentResource {
  readonly userName: string;
  /** Secret; `undefined` for an existing user, whose password is never touched. */
  readonly password: pulumi.Output<string> | undefined;
  readonly roleGroup: RoleGroup;
  readonly securityGroup: SecurityGroup | undefined;
  readonly scope: ManagementScope | undefined;
  readonly assignment: RoleAssignment;
  readonly check: AccessCheck;

  constructor(name: string, args: CalendarAccessArguments, options?: pulumi.ComponentResourceOptions) {
    super("calendar-access:index:CalendarAccess", name, {}, options);
    const { settings, record, account, mark } = args;
    const { names, reach } = settings;
    const members = settings.mailboxes.join("\n");
    const mustStayOut = settings.mustStayOut.join("\n");
    const { confirmedAddresses, regrant, onDestroy } = settings;
    const ownership = (object: Adoptable): { mark: string; adopt: boolean; onDestroy: "remove" | "keep" } => ({
      mark,
      adopt: settings.adopt.includes(object),
      onDestroy,
    });
    this.userName = account?.userPrincipalName ?? settings.serviceUser.existing ?? "";

    const tenant = new Tenant(
      "tenant",
      {
        mark,
        reach,
        role,
        ...names,
        user: this.userName,
        ownsUser: account !== undefined && !account.isAdopted,
        members,
        vanished: "",
        mustStayOut,
        owner: settings.owner ?? "",
        confirmedAddresses,
        adopt: [...settings.adopt],
        onDestroy,
        regrant,
        allowOrganizationCustomization: settings.allowOrganizationCustomization,
        known: knownOf(record),
      },
      { parent: this },
    );

    const made = account === undefined ? undefined : this.makeUser(args, account, tenant);
    this.password = made?.password;
    const user = made === undefined ? pulumi.output(this.userName) : lineOf(this.userName, made.user);

    this.roleGroup = new RoleGroup(
      "role-group",
      { ...ownership("roleGroup"), name: names.roleGroup, members: user, role },
      { parent: this, dependsOn: made === undefined ? [tenant] : [tenant, made.user] },
    );
    if (reach === "group") {
      this.securityGroup = new SecurityGroup(
        "security-group",
        {
          ...ownership("securityGroup"),
          name: names.securityGroup,
          members: tenant.members,
          owner: settings.owner ?? "",
          hiddenFromAddressLists: true,
          memberJoinRestriction: "Closed",
          memberDepartRestriction: "Closed",
          scopeName: names.scope,
        },
        { parent: this, dependsOn: [this.roleGroup] },
      );
      this.scope = new ManagementScope(
        "scope",
        {
          ...ownership("scope"),
          name: names.scope,
          filter: rightFilter,
          group: this.securityGroup.id,
          roleGroup: this.roleGroup.id,
        },
        { parent: this, dependsOn: [this.securityGroup] },
      );
    }
    const scopeId = this.scope?.id ?? "";
    this.assignment = new RoleAssignment(
      "assignment",
      {
        ...ownership("assignment"),
        name: names.assignment,
        role,
        roleGroup: this.roleGroup.id,
        writeScope: reach === "group" ? names.scope : wholeOrganization,
        scope: scopeId,
        enabled: true,
        regrant,
        members: tenant.members,
      },
      { parent: this, dependsOn: [this.scope ?? this.roleGroup] },
    );
    this.check = new AccessCheck(
      "access-check",
      {
        reach,
        role,
        assignment: this.assignment.id,
        roleGroup: this.roleGroup.id,
        scope: scopeId,
        group: this.securityGroup?.id ?? "",
        user,
        members: tenant.members,
        mustStayOut: tenant.mustStayOut,
        verdict: "passed",
      },
      { parent: this, dependsOn: [this.assignment] },
    );
    this.registerOutputs();
  }

  /** The service user with its password: a service account that no address list shows and whose password does not expire. */
  private makeUser(
    { settings, mark, provider }: CalendarAccessArguments,
    account: ServiceAccount,
    tenant: Tenant,
  ): { user: azuread.User; password: pulumi.Output<string> } {
    const secret = new ServicePassword(
      "service-password",
      { rotation: settings.passwordRotation },
      { parent: this, dependsOn: [tenant] },
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
        parent: this,
        provider,
        dependsOn: [tenant],
        // Blocking the user is somebody's emergency stop (design.md §7.10).
        ...(settings.regrant ? {} : { ignoreChanges: ["accountEnabled"] }),
        ...(account.importId === undefined ? {} : { import: account.importId }),
        ...(account.isAdopted && settings.onDestroy === "keep" ? { retainOnDelete: true } : {}),
      },
    );
    return { user, password: secret.password };
  }
}

/** `upn objectId`, from the user's id (`/users/<guid>`): known in every preview but the first. */
function lineOf(userPrincipalName: string, user: azuread.User): pulumi.Output<string> {
  return user.id.apply((id) =>
    formatMembers([{ address: userPrincipalName, id: id.replace("/users/", "").toLowerCase() }]),
  );
}

function knownOf({
  roleGroup,
  securityGroup,
  scope,
  assignment,
}: StackRecord): Record<"roleGroup" | "securityGroup" | "scope" | "assignment", string> {
  return { roleGroup, securityGroup, scope, assignment };
}
