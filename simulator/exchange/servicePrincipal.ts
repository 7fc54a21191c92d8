/**
 * Exchange's pointers to enterprise apps: *-ServicePrincipal and Test-ServicePrincipalAuthorization (facts/exchange.md
 * §2.7).
 */
import { applicationRight } from "../access/applicationAccess.ts";
import type { ExchangeServicePrincipal, RoleAssignment } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { isSameName, limitLength, newObject, type ReadCmdlet, type WriteCmdlet } from "./cmdlet.ts";
import { configurationDn } from "./distinguishedName.ts";
import { alreadyExists, invalidOperation, notFound } from "./failure.ts";
import { recipients, servicePrincipals } from "./lookup.ts";
import { guidOrNull, type Output } from "./output.ts";
import { requiredText, text } from "./parameter.ts";
import { isMailbox, recipientsInScope } from "./writeScope.ts";

function pointerOutput(tenant: Tenant, pointer: ExchangeServicePrincipal): Output {
  return {
    DisplayName: pointer.displayName,
    AppId: pointer.appId,
    ObjectId: pointer.objectId,
    Name: pointer.name,
    Identity: pointer.name,
    Guid: guidOrNull(pointer.guid),
    DistinguishedName: configurationDn(tenant, "servicePrincipal", pointer),
    OverrideEnforceExoAppRbacPermissions: null,
    WhenCreatedUTC: pointer.whenCreated,
  };
}

export const getServicePrincipal: ReadCmdlet = {
  name: "Get-ServicePrincipal",
  parameters: { Identity: text },
  unmodelled: "Organization",
  read(invocation) {
    const { tenant, values } = invocation;
    return servicePrincipals.get(invocation, values.text("Identity")).map((pointer) => pointerOutput(tenant, pointer));
  },
};

export const newServicePrincipal: WriteCmdlet = {
  name: "New-ServicePrincipal",
  parameters: { AppId: requiredText, ObjectId: requiredText, DisplayName: text },
  unmodelled: "ServiceId",
  write(invocation) {
    const { tenant, values } = invocation;
    const appId = values.required("AppId").toLowerCase();
    const objectId = values.required("ObjectId").toLowerCase();
    const isReal = tenant.servicePrincipals.some((entry) => entry.id === objectId && entry.appId === appId);
    // Exchange refuses an invalid pointer; its text is not known (facts/exchange.md §9.13).
    if (!isReal) throw notFound(tenant, objectId);
    const taken = tenant.exchangeServicePrincipals.some(
      (pointer) => isSameName(pointer.objectId, objectId) || isSameName(pointer.appId, appId),
    );
    if (taken) throw alreadyExists(tenant, configurationDn(tenant, "servicePrincipal", { cn: objectId }));
    limitLength(values.text("DisplayName"), 256);
    const pointer = {
      ...newObject(invocation, objectId),
      appId,
      objectId,
      displayName: values.text("DisplayName") ?? "",
    };
    tenant.exchangeServicePrincipals.push(pointer);
    return { target: objectId, output: [pointerOutput(tenant, pointer)] };
  },
};

export const setServicePrincipal: WriteCmdlet = {
  name: "Set-ServicePrincipal",
  parameters: { Identity: requiredText, DisplayName: text },
  unmodelled: "OverrideEnforceExoAppRbacPermissions",
  write(invocation) {
    const { values } = invocation;
    const pointer = servicePrincipals.one(invocation, values.required("Identity"));
    limitLength(values.text("DisplayName"), 256);
    pointer.displayName = values.text("DisplayName") ?? pointer.displayName;
    return { target: pointer.objectId };
  },
};

export const removeServicePrincipal: WriteCmdlet = {
  name: "Remove-ServicePrincipal",
  parameters: { Identity: requiredText },
  write(invocation) {
    const { tenant, values } = invocation;
    const pointer = servicePrincipals.one(invocation, values.required("Identity"));
    // What happens to assignments is not known (facts/exchange.md §9.14): refused, so that none is left without an
    // owner.
    if (tenant.assignments.some(({ assignee }) => assignee === pointer.guid)) {
      throw invalidOperation(`The service principal '${pointer.objectId}' can't be removed: it has role assignments.`);
    }
    tenant.exchangeServicePrincipals = tenant.exchangeServicePrincipals.filter((other) => other !== pointer);
    for (const group of tenant.roleGroups) group.members = group.members.filter((guid) => guid !== pointer.guid);
    return { target: pointer.objectId };
  },
};

export const testServicePrincipalAuthorization: ReadCmdlet = {
  name: "Test-ServicePrincipalAuthorization",
  parameters: { Identity: requiredText, Resource: text },
  unmodelled: "Confirm",
  read(invocation) {
    const { tenant, values } = invocation;
    const pointer = servicePrincipals.one(invocation, values.required("Identity"));
    const resource = values.text("Resource");
    const mailbox = resource === undefined ? undefined : recipients.one(invocation, resource);
    if (mailbox !== undefined && !isMailbox(mailbox)) throw notFound(tenant, resource ?? "");
    return tenant.assignments
      .filter(({ assignee, enabled, delegation }) => {
        return assignee === pointer.guid && enabled && delegation === "Regular";
      })
      .map((assignment) => ({
        RoleName: tenant.roles.find(({ guid }) => guid === assignment.role)?.name ?? "",
        GrantedPermissions: applicationRight(tenant, assignment) ?? "",
        AllowedResourceScope: scopeName(tenant, assignment),
        ScopeType: assignment.recipientWriteScope,
        InScope: inScope(tenant, assignment, mailbox?.guid),
      }));
  },
};

/** `True`, `False`, or `Not Run` where no mailbox was asked for. */
function inScope(tenant: Tenant, assignment: RoleAssignment, mailbox: string | undefined): string {
  if (mailbox === undefined) return "Not Run";
  return recipientsInScope(tenant, assignment).has(mailbox) ? "True" : "False";
}

function scopeName(tenant: Tenant, { scope, recipientWriteScope }: RoleAssignment): string {
  if (recipientWriteScope === "Organization") return "Organization";
  const object = [...tenant.scopes, ...tenant.recipients].find(({ guid }) => guid === scope);
  return object?.name ?? scope ?? "";
}
