/**
 * What an Exchange Server organisation comes with: a selection of its management roles and role groups (OfficeDocs-Exchange,
 * the pages of the built-in role groups). Hygiene Management impersonates everybody's mailbox out of the box.
 */
import type { BuiltIn } from "./builtInRoles.ts";

const administrative = [
  "Active Directory Permissions",
  "Address Lists",
  "ApplicationImpersonation",
  "Audit Logs",
  "Databases",
  "Distribution Groups",
  "Exchange Servers",
  "Exchange Virtual Directories",
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
  "Transport Hygiene",
  "Transport Rules",
  "User Options",
  "View-Only Configuration",
  "View-Only Recipients",
];

/** Roles that Organization Management may only give to others. */
const onlyDelegated = new Set(["ApplicationImpersonation", "Reset Password"]);

export const exchangeServer: BuiltIn = {
  administrative,
  application: [],
  roleGroups: [
    {
      name: "Organization Management",
      description:
        "Members of this management role group have permissions to manage Exchange objects and their properties in the " +
        "Exchange organization. Members can also delegate role groups and management roles in the organization. This " +
        "role group shouldn't be deleted.",
      roles: administrative.filter((name) => !onlyDelegated.has(name)),
      delegates: administrative,
    },
    {
      name: "Recipient Management",
      description:
        "Members of this management role group have rights to create, manage, and remove Exchange recipient objects.",
      roles: [
        ...["Distribution Groups", "Mail Recipient Creation", "Mail Recipients", "Message Tracking", "Migration"],
        ...["Move Mailboxes", "Recipient Policies"],
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
      roles: ["User Options", "View-Only Recipients"],
      delegates: [],
    },
    {
      name: "Hygiene Management",
      description:
        "Members of this management role group can manage Exchange anti-spam features and grant permissions for antivirus products.",
      roles: ["ApplicationImpersonation", "Transport Hygiene", "View-Only Configuration", "View-Only Recipients"],
      delegates: [],
    },
    {
      name: "Server Management",
      description:
        "Members of this management role group have permissions to manage all Exchange servers within the Exchange organization.",
      roles: ["Databases", "Exchange Servers", "Exchange Virtual Directories"],
      delegates: [],
    },
    {
      name: "Calendar Access Automation",
      description: "The roles that the automation of calendar access needs.",
      roles: [
        ...["Role Management", "Mail Recipient Creation", "Mail Recipients", "Distribution Groups"],
        ...["Security Group Creation and Membership", "User Options", "View-Only Configuration"],
      ],
      delegates: ["ApplicationImpersonation"],
    },
  ],
};
