/**
 * What a call must look like before it is sent: Exchange answers a lost Identity with all objects, or changes them all.
 */
import { ExchangeError } from "./errors.ts";
import type { Parameters, ReadOptions } from "./session.ts";

/** A call as it is sent. */
export interface Call {
  readonly cmdlet: string;
  readonly parameters: Parameters;
  /** Properties that are asked for; all of them where empty. */
  readonly select: readonly string[];
}

/** Every cmdlet that this project runs: what a channel that loads them by name loads. */
export const usedCmdlets: readonly string[] = [
  ...["Get-OrganizationConfig", "Set-OrganizationConfig", "Enable-OrganizationCustomization"],
  ...["Get-ManagementRole", "Get-ApplicationAccessPolicy", "Test-ServicePrincipalAuthorization"],
  ...["Get-Recipient", "Get-Mailbox", "Get-CASMailbox", "Get-User", "Get-Group", "Get-MailUser", "Get-MailContact"],
  ...["RoleGroup", "DistributionGroup", "ManagementScope", "ManagementRoleAssignment", "ServicePrincipal"].flatMap(
    (noun) => ["Get", "New", "Set", "Remove"].map((verb) => `${verb}-${noun}`),
  ),
  ...["RoleGroupMember", "DistributionGroupMember"].flatMap((noun) =>
    ["Get", "Add", "Update", "Remove"].map((verb) => `${verb}-${noun}`),
  ),
  "Set-Group",
  ...["Get-MailboxPermission", "Get-RecipientPermission", "Get-MailboxFolderStatistics", "Get-MailboxFolderPermission"],
];

/** The same of Exchange Server, where the service user's account is Exchange's to make, too, and SendAs is a right in Active Directory. */
export const serverCmdlets: readonly string[] = [
  ...usedCmdlets,
  ...["New-Mailbox", "Set-Mailbox", "Remove-Mailbox", "Set-User", "Get-OrganizationalUnit"],
  ...["Get-ADPermission", "Get-WebServicesVirtualDirectory"],
];

/** Cmdlets that return at most 1000 objects unless told otherwise (facts/exchange.md §1.2, §2). */
const limitedLists = new Set([
  "Get-RoleGroup",
  "Get-RoleGroupMember",
  "Get-DistributionGroup",
  "Get-DistributionGroupMember",
  "Get-Group",
  "Get-Recipient",
  "Get-User",
  "Get-Mailbox",
  "Get-CASMailbox",
  "Get-MailUser",
  "Get-MailContact",
  "Get-MailboxPermission",
  "Get-RecipientPermission",
]);

/** Cmdlets about the organisation: they take no Identity. */
const withoutIdentity = new Set([
  "Get-OrganizationConfig",
  "Set-OrganizationConfig",
  "Enable-OrganizationCustomization",
  "Get-ApplicationAccessPolicy",
]);

/** Reads that always speak of one object. */
const identityRequired = new Set([
  "Get-RoleGroupMember",
  "Get-DistributionGroupMember",
  "Test-ServicePrincipalAuthorization",
  "Get-MailboxPermission",
  "Get-RecipientPermission",
  "Get-ADPermission",
  "Get-MailboxFolderStatistics",
  "Get-MailboxFolderPermission",
]);

/** With one of these a Get- cmdlet says which objects it wants, also without an Identity. */
const selectors = new Set([
  "Filter",
  "Anr",
  "RecipientPreviewFilter",
  "Role",
  "RoleAssignee",
  "RoleAssigneeType",
  "RoleType",
  "Cmdlet",
  "ManagedBy",
  "RecipientType",
  "RecipientTypeDetails",
  "CustomRecipientWriteScope",
  "ExclusiveRecipientWriteScope",
  "RecipientGroupScope",
  "RecipientAdministrativeUnitScope",
  "RecipientWriteScope",
  "WritableRecipient",
  "Orphan",
  "ResultSize",
]);

/** Parameters that name one object: never empty, never a pattern. */
const references = new Set([
  "Identity",
  "Member",
  "RoleAssignee",
  "Role",
  "User",
  "SecurityGroup",
  "App",
  "WritableRecipient",
  "Resource",
  "AppId",
  "ObjectId",
  "CustomRecipientWriteScope",
  "ExclusiveRecipientWriteScope",
  "RecipientGroupScope",
  "CustomResourceScope",
  "RecipientAdministrativeUnitScope",
  "RecipientOrganizationalUnitScope",
]);

/** Parameters whose empty value would mean "no restriction", or nobody knows what (design.md §4, §7.6). */
const neverEmpty = new Set([
  "Name",
  "Filter",
  "Anr",
  "RecipientPreviewFilter",
  "RecipientRestrictionFilter",
  "RecipientRelativeWriteScope",
]);

