/** Turns a seed into a tenant. The same seed gives the same tenant, GUIDs included. */
import { createHash } from "node:crypto";
import { makeBuiltInRoles } from "./builtInRoles.ts";
import type {
  AppRoleAssignment,
  DirectoryApplication,
  DirectoryGroup,
  DirectoryServicePrincipal,
  DirectoryUser,
} from "./directoryModel.ts";
import type { Recipient } from "./exchangeModel.ts";
import type { Tenant } from "./model.ts";
import {
  appRolesOf,
  FIRST_PARTY_APPLICATIONS,
  MICROSOFT_TENANT,
  RESOURCE_APPLICATIONS,
} from "./resourceApplications.ts";
import { secretOf } from "./seed.ts";
import { addressesOf, aliasOf, directoryRoleIds, GROUP_TYPES, principalNameOf, RECIPIENT_TYPES } from "./seedWords.ts";
import type { Seed, SeedApplication, SeedGroup, SeedUser } from "./seed.ts";

/** What a recipient without a user is like. */
const nobodysAccount = () => ({
  userPrincipalName: null,
  hiddenFromAddressListsEnabled: false,
  accountDisabled: false,
  softDeleted: false,
  customAttributes: {},
});

/** Builds the tenant. `entropy` is what generated secrets come from. */
export function makeTenant(seed: Seed, entropy: string): Tenant {
  return new TenantBuilder(seed, entropy).build();
}

