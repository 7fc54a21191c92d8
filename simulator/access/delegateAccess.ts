/**
 * What permissions of a mailbox open to people who sign in themselves, beside impersonation and apps. Pure; rules in
 * docs/fidelity.md, "Access evaluation".
 */
import { principalsOf } from "../exchange/principals.ts";
import { calendarEntries, permissionsOf } from "../tenant/mailboxPermissions.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";

/** What somebody does in a folder: `change` is of items that are there, his own or not. */
export type FolderUse = "read" | "create" | "change";

/** The roles and single rights by which a folder can be used so. Who made an item is not known here: Author is not enough. */
const enough: Readonly<Record<FolderUse, ReadonlySet<string>>> = {
  read: new Set("Owner PublishingEditor Editor PublishingAuthor Author NonEditingAuthor Reviewer ReadItems".split(" ")),
  create: new Set(
    "Owner PublishingEditor Editor PublishingAuthor Author NonEditingAuthor Contributor CreateItems".split(" "),
  ),
  change: new Set("Owner PublishingEditor Editor EditAllItems".split(" ")),
};

/**
 * Whether somebody may use a folder of a mailbox by its permissions.
 * @param actor Exchange's GUID of a user
 * @param folder as EWS calls it; only the calendar has permissions of its own here
 */
export function mayUseFolder(
  tenant: Tenant,
  actor: string,
  mailbox: Recipient,
  folder: string,
  use: FolderUse,
): boolean {
  const principals = principalsOf(tenant, actor);
  const full = permissionsOf(mailbox).entries.filter(
    ({ user, accessRights }) => principals.has(user) && accessRights.includes("FullAccess"),
  );
  if (full.length > 0 && full.every(({ deny }) => !deny)) return true;
  if (folder !== "calendar") return false;
  const entries = calendarEntries(mailbox);
  const own = entries.filter(({ user }) => principals.has(user));
  const holding = own.length > 0 ? own : entries.filter(({ user }) => user === "Default");
  return holding.some(({ accessRights }) => accessRights.some((right) => enough[use].has(right)));
}
