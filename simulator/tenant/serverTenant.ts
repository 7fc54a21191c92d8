/** Turns a seed into an Exchange Server organisation: the same people, in an Active Directory instead of Entra. */
import { makeBuiltInRoles } from "./builtInRoles.ts";
import type { DirectoryUser } from "./directoryModel.ts";
import type { Recipient, RecipientType } from "./exchangeModel.ts";
import type { ServerOrganization, Tenant } from "./model.ts";
import { secretOf, type Seed } from "./seed.ts";
import { exchangeServer } from "./serverRoles.ts";
import { makeGuid, makeTenant } from "./tenantBuilder.ts";

/** Accounts that administrators work with: none has a mailbox. */
const accounts = [
  { purpose: "automation", name: "svcExchangeAutomation", roleGroups: ["Calendar Access Automation"] },
  { purpose: "reader", name: "svcExchangeReader", roleGroups: ["View-Only Organization Management"] },
  { purpose: "weak", name: "svcNobody", roleGroups: [] },
  { purpose: "administrator", name: "admin.beheer", roleGroups: ["Organization Management"] },
] as const;

/** The domain below the first one, and who is in it. */
const north = { container: "DC=noord", netBiosName: "NOORD" } as const;
const northerners = [
  { name: "Noor Noord", alias: "noor.noord", type: "UserMailbox", container: `OU=Verkoop,${north.container}` },
] as const;

/** People whose mailbox or account is not in this organisation. */
const elsewhere = [
  { name: "Roos Wolk", alias: "roos.wolk", type: "RemoteUserMailbox" },
  { name: "Lars Link", alias: "lars.link", type: "LinkedMailbox" },
] as const;

/** The name and password of an account by what it is for: `automation`, `reader`, `weak`, `administrator`. */
export function serverAccounts(seed: Seed, entropy: string): Record<string, { userName: string; password: string }> {
  return Object.fromEntries(
    accounts.map(({ purpose, name }) => {
      const userName = `${name}@${domainOf(seed)}`;
      return [purpose, { userName, password: secretOf(`user:${userName}`, entropy) }];
    }),
  );
}

function domainOf(seed: Seed): string {
  return `ad.${seed.verifiedDomains[0] ?? seed.initialDomain}`;
}

/** Builds the organisation. `entropy` is what generated passwords come from. */
export function makeServerTenant(seed: Seed, entropy: string): Tenant {
  const online = makeTenant(seed, entropy);
  const departments = new Map(seed.users.map(({ name, department }) => [name, department]));
  const people = online.recipients.filter(({ type }) => type !== "GuestMailUser" && type !== "GroupMailbox");
  const recipients = people.map((recipient) => inDirectory(recipient, departments.get(recipient.displayName)));
  const byObjectId = new Map(
    people.map((recipient, index) => [recipient.externalDirectoryObjectId, recipients[index]]),
  );
  const users = online.users.flatMap((user) => accountOf(user, byObjectId.get(user.id)));
  const roles = makeBuiltInRoles((key) => makeGuid(seed, `exchange:${key}`), seed.created, exchangeServer);
  recipients.push(...[...elsewhere, ...northerners].map((person) => personElsewhere(seed, person)));
  const tenant: Tenant = {
    ...online,
    server: serverOrganization(seed, recipients),
    users,
    recipients,
    ...roles,
    roleGroups: roles.roleGroups.map((group) => ({ ...group, container: "OU=Microsoft Exchange Security Groups" })),
    ...{ groups: [], applications: [], servicePrincipals: [], appRoleAssignments: [], foreignApplications: [] },
  };
  for (const account of accounts) addAccount(tenant, seed, entropy, account);
  return tenant;
}