/** A GUID that depends on the seed's tenant and the key alone. */
export function makeGuid({ tenantId }: Pick<Seed, "tenantId">, key: string): string {
  const hex = createHash("sha256").update(`${tenantId}/${key}`).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

class TenantBuilder {
  readonly #seed: Seed;
  readonly #entropy: string;

  constructor(seed: Seed, entropy: string) {
    this.#seed = seed;
    this.#entropy = entropy;
  }

  build(): Tenant {
    const seed = this.#seed;
    const applications = seed.applications.map((application) => this.#application(application));
    const isForeign = (index: number): boolean => seed.applications[index]?.foreign === true;
    const recipients = [
      ...seed.users.map((user) => this.#recipient(user)),
      ...seed.contacts.map((contact) => this.#contact(contact)),
      ...seed.groups.map((group) => this.#groupRecipient(group)),
    ];
    return {
      tenantId: seed.tenantId,
      displayName: seed.displayName,
      initialDomain: seed.initialDomain,
      verifiedDomains: [...seed.verifiedDomains],
      forest: seed.forest,
      organization: {
        isDehydrated: false,
        hydrationRefusesUntil: 0,
        delegationRefusesUntil: 0,
        ewsEnabled: null,
        ewsAllowedAppIds: null,
        ewsApplicationAccessPolicy: null,
        ewsAllowList: [],
        ewsBlockList: [],
        groupNamingPolicy: null,
        ...seed.organization,
      },
      users: seed.users.map((user) => this.#user(user)),
      groups: seed.groups.map((group) => this.#directoryGroup(group)),
      applications: applications.filter((_application, index) => !isForeign(index)),
      foreignApplications: [
        ...applications.filter((_application, index) => isForeign(index)),
        ...[...RESOURCE_APPLICATIONS, ...FIRST_PARTY_APPLICATIONS].map((app) => this.#firstParty(app)),
      ],
      servicePrincipals: this.#servicePrincipals(),
      appRoleAssignments: this.#consents(),
      recipients,
      ...this.#roles(),
      scopes: [],
      exchangeServicePrincipals: [],
      applicationAccessPolicies: [],
      permissionGrants: [],
      items: [],
      deletedItems: [],
    };
  }

  #guid(key: string): string {
    return makeGuid(this.#seed, key);
  }

  #user(user: SeedUser): DirectoryUser {
    const { department, jobTitle, directoryRoles } = user;
    const upn = principalNameOf(user);
    const mailbox = user.mailbox ?? "user";
    const other = { department, jobTitle, usageLocation: mailbox === "guest" ? undefined : "NL" };
    return {
      id: this.#guid(`user:${upn}`),
      userPrincipalName: upn,
      displayName: user.name,
      mailNickname: aliasOf(user),
      mail: user.address ?? null,
      proxyAddresses: addressesOf(user),
      userType: mailbox === "guest" ? "Guest" : "Member",
      // Nobody signs in as a shared, room or equipment mailbox.
      accountEnabled: user.enabled ?? !["shared", "room", "equipment"].includes(mailbox),
      password: user.password ?? secretOf(`user:${upn}`, this.#entropy),
      passwordPolicies: null,
      showInAddressList: user.hidden === true ? false : null,
      managerId: null,
      createdDateTime: this.#seed.created,
      deletedDateTime: user.deleted === true ? this.#seed.created : null,
      directoryRoles: directoryRoleIds(directoryRoles),
      other: Object.fromEntries(Object.entries(other).filter(([, value]) => value !== undefined && value !== "")),
    };
  }

  #object(key: string, name: string, cn = name): Pick<Recipient, "guid" | "name" | "cn" | "visibleAt" | "whenCreated"> {
    return { guid: this.#guid(`exchange:${key}`), name, cn, visibleAt: 0, whenCreated: this.#seed.created };
  }

  #recipient(user: SeedUser): Recipient {
    const upn = principalNameOf(user);
    const type = RECIPIENT_TYPES[user.mailbox ?? "user"];
    const external = user.externalAddress === undefined ? [] : [`smtp:${user.externalAddress}`];
    return {
      ...this.#object(`user:${upn}`, aliasOf(user)),
      type,
      externalDirectoryObjectId: this.#guid(`user:${upn}`),
      displayName: user.name,
      alias: type === "User" ? null : aliasOf(user),
      primarySmtpAddress: user.address ?? null,
      emailAddresses: [...addressesOf(user), ...external],
      userPrincipalName: upn,
      hiddenFromAddressListsEnabled: user.hidden === true,
      accountDisabled: !(user.enabled ?? !["SharedMailbox", "RoomMailbox", "EquipmentMailbox"].includes(type)),
      softDeleted: user.deleted === true,
      customAttributes: {},
      group: null,
    };
  }

  #contact({ name, address }: { readonly name: string; readonly address: string }): Recipient {
    return {
      ...this.#object(`contact:${address}`, name),
      type: "MailContact",
      externalDirectoryObjectId: this.#guid(`contact:${address}`),
      displayName: name,
      alias: name.replaceAll(" ", ""),
      primarySmtpAddress: address,
      emailAddresses: [`SMTP:${address}`],
      ...nobodysAccount(),
      group: null,
    };
  }

  #groupRecipient(group: SeedGroup): Recipient {
    return {
      ...this.#object(`group:${group.address}`, group.name, group.cn),
      type: GROUP_TYPES[group.type],
      externalDirectoryObjectId: this.#guid(`group:${group.address}`),
      displayName: group.name,
      alias: group.address.split("@")[0] ?? group.address,
      primarySmtpAddress: group.address,
      emailAddresses: [`SMTP:${group.address}`],
      ...nobodysAccount(),
      group: {
        managedBy: group.owners.map((address) => this.#guid(`exchange:${this.#keyOf(address)}`)),
        members: group.members.map((address) => this.#guid(`exchange:${this.#keyOf(address)}`)),
        memberJoinRestriction: "Closed",
        memberDepartRestriction: group.type === "security" ? "Closed" : "Open",
        requireSenderAuthenticationEnabled: true,
        notes: "",
        isDirSynced: false,
      },
    };
  }

  #directoryGroup(group: SeedGroup): DirectoryGroup {
    return {
      id: this.#guid(`group:${group.address}`),
      displayName: group.name,
      mail: group.address,
      mailEnabled: true,
      securityEnabled: group.type === "security",
      groupTypes: group.type === "unified" ? ["Unified"] : [],
      memberIds: group.members.map((address) => this.#guid(this.#keyOf(address))).sort(),
    };
  }

  /** The key of what has this address. */
  #keyOf(address: string): string {
    const user = this.#seed.users.find((candidate) => candidate.address === address || candidate.upn === address);
    if (user !== undefined) return `user:${principalNameOf(user)}`;
    if (this.#seed.groups.some((group) => group.address === address)) return `group:${address}`;
    if (this.#seed.contacts.some((contact) => contact.address === address)) return `contact:${address}`;
    throw new Error(`The seed names ${address}, which is nobody's address.`);
  }

  #application({ appId, name, secret, foreign }: SeedApplication): DirectoryApplication {
    const secrets = [secret ?? secretOf(`application:${appId}`, this.#entropy)];
    if (foreign !== true) return this.#registration(appId, name, secrets, { signInAudience: "AzureADMyOrg" });
    const organizationId = this.#guid("foreign tenant");
    return this.#registration(appId, name, secrets, { signInAudience: "AzureADMultipleOrgs", organizationId });
  }

  /** Microsoft's registration of one of its own apps: no secret of it is known to anybody here. */
  #firstParty({ appId, displayName }: { readonly appId: string; readonly displayName: string }): DirectoryApplication {
    const other = { signInAudience: "AzureADMultipleOrgs", organizationId: MICROSOFT_TENANT };
    return this.#registration(appId, displayName, [], other);
  }

  #registration(
    appId: string,
    displayName: string,
    secrets: string[],
    more: Record<string, unknown>,
  ): DirectoryApplication {
    const other = { createdDateTime: this.#seed.created, ...more };
    return {
      id: this.#guid(`application:${appId}`),
      appId,
      displayName,
      secrets,
      keyCredentials: [],
      ownerIds: [],
      other,
    };
  }

  #servicePrincipals(): DirectoryServicePrincipal[] {
    const own = this.#seed.applications.filter(({ foreign }) => foreign !== true);
    const make = (appId: string, displayName: string, owner: string): DirectoryServicePrincipal => ({
      id: this.#guid(`servicePrincipal:${appId}`),
      appId,
      displayName,
      accountEnabled: true,
      appRoles: appRolesOf(appId),
      ownerIds: [],
      directoryRoles: [],
      other: { createdDateTime: this.#seed.created, appOwnerOrganizationId: owner },
    });
    return [
      ...[...RESOURCE_APPLICATIONS, ...FIRST_PARTY_APPLICATIONS.filter(({ present }) => present)].map(
        ({ appId, displayName }) => make(appId, displayName, MICROSOFT_TENANT),
      ),
      ...own.map(({ appId, name, directoryRoles }) => ({
        ...make(appId, name, this.#seed.tenantId),
        directoryRoles: directoryRoleIds(directoryRoles),
      })),
    ];
  }

  #consents(): AppRoleAssignment[] {
    return this.#seed.applications.flatMap(({ appId, permissions }) =>
      (permissions ?? []).map((value) => {
        const resource = RESOURCE_APPLICATIONS.find(({ appRoles }) => value in appRoles);
        const appRoleId = resource?.appRoles[value];
        if (resource === undefined || appRoleId === undefined) {
          throw new Error(`The seed names the permission ${value}, which no resource has.`);
        }
        return {
          id: createHash("sha256").update(`${this.#seed.tenantId}/${appId}/${value}`).digest("base64url"),
          appRoleId,
          principalId: this.#guid(`servicePrincipal:${appId}`),
          resourceId: this.#guid(`servicePrincipal:${resource.appId}`),
          createdDateTime: this.#seed.created,
        };
      }),
    );
  }

  #roles(): Pick<Tenant, "roles" | "roleGroups" | "assignments"> & Required<Pick<Tenant, "roleAssignmentPolicies">> {
    const builtIn = makeBuiltInRoles((key) => this.#guid(`exchange:${key}`), this.#seed.created);
    for (const user of this.#seed.users) {
      for (const name of user.roleGroups ?? []) {
        const group = builtIn.roleGroups.find((candidate) => candidate.name === name);
        if (group === undefined) throw new Error(`The seed names the role group ${name}, which does not exist.`);
        group.members.push(this.#guid(`exchange:user:${principalNameOf(user)}`));
      }
    }
    return builtIn;
  }
}
