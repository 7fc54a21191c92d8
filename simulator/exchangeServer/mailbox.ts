/** Mailboxes with their accounts in Active Directory: New-Mailbox, Set-Mailbox, Set-User (facts/powershell.md §3). */
import { plainAddress, refuseForeignDomain, refuseTakenAddress } from "../exchange/addresses.ts";
import { isSameName, limitLength, newObject, type Invocation, type WriteCmdlet } from "../exchange/cmdlet.ts";
import { principalDn } from "../exchange/distinguishedName.ts";
import { alreadyExists, CmdletFailure, invalidOperation, notFound } from "../exchange/failure.ts";
import { chooseAlias } from "../exchange/groupNames.ts";
import { recipients } from "../exchange/lookup.ts";
import { setMailbox as onlineSetMailbox } from "../exchange/mailbox.ts";
import { defaultDomain } from "../exchange/organization.ts";
import { findUnit } from "../exchange/organizationalUnit.ts";
import { flag, requiredText, secret, text } from "../exchange/parameter.ts";
import { mailboxOutput } from "../exchange/recipientOutput.ts";
import type { Account, Recipient } from "../tenant/exchangeModel.ts";

/** The container of `-OrganizationalUnit`; throws the not-found for one that is not there. */
export function readUnit({ tenant, values }: Invocation): string | undefined {
  const given = values.text("OrganizationalUnit");
  if (given === undefined) return undefined;
  const unit = findUnit(tenant, given);
  if (unit === undefined || unit === "") throw notFound(tenant, given);
  return unit;
}

/** Of the same length in every domain; what Windows before 2000 knew (facts/powershell.md §3). */
const longestAccountName = 20;

function chooseAccountName({ tenant, values }: Invocation, alias: string): string {
  const given = values.text("SamAccountName");
  if (given !== undefined && given.length > longestAccountName) limitLength(given, longestAccountName);
  const name = given ?? alias.slice(0, longestAccountName);
  const isTaken = tenant.recipients.some(
    ({ account, softDeleted }) => !softDeleted && isSameName(account?.samAccountName ?? "", name),
  );
  if (isTaken)
    throw invalidOperation(`The value '${name}' of property 'SamAccountName' is used by another recipient object.`);
  return name;
}

/** The policy that a domain comes with: seven characters, of three kinds. */
function refuseSimplePassword(password: string): void {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  if (password.length >= 7 && kinds >= 3) return;
  throw new CmdletFailure(
    "Microsoft.Exchange.Data.Directory.ADInvalidPasswordException",
    "The password does not meet the password policy requirements. Check the minimum password length, password " +
      "complexity and password history requirements.",
  );
}

function refuseTakenPrincipalName({ tenant }: Invocation, name: string): void {
  const isTaken = tenant.users.some(
    (user) => user.deletedDateTime === null && isSameName(user.userPrincipalName, name),
  );
  if (isTaken)
    throw invalidOperation(`The user principal name "${name}" is already in use. Please choose another one.`);
}