function serverOrganization(seed: Seed, recipients: readonly Recipient[]): ServerOrganization {
  const domain = domainOf(seed);
  const controllers = ["dc01", "dc02"].map((name) => `${name}.${domain}`);
  const containers = recipients.flatMap(({ container }) => container ?? []);
  return {
    name: seed.displayName,
    domain,
    netBiosName: (domain.split(".")[1] ?? domain).slice(0, 15).toUpperCase(),
    childDomains: [{ ...north, domainControllers: [`dc11.noord.${domain}`] }],
    domainControllers: controllers,
    answering: controllers[0] ?? domain,
    exchangeServer: `ex01.${domain}`,
    authenticationPolicies: [{ name: "Modern Only", blockLegacyAuthWebServices: true }],
    organizationalUnits: [
      ...new Set(["OU=Microsoft Exchange Security Groups", "OU=Serviceaccounts", "OU=Groepen", office, ...containers]),
      ...["", "OU=Serviceaccounts,", "OU=Verkoop,"].map((unit) => unit + north.container),
    ],
  };
}

/** The unit that holds the departments'. */
const office = "OU=Kantoor";

/** As it stands in Active Directory: named after the person, in the department's unit, with no id of Entra. */
function inDirectory(recipient: Recipient, department: string | undefined): Recipient {
  const name = recipient.group === null ? recipient.displayName : recipient.name;
  const unit = recipient.group === null ? `OU=${department || "Overig"},${office}` : "OU=Groepen";
  return {
    ...recipient,
    name,
    cn: name,
    container: unit,
    externalDirectoryObjectId: recipient.guid,
    ...(recipient.group === null &&
      recipient.type !== "MailContact" && {
        account: accountProperties(recipient.alias ?? recipient.userPrincipalName?.split("@")[0] ?? name),
      }),
  };
}

function accountProperties(name: string): NonNullable<Recipient["account"]> {
  return { samAccountName: name.slice(0, 20), notes: "", remotePowerShellEnabled: true, authenticationPolicy: null };
}

function accountOf(user: DirectoryUser, recipient: Recipient | undefined): DirectoryUser[] {
  if (recipient === undefined) return [];
  return [{ ...user, id: recipient.guid, directoryRoles: [] }];
}

function personElsewhere(
  seed: Seed,
  { name, alias, type, container }: { name: string; alias: string; type: RecipientType; container?: string },
): Recipient {
  const address = `${alias}@${seed.verifiedDomains[0] ?? seed.initialDomain}`;
  const guid = makeGuid(seed, `exchange:user:${address}`);
  return {
    guid,
    name,
    cn: name,
    container: container ?? `OU=Overig,${office}`,
    visibleAt: 0,
    whenCreated: seed.created,
    type,
    externalDirectoryObjectId: guid,
    displayName: name,
    alias,
    primarySmtpAddress: address,
    emailAddresses: [`SMTP:${address}`],
    userPrincipalName: address,
    hiddenFromAddressListsEnabled: false,
    // The account that a linked mailbox has here is nobody's to sign in with.
    accountDisabled: type === "LinkedMailbox",
    softDeleted: false,
    customAttributes: {},
    account: accountProperties(alias),
    group: null,
  };
}

function addAccount(
  tenant: Tenant,
  seed: Seed,
  entropy: string,
  { purpose, name, roleGroups }: (typeof accounts)[number],
): void {
  const upn = `${name}@${domainOf(seed)}`;
  const guid = makeGuid(seed, `exchange:user:${upn}`);
  tenant.recipients.push({
    guid,
    name,
    cn: name,
    container: "OU=Serviceaccounts",
    visibleAt: 0,
    whenCreated: seed.created,
    type: "User",
    externalDirectoryObjectId: guid,
    displayName: name,
    alias: null,
    primarySmtpAddress: null,
    emailAddresses: [],
    userPrincipalName: upn,
    hiddenFromAddressListsEnabled: false,
    accountDisabled: false,
    softDeleted: false,
    customAttributes: {},
    account: accountProperties(name),
    group: null,
  });
  tenant.users.push({
    id: guid,
    userPrincipalName: upn,
    displayName: name,
    mailNickname: name,
    mail: null,
    proxyAddresses: [],
    userType: "Member",
    accountEnabled: true,
    password: serverAccounts(seed, entropy)[purpose]?.password ?? "",
    passwordPolicies: null,
    showInAddressList: null,
    managerId: null,
    createdDateTime: seed.created,
    deletedDateTime: null,
    other: {},
  });
  for (const group of tenant.roleGroups) {
    if ((roleGroups as readonly string[]).includes(group.name)) group.members.push(guid);
  }
}
