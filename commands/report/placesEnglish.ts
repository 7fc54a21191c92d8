// Where the portals show things and how to stop the access, in English: Microsoft 365, and Exchange Server. Pure.
import type { PlaceWords } from "./words.ts";

const entra = "Microsoft Entra admin center";
const online = (cmdlet: string): string => `Exchange Online PowerShell: ${cmdlet}`;
const shell = (cmdlet: string): string => `Exchange Management Shell: ${cmdlet}`;

const mark =
  'What the stack made and has room for a note bears a mark, which begins with "Managed by Pulumi: calendar-access/". Leave it there: by it the stack knows what is its own.';
const off = "Switch the role assignment off; do not delete it, for the next run would make it again.";

export const microsoft365: PlaceWords = {
  where: {
    roleGroup: "Exchange admin center: Roles, Admin roles",
    securityGroup: "Exchange admin center: Recipients, Groups, Mail-enabled security",
    managementScope: online("Get-ManagementScope"),
    roleAssignment: online("Get-ManagementRoleAssignment"),
    exchangeServicePrincipal: online("Get-ServicePrincipal"),
    applicationCertificates: `${entra}: App registrations, the app, Certificates & secrets (by thumbprint)`,
    user: "Microsoft 365 admin center: Users, Active users",
    application: `${entra}: App registrations, All applications`,
    enterpriseApp: `${entra}: Enterprise applications, All applications`,
  },
  besides: () => [
    mark,
    "Not in the table is what is there no more: what the stack was told to take away (settings revokeTenantWideConsent, application.removeKeys and removeLeftovers). The audit logs of Entra and Exchange tell who changed what, and when.",
  ],
  assignments: `${off} In Exchange Online PowerShell (Connect-ExchangeOnline), as an Exchange Administrator:`,
  signIn: {
    application: (who) =>
      `Keep the app from signing in. ${entra}: Enterprise applications, All applications, look for the client id ${who}, Properties, set "Enabled for users to sign-in?" to No, Save. As a Cloud Application Administrator or more.`,
    impersonation: (who) =>
      `Keep the service user from signing in. Microsoft 365 admin center: Users, Active users, ${who}, Block sign-in.`,
  },
  lag: "No stop takes hold in the same second: Exchange may let an app in for another 30 minutes to two hours (with impersonation how long is not known), and a token that was issued works on for about an hour. Doing both steps is the soonest.",
  stays: () =>
    "Users and apps stay in Entra's recycle bin for 30 days. Where Exchange had to be prepared for customising (Enable-OrganizationCustomization), that stays.",
};

const none = "not in Exchange Server";

export const exchangeServer: PlaceWords = {
  where: {
    roleGroup: "Exchange admin center: Permissions, Admin roles",
    securityGroup: "Exchange admin center: Recipients, Groups",
    managementScope: shell("Get-ManagementScope"),
    roleAssignment: shell("Get-ManagementRoleAssignment"),
    exchangeServicePrincipal: none,
    applicationCertificates: none,
    user: "Active Directory Users and Computers",
    application: none,
    enterpriseApp: none,
  },
  besides: (makesUser) => [
    mark,
    ...(makesUser
      ? []
      : [
          "Not in the table is the service user: its account was there before, and the stack only puts it into the role group.",
        ]),
    "The administrator audit log of Exchange (Search-AdminAuditLog) tells who changed what, and when.",
  ],
  assignments: `${off} In the Exchange Management Shell, as a member of Organization Management:`,
  signIn: {
    application: (who) => `Keep the app ${who} from signing in.`,
    impersonation: (who) =>
      `Keep the service user from signing in. Active Directory Users and Computers: the account ${who}, Disable Account.`,
  },
  lag: "No stop takes hold in the same second: how long Exchange keeps what it has found about an account is not known, and where EWS takes Basic, IIS may take its password for hours. Doing both steps is the soonest.",
  stays: (makesUser) =>
    makesUser
      ? "The account of the service user is deleted from Active Directory, if it still bears the mark; its mailbox stays disconnected for the retention time of its database."
      : "The account of the service user stays as it is; it is taken out of the role group.",
};
