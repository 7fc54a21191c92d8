/**
 * What the automation identity has to be allowed, as one table: the preflight refuses by it (rights.ts), and whoever shows
 * or gives the rights reads it too. Reasons and sources: docs/permissions.md, which names each by its id.
 */
import { declaresUser, uses, type LastingInputs } from "./tenantInputs.ts";

/** What of a stack decides which rights it needs. */
export interface Needs {
  readonly impersonation: boolean;
  readonly application: boolean;
  /** Whether it has a security group with a scope: reach `group`. */
  readonly hasGroup: boolean;
  /** Whether it makes, changes and removes a user. */
  readonly writesUser: boolean;
  /** Whether that is an account that Exchange Server makes. */
  readonly writesAccount: boolean;
  /** Whether it sets the password of a user that is there: an adopted one, or with another `passwordRotation`. */
  readonly setsPassword: boolean;
  /** Whether it makes, changes and removes an app registration or an enterprise app. */
  readonly writesApp: boolean;
  /** Whether it takes a tenant-wide consent away (`revokeTenantWideConsent`). */
  readonly revokesConsent: boolean;
}

/**
 * Which of them a stack has; what the preflight alone knows is left out.
 * @param isServer whether it is for Exchange Server
 */
export function needsOf(inputs: LastingInputs, isServer: boolean): Needs {
  return {
    impersonation: uses(inputs, "impersonation"),
    application: uses(inputs, "application"),
    hasGroup: inputs.reach === "group",
    writesUser: inputs.ownsUser || inputs.removeLeftovers || declaresUser(inputs),
    writesAccount: isServer && inputs.ownsUser,
    setsPassword: inputs.userIsAdopted,
    writesApp: inputs.ownsApp,
    revokesConsent: false,
  };
}

/** An application permission or an Entra role. */
export interface Right {
  /** Its name as Microsoft's documents have it: also what it is called in scripts and reports. */
  readonly id: string;
  readonly kind: "exchangePermission" | "graphPermission" | "entraRole";
  /** Id of the app role, or template id of the Entra role: the same in every tenant. */
  readonly guid: string;
  readonly access: "read" | "write";
  /** Rights that hold it, too; the first one is what a writer has in its place. */
  readonly heldBy: readonly string[];
  /** What does not work without it, as the end of a sentence. */
  readonly breaks: string;
  readonly isNeeded: (needs: Needs) => boolean;
}

const always = (): boolean => true;

