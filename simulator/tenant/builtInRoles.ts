/**
 * What Exchange Online comes with: management roles, role groups, and the assignments between them. A selection: what
 * the procedures in this tenant meet, and enough around it that a search for one role has to choose.
 */
import type {
  ManagementRole,
  RecipientWriteScope,
  RoleAssignment,
  RoleGroup,
  ExchangeObject,
} from "./exchangeModel.ts";

/** Administrative roles; `Application …` roles go to service principals only (facts/exchange.md §5). */
const ADMINISTRATIVE = [
  "Address Lists",
  "ApplicationImpersonation",
  "Audit Logs",
  "Distribution Groups",
  "Mail Recipient Creation",
  "Mail Recipients",
  "Message Tracking",
  "Migration",
  "Move Mailboxes",
  "Organization Client Access",
  "Organization Configuration",
  "Recipient Policies",
  "Reset Password",
  "Retention Management",
  "Role Management",
  "Security Group Creation and Membership",
  "Transport Rules",
  "User Options",
  "View-Only Configuration",
  "View-Only Recipients",
];

const APPLICATION = [
  "Calendars.Read",
  "Calendars.ReadWrite",
  "Contacts.Read",
  "Contacts.ReadWrite",
  "EWS.AccessAsApp",
  "Exchange Full Access",
  "Mail Full Access",
  "Mail-Advanced.ReadWrite.All",
  "Mail.Read",
  "Mail.ReadBasic",
  "Mail.ReadWrite",
  "Mail.Send",
  "MailTips.ReadBasic.All",
  "MailboxConfigItem.Read",
  "MailboxConfigItem.ReadWrite",
  "MailboxFolder.Read",
  "MailboxFolder.ReadWrite",
  "MailboxItem.Export",
  "MailboxItem.ImportExport",
  "MailboxItem.Read",
  "MailboxItem.ReadWrite",
  "MailboxSettings.Read",
  "MailboxSettings.ReadWrite",
  "SMTP.SendAsApp",
].map((name) => `Application ${name}`);

/** End-user roles of the default policy, with their write scopes. */
const END_USER: Readonly<Record<string, RecipientWriteScope>> = {
  MyBaseOptions: "Self",
  MyContactInformation: "Self",
  MyDistributionGroupMembership: "MyGAL",
  MyDistributionGroups: "MyDistributionGroups",
  MyProfileInformation: "Self",
  MyRetentionPolicies: "Self",
  MyTextMessaging: "Self",
  MyVoiceMail: "Self",
};

export interface BuiltInRoleGroup {
  readonly name: string;
  readonly description: string;
  /** Roles that its members hold. */
  readonly roles: readonly string[];
  /** Roles that its members may give to others. */
  readonly delegates: readonly string[];
}

/** Organization Management holds neither ApplicationImpersonation nor the application roles: it may only give them. */
const ROLE_GROUPS: readonly BuiltInRoleGroup[] = [
  {
    name: "Organization Management",
    description:
      "Members of this management role group have permissions to manage Exchange objects and their properties in the " +
      "Exchange organization. Members can also delegate role groups and management roles in the organization.",
    roles: ADMINISTRATIVE.filter((name) => name !== "ApplicationImpersonation"),
    delegates: [...ADMINISTRATIVE, ...APPLICATION],
  },
  {
    name: "Recipient Management",
    description: "Members of this management role group have rights to create, manage, and remove Exchange recipients.",
    roles: [
      "Distribution Groups",
      "Mail Recipient Creation",
      "Mail Recipients",
      "Message Tracking",
      "Migration",
      "Move Mailboxes",
      "Recipient Policies",
    ],
    delegates: [],
  },
  {
    name: "View-Only Organization Management",
    description: "Members of this management role group can view recipient and configuration objects.",
    roles: ["View-Only Configuration", "View-Only Recipients"],
    delegates: [],
  },
  {
    name: "Help Desk",
    description:
      "Members of this management role group can view and manage the configuration for individual recipients.",
    roles: ["Reset Password", "User Options", "View-Only Recipients"],
    delegates: [],
  },
];

/** What an organisation comes with. */
export interface BuiltIn {
  readonly administrative: readonly string[];
  readonly application: readonly string[];
  readonly roleGroups: readonly BuiltInRoleGroup[];
}

const EXCHANGE_ONLINE: BuiltIn = { administrative: ADMINISTRATIVE, application: APPLICATION, roleGroups: ROLE_GROUPS };

const DEFAULT_POLICY = "Default Role Assignment Policy";

/** Exchange's part of a new organisation. */
export interface BuiltInRoles {
  readonly roles: ManagementRole[];
  readonly roleGroups: RoleGroup[];
  readonly assignments: RoleAssignment[];
  readonly roleAssignmentPolicies: ExchangeObject[];
}

/** Makes them. `makeGuid` gives a GUID for a key, the same for the same key. */
export function makeBuiltInRoles(
  makeGuid: (key: string) => string,
  whenCreated: string,
  { administrative, application, roleGroups: builtInGroups }: BuiltIn = EXCHANGE_ONLINE,
): BuiltInRoles {
  const makeObject = (kind: string, name: string): ExchangeObject => ({
    guid: makeGuid(`${kind}:${name}`),
    name,
    cn: name,
    visibleAt: 0,
    whenCreated,
  });
  const roleNames = [...administrative, ...application, ...Object.keys(END_USER)];
  const roles = roleNames.map((name) => ({
    ...makeObject("role", name),
    roleType: name.replace(/[^A-Za-z0-9]/g, ""),
    parent: null,
    isEndUserRole: name in END_USER,
    isDeprecated: false,
  }));
  const roleGroups = builtInGroups.map(({ name, description }) => ({
    ...makeObject("roleGroup", name),
    displayName: name,
    description,
    members: [],
    managedBy: [makeGuid("roleGroup:Organization Management")],
    builtIn: true,
  }));
  const assign = (role: string, assignee: string, kind: string, rest: Partial<RoleAssignment>): RoleAssignment => {
    const isDelegating = rest.delegation === "DelegatingOrgWide";
    const name = `${role}-${assignee}${isDelegating ? "-Delegating" : ""}`.slice(0, 64);
    return {
      ...makeObject("assignment", `${role}-${assignee}${isDelegating ? "-Delegating" : ""}`),
      name,
      cn: name,
      role: makeGuid(`role:${role}`),
      assignee: makeGuid(`${kind}:${assignee}`),
      assigneeType: "RoleGroup",
      delegation: "Regular",
      enabled: true,
      recipientWriteScope: role.startsWith("View-Only") ? "None" : "Organization",
      scope: null,
      ...rest,
    };
  };
  const ofGroups = builtInGroups.flatMap((group) => [
    ...group.roles.map((role) => assign(role, group.name, "roleGroup", {})),
    ...group.delegates.map((role) =>
      assign(role, group.name, "roleGroup", { delegation: "DelegatingOrgWide", recipientWriteScope: "Organization" }),
    ),
  ]);
  const ofPolicy = Object.entries(END_USER).map(([role, recipientWriteScope]) =>
    assign(role, DEFAULT_POLICY, "policy", { assigneeType: "RoleAssignmentPolicy", recipientWriteScope }),
  );
  return {
    roles,
    roleGroups,
    assignments: [...ofGroups, ...ofPolicy],
    roleAssignmentPolicies: [makeObject("policy", DEFAULT_POLICY)],
  };
}
