// A tenant for the tests of the data plane, with rights put straight into its state, and a plain EWS client.
import { randomUUID } from "node:crypto";
import tls from "node:tls";
import type { DirectoryServicePrincipal } from "../../../simulator/tenant/directoryModel.ts";
import type { ExchangeServicePrincipal, Recipient, RoleAssignment } from "../../../simulator/tenant/exchangeModel.ts";
import type { MailboxItem } from "../../../simulator/tenant/model.ts";
import { startSimulator, type RunningSimulator } from "../../../simulator/simulator.ts";

/** Starts a tenant that this process trusts; virtual time stands still except where a test moves it. */
export async function startTenant(settings: Readonly<Record<string, unknown>> = {}): Promise<RunningSimulator> {
  const running = await startSimulator({ settings: { authorizationCache: 0, ...settings } });
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), running.caCertificate]);
  return running;
}

export function findRecipient({ simulator }: RunningSimulator, address: string): Recipient {
  const found = simulator.tenant.recipients.find(({ primarySmtpAddress }) => primarySmtpAddress === address);
  if (found === undefined) throw new Error(`no ${address} in the seed`);
  return found;
}

export interface ServiceUser {
  readonly upn: string;
  readonly password: string;
  readonly guid: string;
  readonly id: string;
}

/** A user without a mailbox, in both directories. */
export function addServiceUser({ simulator }: RunningSimulator, name = "svc"): ServiceUser {
  const { tenant } = simulator;
  const user = { upn: `${name}@${tenant.initialDomain}`, password: `Aa1!${randomUUID()}`, guid: randomUUID() };
  const id = randomUUID();
  tenant.users.push({
    id,
    userPrincipalName: user.upn,
    displayName: name,
    mailNickname: name,
    mail: null,
    proxyAddresses: [],
    userType: "Member",
    accountEnabled: true,
    password: user.password,
    passwordPolicies: null,
    showInAddressList: false,
    managerId: null,
    createdDateTime: "2026-11-01T00:00:00Z",
    deletedDateTime: null,
    other: {},
  });
  tenant.recipients.push({
    guid: user.guid,
    name,
    cn: name,
    visibleAt: 0,
    whenCreated: "2026-11-01T00:00:00Z",
    type: "User",
    externalDirectoryObjectId: id,
    displayName: name,
    alias: null,
    primarySmtpAddress: null,
    emailAddresses: [],
    userPrincipalName: user.upn,
    hiddenFromAddressListsEnabled: false,
    accountDisabled: false,
    softDeleted: false,
    customAttributes: {},
    group: null,
  });
  return { ...user, id };
}

/** Assigns a role by its name; with `mailboxes`, inside a scope that holds exactly these (a group's direct members). */
export function assignRole(
  running: RunningSimulator,
  roleName: string,
  assignee: { guid: string; type: RoleAssignment["assigneeType"] },
  mailboxes?: readonly string[],
): RoleAssignment {
  const { tenant } = running.simulator;
  const role = tenant.roles.find(({ name }) => name === roleName);
  if (role === undefined) throw new Error(`no role ${roleName}`);
  const scope = mailboxes === undefined ? null : addGroup(running, mailboxes);
  const assignment: RoleAssignment = {
    guid: randomUUID(),
    name: `${roleName}-${randomUUID()}`.slice(0, 64),
    cn: roleName,
    visibleAt: 0,
    whenCreated: "2026-11-01T00:00:00Z",
    role: role.guid,
    assignee: assignee.guid,
    assigneeType: assignee.type,
    delegation: "Regular",
    enabled: true,
    recipientWriteScope: scope === null ? "Organization" : "Group",
    scope,
  };
  tenant.assignments.push(assignment);
  return assignment;
}

/** A mail-enabled security group; returns its GUID. */
export function addGroup(running: RunningSimulator, members: readonly string[]): string {
  const template = running.simulator.tenant.recipients.find(({ type }) => type === "MailUniversalSecurityGroup");
  if (template?.group === null || template === undefined) throw new Error("no security group in the seed");
  const guid = randomUUID();
  const group = { ...template.group, members: members.map((address) => findRecipient(running, address).guid) };
  const mail = `${guid}@buitendienst.example`;
  running.simulator.tenant.recipients.push({
    ...template,
    guid,
    name: guid,
    cn: guid,
    externalDirectoryObjectId: null,
    primarySmtpAddress: mail,
    emailAddresses: [`SMTP:${mail}`],
    group,
  });
  return guid;
}

/** The enterprise app behind a client id, and Exchange's pointer to it (made where it is missing). */
export function pointTo(
  { simulator: { tenant } }: RunningSimulator,
  clientId: string,
): { servicePrincipal: DirectoryServicePrincipal; pointer: ExchangeServicePrincipal } {
  const servicePrincipal = tenant.servicePrincipals.find(({ appId }) => appId === clientId);
  if (servicePrincipal === undefined) throw new Error(`no enterprise app ${clientId}`);
  const known = tenant.exchangeServicePrincipals.find(({ objectId }) => objectId === servicePrincipal.id);
  const pointer = known ?? {
    guid: randomUUID(),
    name: servicePrincipal.displayName,
    cn: servicePrincipal.displayName,
    visibleAt: 0,
    whenCreated: "2026-11-01T00:00:00Z",
    appId: clientId,
    objectId: servicePrincipal.id,
    displayName: servicePrincipal.displayName,
  };
  if (known === undefined) tenant.exchangeServicePrincipals.push(pointer);
  return { servicePrincipal, pointer };
}

