/** What the words of a seed mean in the tenant: kinds of recipients, names, roles in Entra. */
import { DIRECTORY_ROLES } from "../graph/authorization.ts";
import type { RecipientType } from "./exchangeModel.ts";
import type { SeedGroup, SeedMailbox, SeedUser } from "./seed.ts";

export const RECIPIENT_TYPES: Readonly<Record<SeedMailbox, RecipientType>> = {
  user: "UserMailbox",
  shared: "SharedMailbox",
  room: "RoomMailbox",
  equipment: "EquipmentMailbox",
  mailUser: "MailUser",
  guest: "GuestMailUser",
  none: "User",
};

export const GROUP_TYPES: Readonly<Record<SeedGroup["type"], RecipientType>> = {
  security: "MailUniversalSecurityGroup",
  distribution: "MailUniversalDistributionGroup",
  unified: "GroupMailbox",
};

const ROLE_IDS: Readonly<Record<string, string>> = {
  "Global Administrator": DIRECTORY_ROLES.globalAdministrator,
  "Global Reader": DIRECTORY_ROLES.globalReader,
  "User Administrator": DIRECTORY_ROLES.userAdministrator,
  "Exchange Administrator": DIRECTORY_ROLES.exchangeAdministrator,
};

export function principalNameOf({ name, upn, address }: SeedUser): string {
  const principalName = upn ?? address;
  if (principalName === undefined) throw new Error(`The seed gives ${name} neither an address nor a UPN.`);
  return principalName;
}

export function aliasOf(user: SeedUser): string {
  return (user.address ?? principalNameOf(user)).split("@")[0] ?? user.name;
}

export function addressesOf({ address, aliases }: SeedUser): string[] {
  return address === undefined ? [] : [`SMTP:${address}`, ...(aliases ?? []).map((alias) => `smtp:${alias}`)];
}

export function directoryRoleIds(names: readonly string[] = []): string[] {
  return names.map((name) => {
    const id = ROLE_IDS[name];
    if (id === undefined)
      throw new Error(`The seed names the directory role ${name}, which this tenant does not know.`);
    return id;
  });
}