export const newMailbox: WriteCmdlet = {
  name: "New-Mailbox",
  parameters: {
    Name: requiredText,
    UserPrincipalName: requiredText,
    Password: { ...secret, required: true },
    Alias: text,
    DisplayName: text,
    FirstName: text,
    LastName: text,
    SamAccountName: text,
    OrganizationalUnit: text,
    PrimarySmtpAddress: text,
    ResetPasswordOnNextLogon: flag,
    RemotePowerShellEnabled: flag,
  },
  write(invocation) {
    const { simulator, tenant, values } = invocation;
    const name = values.required("Name");
    const upn = values.required("UserPrincipalName");
    limitLength(name, 64);
    const container = readUnit(invocation) ?? "CN=Users";
    const dn = principalDn(tenant, { cn: name, container });
    if (tenant.recipients.some((other) => !other.softDeleted && principalDn(tenant, other) === dn)) {
      throw alreadyExists(tenant, dn);
    }
    refuseTakenPrincipalName(invocation, upn);
    const alias = chooseAlias(invocation, values.text("Alias"), upn.split("@")[0] ?? name);
    const address = values.text("PrimarySmtpAddress") ?? `${alias}@${defaultDomain(tenant)}`;
    refuseForeignDomain(tenant, address);
    refuseTakenAddress(tenant, address);
    refuseSimplePassword(values.required("Password"));
    const account: Account = {
      samAccountName: chooseAccountName(invocation, alias),
      notes: "",
      remotePowerShellEnabled: values.flag("RemotePowerShellEnabled") ?? true,
      authenticationPolicy: null,
    };
    const object = newObject(invocation, name);
    const mailbox: Recipient = {
      ...object,
      container,
      type: "UserMailbox",
      externalDirectoryObjectId: object.guid,
      displayName: values.text("DisplayName") ?? name,
      alias,
      primarySmtpAddress: address,
      emailAddresses: [`SMTP:${address}`],
      userPrincipalName: upn,
      hiddenFromAddressListsEnabled: false,
      accountDisabled: false,
      softDeleted: false,
      customAttributes: {},
      account,
      group: null,
    };
    tenant.recipients.push(mailbox);
    tenant.users.push({
      id: object.guid,
      userPrincipalName: upn,
      displayName: mailbox.displayName,
      mailNickname: alias,
      mail: address,
      proxyAddresses: mailbox.emailAddresses.map(plainAddress),
      userType: "Member",
      accountEnabled: true,
      password: values.required("Password"),
      passwordPolicies: null,
      showInAddressList: null,
      managerId: null,
      createdDateTime: new Date(simulator.now()).toISOString(),
      deletedDateTime: null,
      other: {},
    });
    return { target: name, output: [mailboxOutput(tenant, mailbox)] };
  },
};

export const setMailbox: WriteCmdlet = {
  ...onlineSetMailbox,
  parameters: { ...onlineSetMailbox.parameters, Password: secret },
  write(invocation) {
    const { tenant, values } = invocation;
    const password = values.text("Password");
    if (password !== undefined) refuseSimplePassword(password);
    const mailbox = recipients.one(invocation, values.required("Identity"));
    const account = tenant.users.find(({ id }) => id === mailbox.guid);
    const [accountDisabled, accountEnabled] = [mailbox.accountDisabled, account?.accountEnabled ?? false];
    const written = onlineSetMailbox.write(invocation);
    // Its AccountDisabled works in Exchange Online only (cmdlet's page).
    mailbox.accountDisabled = accountDisabled;
    if (account !== undefined) Object.assign(account, { accountEnabled, password: password ?? account.password });
    return written;
  },
};

export const setUser: WriteCmdlet = {
  name: "Set-User",
  parameters: {
    Identity: requiredText,
    DisplayName: text,
    UserPrincipalName: text,
    Notes: text,
    RemotePowerShellEnabled: flag,
    AuthenticationPolicy: { ...text, nullable: true },
  },
  write(invocation) {
    const { tenant, values } = invocation;
    const user = recipients.one(invocation, values.required("Identity"));
    const { account } = user;
    if (account === undefined) throw notFound(tenant, values.required("Identity"));
    const upn = values.text("UserPrincipalName");
    if (upn !== undefined && !isSameName(upn, user.userPrincipalName ?? "")) refuseTakenPrincipalName(invocation, upn);
    const signIn = tenant.users.find(({ id }) => id === user.guid);
    if (upn !== undefined && signIn !== undefined) signIn.userPrincipalName = upn;
    user.userPrincipalName = upn ?? user.userPrincipalName;
    limitLength(values.text("DisplayName"), 256);
    user.displayName = values.text("DisplayName") ?? user.displayName;
    account.notes = values.text("Notes") ?? account.notes;
    account.remotePowerShellEnabled = values.flag("RemotePowerShellEnabled") ?? account.remotePowerShellEnabled;
    if (values.has("AuthenticationPolicy")) account.authenticationPolicy = values.text("AuthenticationPolicy") ?? null;
    return { target: user.name };
  },
};
