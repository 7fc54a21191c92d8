/** Who may open a calendar: Get-, Add-, Set- and Remove-MailboxFolderPermission; of other folders nothing is modelled. */
import type { Recipient } from "../tenant/exchangeModel.ts";
import { folderNamesOf } from "../tenant/folderNames.ts";
import { calendarEntries, permissionsOf, standingEntries, type CalendarEntry } from "../tenant/mailboxPermissions.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Invocation, ReadCmdlet, WriteCmdlet, Written } from "./cmdlet.ts";
import { isSameName } from "./cmdlet.ts";
import { CmdletFailure, invalidOperation, NotModelled, notFound } from "./failure.ts";
import { findNamedMailbox } from "./mailbox.ts";
import { identityOf } from "./lookup.ts";
import { findTrustee } from "./mailboxPermission.ts";
import type { Output } from "./output.ts";
import { anyOf, flag, requiredText, text } from "./parameter.ts";
import { securityId } from "./securityId.ts";

const folderRight = anyOf(
  "Microsoft.Exchange.Management.StoreTasks.MailboxFolderAccessRight[]",
  ...["None", "Owner", "PublishingEditor", "Editor", "PublishingAuthor", "Author", "NonEditingAuthor", "Reviewer"],
  ...["Contributor", "AvailabilityOnly", "LimitedDetails", "CreateItems", "CreateSubfolders", "DeleteAllItems"],
  ...["DeleteOwnedItems", "EditAllItems", "EditOwnedItems", "FolderContact", "FolderOwner", "FolderVisible"],
  "ReadItems",
);

/** The mailbox in whose calendar the identity `mailbox:\Folder` is. Throws the not-found. */
function openCalendar(invocation: Invocation): Recipient {
  const identity = invocation.values.required("Identity");
  const [, owner, path] = /^(.+?):\\(.*)$/.exec(identity) ?? [];
  if (owner === undefined || path === undefined) throw invalidOperation(`'${identity}' is no id of a mailbox folder.`);
  const mailbox = findNamedMailbox(invocation, owner);
  const { calendar, birthdays, inbox } = folderNamesOf(mailbox);
  if (isSameName(path, calendar)) return mailbox;
  if ([inbox, "", `${calendar}\\${birthdays}`].some((known) => isSameName(path, known))) {
    throw new NotModelled(`permissions on the folder ${path}`);
  }
  throw notFound(invocation.tenant, identity);
}

/** An entry's user by its display name, as Exchange shows it; one outside by its address, one that is gone by its SID. */
function shownUser(tenant: Tenant, user: string): string {
  if (standingEntries.some((each) => each.user === user)) return user;
  if (user.includes("@")) return `ExchangePublishedUser.${user}`;
  const found = tenant.recipients.find((each) => each.guid === user && !each.softDeleted);
  return found?.displayName ?? `NT User:${securityId(tenant, user)}`;
}

function rowOf(tenant: Tenant, mailbox: Recipient, { user, accessRights }: CalendarEntry): Output {
  const shown = shownUser(tenant, user);
  return {
    Identity: `${identityOf(tenant, mailbox)}:\\${folderNamesOf(mailbox).calendar}`,
    FolderName: folderNamesOf(mailbox).calendar,
    User: shown,
    AccessRights: accessRights,
    SharingPermissionFlags: null,
    IsValid: true,
  };
}

/** What `-User` names: a GUID, `Default` or `Anonymous`. */
function userKey(invocation: Invocation): string {
  const name = invocation.values.required("User");
  const known = standingEntries.find(({ user }) => isSameName(user, name));
  return known?.user ?? findTrustee(invocation, "User").guid;
}

export const getMailboxFolderPermission: ReadCmdlet = {
  name: "Get-MailboxFolderPermission",
  parameters: { Identity: requiredText, User: text },
  unmodelled: "DomainController GroupMailbox ResultSize SkipCount UseCustomRouting",
  read(invocation) {
    const mailbox = openCalendar(invocation);
    const asked = invocation.values.has("User") ? userKey(invocation) : undefined;
    return calendarEntries(mailbox)
      .filter(({ user }) => asked === undefined || user === asked)
      .map((entry) => rowOf(invocation.tenant, mailbox, entry));
  },
};

const parameters = {
  Identity: requiredText,
  User: requiredText,
  AccessRights: { ...folderRight, required: true },
  SendNotificationToUser: flag,
} as const;
const unmodelled = "DomainController SharingPermissionFlags";

/** Replaces the entry of a user, or takes it out. */
function change(invocation: Invocation, demand: "absent" | "present", rights?: readonly string[]): Written {
  const { tenant } = invocation;
  const mailbox = openCalendar(invocation);
  const user = userKey(invocation);
  const held = calendarEntries(mailbox).find((entry) => entry.user === user);
  if (demand === "absent" && held !== undefined) throw taken(mailbox, user);
  if (demand === "present" && held === undefined) throw missing(mailbox, user);
  const permissions = permissionsOf(mailbox);
  const others = permissions.calendar.filter((entry) => entry.user !== user);
  const entry = rights === undefined ? undefined : { user, accessRights: [...rights] };
  mailbox.permissions = { ...permissions, calendar: [...others, ...(entry === undefined ? [] : [entry])] };
  const output = entry === undefined ? [] : [rowOf(tenant, mailbox, entry)];
  return { target: `${mailbox.name}: ${shownUser(tenant, user)}`, output };
}

function taken({ name }: Recipient, user: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Management.StoreTasks.UserAlreadyExistsInPermissionEntryException",
    `An existing permission entry was found for user: ${user} (${name}).`,
  );
}

function missing({ name }: Recipient, user: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Management.StoreTasks.UserNotFoundInPermissionEntryException",
    `There is no existing permission entry found for user: ${user} (${name}).`,
  );
}

const rightsOf = ({ values }: Invocation): readonly string[] => values.names("AccessRights") ?? [];

export const addMailboxFolderPermission: WriteCmdlet = {
  name: "Add-MailboxFolderPermission",
  parameters,
  unmodelled,
  write: (invocation) => change(invocation, "absent", rightsOf(invocation)),
};

export const setMailboxFolderPermission: WriteCmdlet = {
  name: "Set-MailboxFolderPermission",
  parameters,
  unmodelled,
  write: (invocation) => change(invocation, "present", rightsOf(invocation)),
};

export const removeMailboxFolderPermission: WriteCmdlet = {
  name: "Remove-MailboxFolderPermission",
  parameters: { Identity: requiredText, User: requiredText },
  unmodelled: "DomainController ResetDelegateUserCollection SendNotificationToUser",
  write: (invocation) => change(invocation, "present"),
};