/** Nothing else is asked for. Order: as a script gives them. */
export const rights: readonly Right[] = [
  {
    id: "Exchange.ManageAsApp",
    kind: "exchangePermission",
    guid: "dc50a0fb-09a3-484d-be87-e023b12c6440",
    access: "read",
    heldBy: [],
    breaks: "Exchange lets the identity call nothing at all",
    isNeeded: always,
  },
  {
    id: "Organization.Read.All",
    kind: "graphPermission",
    guid: "498476ce-e0fe-48b0-b801-37ba7e2685c6",
    access: "read",
    heldBy: ["Directory.Read.All", "Directory.ReadWrite.All"],
    breaks: "the tenant's initial domain is not known, without which Exchange takes no write",
    isNeeded: always,
  },
  {
    id: "User.Read.All",
    kind: "graphPermission",
    guid: "df021288-bdef-4463-88db-98f22de89214",
    access: "read",
    heldBy: ["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    breaks: "the service user cannot be looked up, so that neither preview nor up gets past it",
    isNeeded: ({ impersonation }) => impersonation,
  },
  {
    id: "User.ReadWrite.All",
    kind: "graphPermission",
    guid: "741f803b-c850-494e-b5df-cde7c675a1ca",
    access: "write",
    heldBy: ["Directory.ReadWrite.All"],
    breaks: "the service user is neither made nor removed",
    isNeeded: ({ writesUser }) => writesUser,
  },
  {
    id: "User-PasswordProfile.ReadWrite.All",
    kind: "graphPermission",
    guid: "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7",
    access: "write",
    heldBy: [],
    breaks: "a user that is there gets no new password",
    isNeeded: ({ setsPassword }) => setsPassword,
  },
  {
    id: "Application.Read.All",
    kind: "graphPermission",
    guid: "9a5d68dd-52b0-4cc2-bd40-abcf4ac3a30c",
    access: "read",
    heldBy: ["Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    breaks: "the app, its keys, its owners and what Entra consents to it are not read: the proof cannot be made",
    isNeeded: ({ application }) => application,
  },
  {
    id: "Application.ReadWrite.All",
    kind: "graphPermission",
    guid: "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    access: "write",
    heldBy: ["Directory.ReadWrite.All"],
    breaks: "neither an app nor its keys are made, changed or removed",
    isNeeded: ({ writesApp }) => writesApp,
  },
  {
    id: "AppRoleAssignment.ReadWrite.All",
    kind: "graphPermission",
    guid: "06b708a9-e830-4db3-a914-8e69da51d44f",
    access: "write",
    heldBy: [],
    breaks: "a tenant-wide consent is not taken away; lend it for one up",
    isNeeded: ({ revokesConsent }) => revokesConsent,
  },
  {
    id: "Global Reader",
    kind: "entraRole",
    guid: "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    access: "read",
    heldBy: ["Exchange Administrator", "Global Administrator"],
    breaks: "Exchange answers no question",
    isNeeded: always,
  },
  {
    id: "Exchange Administrator",
    kind: "entraRole",
    guid: "29232cdf-9323-42fd-ade2-1d097af3e4de",
    access: "write",
    heldBy: ["Global Administrator"],
    breaks: "nothing is made, changed or removed in Exchange",
    isNeeded: always,
  },
];

/** Cmdlets that an `up` may need, by what they are for. */
export interface CmdletRight {
  /** As docs/permissions.md calls it. */
  readonly id: string;
  readonly cmdlets: readonly string[];
  /** On Exchange Server: a parameter that is passed to one of them, `Cmdlet -Parameter`, and that not every role holds. */
  readonly parameter?: string;
  /** The role of Exchange Server that organisations with split permissions take from Exchange's administrators. */
  readonly splitRole?: string;
  readonly isNeeded: (needs: Needs) => boolean;
}

/** What the Entra role Exchange Administrator, or a role group with the right roles, has to bring. */
export const cmdletRights: readonly CmdletRight[] = [
  {
    id: "service user's account",
    cmdlets: ["New-Mailbox", "Set-Mailbox", "Set-User", "Remove-Mailbox"],
    splitRole: "Mail Recipient Creation",
    isNeeded: ({ writesAccount }) => writesAccount,
  },
  {
    id: "role assignment",
    cmdlets: ["New-ManagementRoleAssignment", "Set-ManagementRoleAssignment", "Remove-ManagementRoleAssignment"],
    isNeeded: always,
  },
  {
    id: "role group",
    cmdlets: ["New-RoleGroup", "Set-RoleGroup", "Remove-RoleGroup", "Update-RoleGroupMember"],
    isNeeded: ({ impersonation }) => impersonation,
  },
  {
    id: "Exchange's pointer to the app",
    cmdlets: ["New-ServicePrincipal", "Set-ServicePrincipal", "Remove-ServicePrincipal"],
    isNeeded: ({ application }) => application,
  },
  {
    id: "security group",
    cmdlets: [
      "New-DistributionGroup",
      "Set-DistributionGroup",
      "Remove-DistributionGroup",
      "Update-DistributionGroupMember",
    ],
    parameter: "Update-DistributionGroupMember -BypassSecurityGroupManagerCheck",
    splitRole: "Security Group Creation and Membership",
    isNeeded: ({ hasGroup }) => hasGroup,
  },
  {
    id: "scope",
    cmdlets: ["New-ManagementScope", "Set-ManagementScope", "Remove-ManagementScope"],
    isNeeded: ({ hasGroup }) => hasGroup,
  },
];

/** The rights that a stack needs: to read, or to write (which reads, too). */
export function rightsFor(needs: Needs, access: Right["access"]): readonly Right[] {
  return rights.filter((right) => (access === "write" || right.access === "read") && right.isNeeded(needs));
}

/** Whether one of the held rights, by their ids, gives a right. */
export function isGiven({ id, heldBy }: Right, held: Iterable<string>): boolean {
  const all = new Set(held);
  return [id, ...heldBy].some((each) => all.has(each));
}