/**
 * Cmdlets that ask for confirmation, which nobody can give here. All Remove- cmdlets do, too.
 * Source: facts/exchange.md §2 (ConfirmImpact High).
 */
const confirmed = new Set([
  "Set-ManagementScope",
  "Set-ManagementRoleAssignment",
  "Update-RoleGroupMember",
  "Update-DistributionGroupMember",
]);

/** Checks and completes a Get- or Test- call. Throws an ExchangeError of kind `invalid`; nothing is sent then. */
export function readCall(cmdlet: string, parameters: Parameters | undefined, options: ReadOptions): Call {
  if (!/^(Get|Test)-\w+$/.test(cmdlet)) refuse(cmdlet, "is not a cmdlet that only reads");
  const given = parameters ?? {};
  checkValues(cmdlet, given);
  // A call without a parameters object cannot have lost its Identity on the way: it asks for all.
  const asksForAll = parameters === undefined || options.all === true;
  if (!withoutIdentity.has(cmdlet) && !has(given, "Identity")) {
    const mustName = identityRequired.has(cmdlet) || cmdlet.startsWith("Test-");
    if (mustName) refuse(cmdlet, "has no Identity");
    if (!asksForAll && !Object.keys(given).some((name) => selectors.has(name))) {
      refuse(cmdlet, "has no Identity and no filter; Exchange would return all objects (to get them, ask with `all`)");
    }
  }
  const needsSize = limitedLists.has(cmdlet) && !has(given, "ResultSize");
  const lists = identityRequired.has(cmdlet) || !has(given, "Identity");
  const complete = needsSize && lists ? { ...given, ResultSize: "Unlimited" } : given;
  return { cmdlet, parameters: complete, select: [...(options.select ?? [])].sort() };
}

/** Checks and completes a call that changes something. Throws as {@link readCall} does. */
export function writeCall(cmdlet: string, parameters: Parameters): Call {
  if (!/^[A-Z][a-z]+-\w+$/.test(cmdlet) || /^(Get|Test)-/.test(cmdlet)) {
    refuse(cmdlet, "is not a cmdlet that changes something");
  }
  checkValues(cmdlet, parameters);
  const makes = cmdlet.startsWith("New-");
  if (!makes && !withoutIdentity.has(cmdlet) && !has(parameters, "Identity")) refuse(cmdlet, "has no Identity");
  if (/^(Add|Remove)-\w+Member$/.test(cmdlet) && !has(parameters, "Member")) refuse(cmdlet, "has no Member");
  const asks = cmdlet.startsWith("Remove-") || confirmed.has(cmdlet);
  return { cmdlet, parameters: asks ? { ...parameters, Confirm: false } : parameters, select: [] };
}

/** What is wrong with an answer that {@link isCut}. */
export const cut = "Exchange says that there are more results than it returned";

/**
 * Whether a warning says that the list goes on (texts of the cmdlets themselves), though its caller wanted all of it: one
 * that is limited by a ResultSize of its own may be cut.
 */
export function isCut({ parameters }: Call, warnings: readonly string[]): boolean {
  const size = parameters["ResultSize"];
  if (size !== undefined && size !== "Unlimited") return false;
  const text =
    /more results (are )?available|only the first \d+ (items|results|objects)|results? (was|were) truncated/i;
  return warnings.some((warning) => text.test(warning));
}

function checkValues(cmdlet: string, parameters: Parameters): void {
  // The types forbid most of this; JSON, state and a cast do not.
  for (const [name, value] of Object.entries<unknown>(parameters)) {
    if (value === null || value === undefined) refuse(cmdlet, `has no value for ${name}`);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0) refuse(cmdlet, `has an empty list for ${name}`);
    for (const item of items) checkValue(cmdlet, name, item, Array.isArray(value));
    if (references.has(name) && typeof value !== "string") refuse(cmdlet, `takes one name or GUID for ${name}`);
  }
}

function checkValue(cmdlet: string, name: string, item: unknown, inList: boolean): void {
  if (!["string", "number", "boolean"].includes(typeof item) || Number.isNaN(item)) {
    refuse(cmdlet, `cannot send the value of ${name}`);
  }
  if (typeof item !== "string") return;
  if (item.trim() === "" && (inList || references.has(name) || neverEmpty.has(name))) {
    refuse(cmdlet, `has an empty ${name}`);
  }
  if (references.has(name) && item.includes("*")) refuse(cmdlet, `has a wildcard in ${name}`);
}

function has(parameters: Parameters, name: string): boolean {
  return Object.hasOwn(parameters, name);
}

function refuse(cmdlet: string, reason: string): never {
  throw new ExchangeError("invalid", cmdlet, `the call ${reason}; it was not sent`);
}