/** Consents an application permission of Graph or Exchange Online by its name. */
export function consent({ simulator: { tenant } }: RunningSimulator, principalId: string, permission: string): void {
  for (const resource of tenant.servicePrincipals) {
    const role = resource.appRoles.find(({ value }) => value === permission);
    if (role === undefined) continue;
    tenant.appRoleAssignments.push({
      id: randomUUID(),
      appRoleId: role.id,
      principalId,
      resourceId: resource.id,
      createdDateTime: "2026-11-01T00:00:00Z",
    });
    return;
  }
  throw new Error(`no permission ${permission}`);
}

/** A token for the tenant's origin: of an application by its secret, of a user by its password. */
export async function fetchToken(running: RunningSimulator, form: Readonly<Record<string, string>>): Promise<string> {
  const { origin, credentials } = running;
  const body = new URLSearchParams({ scope: `${origin}/.default`, ...form });
  const response = await fetch(`${origin}/${credentials.tenantId}/oauth2/v2.0/token`, { method: "POST", body });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`no token: ${response.status}`);
  return token;
}

export async function fetchAppToken(
  running: RunningSimulator,
  app: { clientId: string; clientSecret: string },
): Promise<string> {
  const { clientId, clientSecret } = app;
  return fetchToken(running, { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret });
}

export function basic({ upn, password }: { upn: string; password: string }): string {
  return `Basic ${Buffer.from(`${upn}:${password}`).toString("base64")}`;
}

export interface EwsAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The fault's or the first error message's code; `NoError` where all went well. */
  readonly code: string | undefined;
}

/** Sends a request; `impersonate` is the XML inside ConnectingSID. */
export async function callEws(
  { origin }: RunningSimulator,
  authorization: string | undefined,
  impersonate: string | undefined,
  operation: string,
): Promise<EwsAnswer> {
  const sid = `<t:ExchangeImpersonation><t:ConnectingSID>${impersonate ?? ""}</t:ConnectingSID></t:ExchangeImpersonation>`;
  const response = await fetch(`${origin}/EWS/Exchange.asmx`, {
    method: "POST",
    headers: {
      "content-type": "text/xml; charset=utf-8",
      ...(authorization === undefined ? {} : { authorization }),
    },
    body:
      `<?xml version="1.0" encoding="utf-8"?>` +
      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"` +
      ` xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"` +
      ` xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Header>` +
      `<t:RequestServerVersion Version="Exchange2016"/>${impersonate === undefined ? "" : sid}` +
      `</s:Header><s:Body>${operation}</s:Body></s:Envelope>`,
  });
  const text = await response.text();
  const codes = [...text.matchAll(/<(?:m|e):ResponseCode[^>]*>([^<]*)</g)].map(([, code]) => code);
  return {
    status: response.status,
    headers: response.headers,
    text,
    code: codes.find((code) => code !== "NoError") ?? codes[0],
  };
}

export const smtp = (address: string): string => `<t:PrimarySmtpAddress>${address}</t:PrimarySmtpAddress>`;

export function getFolder(name = "calendar"): string {
  return (
    `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>` +
    `<t:DistinguishedFolderId Id="${name}"/></m:FolderIds></m:GetFolder>`
  );
}

export function createAppointment(subject: string, start: string, end: string, more = ""): string {
  return (
    `<m:CreateItem MessageDisposition="SaveOnly" SendMeetingInvitations="SendToNone"><m:SavedItemFolderId>` +
    `<t:DistinguishedFolderId Id="calendar"/></m:SavedItemFolderId><m:Items><t:CalendarItem>` +
    `<t:Subject>${subject}</t:Subject><t:Body BodyType="Text">notes</t:Body><t:Start>${start}</t:Start>` +
    `<t:End>${end}</t:End>${more}</t:CalendarItem></m:Items></m:CreateItem>`
  );
}

export function viewCalendar(start: string, end: string): string {
  return (
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>` +
    `<m:CalendarView StartDate="${start}" EndDate="${end}"/><m:ParentFolderIds>` +
    `<t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`
  );
}

export function readId({ text }: EwsAnswer): string {
  const id = /<t:ItemId Id="([^"]*)"/.exec(text)?.[1];
  if (id === undefined) throw new Error(`no item id in ${text}`);
  return id;
}

/** The only item in a mailbox. */
export function onlyItem(running: RunningSimulator): MailboxItem {
  const [item, ...others] = running.simulator.tenant.items;
  if (item === undefined || others.length > 0) throw new Error(`${others.length} other items`);
  return item;
}
