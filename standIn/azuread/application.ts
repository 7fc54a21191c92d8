// azuread:index/application:Application as plugin 6.9.1 serves it (facts/azuread-recorded.md); blocks are not served.
import { randomUUID } from "node:crypto";
import type { Graph } from "./graph.ts";
import { alignOwners, bindOwners, dropCaller, listOwners } from "./owners.ts";
import { isZero, list, text, type PropertyMap } from "./property.ts";
import { UnfinishedCreate, type InputRule, type ResourceType } from "./resourceType.ts";

const optional: InputRule = {};

export const application: ResourceType = {
  inputs: {
    displayName: { required: true },
    description: optional,
    deviceOnlyAuthEnabled: optional,
    fallbackPublicClientEnabled: optional,
    groupMembershipClaims: optional,
    identifierUris: optional,
    marketingUrl: optional,
    notes: optional,
    owners: optional,
    preventDuplicateNames: { default: false, stateOnly: true },
    privacyStatementUrl: optional,
    requiredResourceAccesses: optional,
    serviceManagementReference: optional,
    signInAudience: { default: "AzureADMyOrg" },
    supportUrl: optional,
    tags: { computed: true },
    termsOfServiceUrl: optional,
  },
  secrets: [],
  bookkeeping,

  async create(graph, inputs) {
    const owners = list(inputs["owners"]);
    if (inputs["preventDuplicateNames"] === true) await refuseDuplicate(graph, text(inputs["displayName"]));
    const created = await graph.call("POST", "/v1.0/applications", {
      ...createBody(inputs),
      "owners@odata.bind": bindOwners(graph, owners),
    });
    const objectId = text(created["id"]);
    const id = `/applications/${objectId}`;
    try {
      // The plugin writes the name twice to see that the object has replicated.
      const rename = (displayName: unknown): Promise<PropertyMap> =>
        graph.call("PATCH", `/v1.0/applications/${objectId}`, graphApplication({ displayName }), true);
      await rename(`TERRAFORM_UPDATE_${randomUUID()}`);
      await rename(inputs["displayName"]);
      await dropCaller(graph, `/v1.0/applications/${objectId}`, owners);
      const state = await this.read(graph, id, inputs);
      if (state === undefined) throw new Error(`Application (Application: "${objectId}") is not found`);
      return { id, state };
    } catch (error) {
      const state = { ...inputs, id, objectId, clientId: text(created["appId"]) };
      throw new UnfinishedCreate(error instanceof Error ? error.message : String(error), id, state);
    }
  },

  async read(graph, id, state) {
    const objectId = parseId(id);
    const path = `applications/${objectId}`;
    const live = await graph.find(`/v1.0/${path}`);
    if (live === undefined) return undefined;
    const beta = await graph.call("GET", `/beta/${path}?$select=oauth2RequirePostResponse`);
    const owners = await listOwners(graph, `/v1.0/${path}`);
    return describeApplication({ ...live, ...beta }, owners, state);
  },

  async update(graph, id, state, inputs) {
    const objectId = parseId(id);
    const path = `/v1.0/applications/${objectId}`;
    await graph.call("PATCH", path, createBody(inputs));
    await alignOwners(graph, path, list(state["owners"]), list(inputs["owners"]));
    const after = await this.read(graph, id, inputs);
    if (after === undefined) throw new Error(`Application (Application: "${objectId}") is gone`);
    return after;
  },

  async delete(graph, id) {
    const path = `/v1.0/applications/${parseId(id)}`;
    await graph.call("DELETE", path);
    await graph.pollUntil("gone", path);
  },
};

/** Lists that azuread keeps as a set: `null` in the state where they are empty (recorded). */
export function setOrNull(value: unknown): string[] | null {
  const items = list(value);
  return items.length > 0 ? items : null;
}

function parseId(id: string): string {
  const match = /^\/applications\/([0-9a-f-]{36})$/i.exec(id);
  if (match?.[1] === undefined)
    throw new Error(`parsing "${id}": the ID must be of the form /applications/<object id>`);
  return match[1];
}

async function refuseDuplicate(graph: Graph, name: string): Promise<void> {
  const filter = encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
  const { value } = (await graph.call("GET", `/v1.0/applications?$filter=${filter}`)) as { value?: unknown[] };
  if ((value ?? []).length > 0) {
    throw new Error(`Could not create application: an application with the display name "${name}" exists`);
  }
}

function graphApplication(properties: PropertyMap): PropertyMap {
  return { "@odata.type": "#microsoft.graph.application", ...properties };
}

function createBody(inputs: PropertyMap): PropertyMap {
  const nullable = (name: string): string | null => text(inputs[name]) || null;
  return graphApplication({
    api: {
      acceptMappedClaims: false,
      knownClientApplications: [],
      oauth2PermissionScopes: [],
      requestedAccessTokenVersion: 1,
    },
    appRoles: [],
    description: nullable("description"),
    displayName: inputs["displayName"],
    groupMembershipClaims: list(inputs["groupMembershipClaims"]).join(",") || null,
    identifierUris: list(inputs["identifierUris"]),
    info: {
      marketingUrl: nullable("marketingUrl"),
      privacyStatementUrl: nullable("privacyStatementUrl"),
      supportUrl: nullable("supportUrl"),
      termsOfServiceUrl: nullable("termsOfServiceUrl"),
    },
    isDeviceOnlyAuthSupported: inputs["deviceOnlyAuthEnabled"] === true,
    isFallbackPublicClient: inputs["fallbackPublicClientEnabled"] === true,
    notes: nullable("notes"),
    optionalClaims: {},
    publicClient: { redirectUris: [] },
    requiredResourceAccess: renameAccesses(
      inputs["requiredResourceAccesses"],
      "resourceAccesses",
      "resourceAccess",
      (access) => access,
    ),
    serviceManagementReference: nullable("serviceManagementReference"),
    signInAudience: inputs["signInAudience"] ?? "AzureADMyOrg",
    spa: { redirectUris: [] },
    tags: list(inputs["tags"]),
    web: {
      homePageUrl: null,
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      logoutUrl: null,
      redirectUris: [],
    },
  });
}

function renameAccesses(
  accesses: unknown,
  from: string,
  to: string,
  convert: (access: PropertyMap) => PropertyMap,
): PropertyMap[] {
  if (!Array.isArray(accesses)) return [];
  return (accesses as PropertyMap[]).map((access) => ({
    resourceAppId: access["resourceAppId"],
    [to]: ((access[from] ?? []) as PropertyMap[]).map(convert),
  }));
}

function describeApplication(live: PropertyMap, owners: string[], state: PropertyMap): PropertyMap {
  const info = (live["info"] ?? {}) as PropertyMap;
  return {
    id: `/applications/${text(live["id"])}`,
    objectId: text(live["id"]),
    clientId: text(live["appId"]),
    api: {
      knownClientApplications: [],
      mappedClaimsEnabled: false,
      oauth2PermissionScopes: [],
      requestedAccessTokenVersion: 1,
    },
    appRoleIds: {},
    appRoles: [],
    description: text(live["description"]),
    deviceOnlyAuthEnabled: live["isDeviceOnlyAuthSupported"] === true,
    disabledByMicrosoft: text(live["disabledByMicrosoftStatus"]),
    displayName: text(live["displayName"]),
    fallbackPublicClientEnabled: live["isFallbackPublicClient"] === true,
    featureTags: [{ customSingleSignOn: false, enterprise: false, gallery: false, hide: false }],
    groupMembershipClaims: setOrNull(text(live["groupMembershipClaims"]).split(",").filter(Boolean)),
    identifierUris: setOrNull(live["identifierUris"]),
    logoImage: text(state["logoImage"]),
    logoUrl: text(info["logoUrl"]),
    marketingUrl: text(info["marketingUrl"]),
    notes: text(live["notes"]),
    oauth2PermissionScopeIds: {},
    oauth2PostResponseRequired: live["oauth2RequirePostResponse"] === true,
    optionalClaims: { accessTokens: [], idTokens: [], saml2Tokens: [] },
    owners,
    password: null,
    preventDuplicateNames: state["preventDuplicateNames"] === true,
    privacyStatementUrl: text(info["privacyStatementUrl"]),
    publicClient: { redirectUris: [] },
    publisherDomain: text(live["publisherDomain"]),
    requiredResourceAccesses: renameAccesses(
      live["requiredResourceAccess"],
      "resourceAccess",
      "resourceAccesses",
      ({ id, type }) => ({ id, type }),
    ),
    serviceManagementReference: text(live["serviceManagementReference"]),
    signInAudience: text(live["signInAudience"]),
    singlePageApplication: { redirectUris: [] },
    supportUrl: text(info["supportUrl"]),
    tags: list(live["tags"]),
    templateId: text(live["applicationTemplateId"]),
    termsOfServiceUrl: text(info["termsOfServiceUrl"]),
    web: {
      homepageUrl: "",
      implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
      logoutUrl: "",
      redirectUris: [],
    },
  };
}

const minute = 60_000_000_000;

/** `__meta` of applications and service principals: the time-outs in ns and the version of the schema. */
export function describeTimeouts(schemaVersion: string): string {
  const timeouts = { create: 10 * minute, delete: 5 * minute, read: 5 * minute, update: 10 * minute };
  return JSON.stringify({ "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0": timeouts, schema_version: schemaVersion });
}

/** The delta of a block of which there is at most one: it is a list in Terraform and an object in Pulumi. */
function block(lists: string[], renamed?: Record<string, string>): PropertyMap {
  const properties = Object.fromEntries(lists.map((name) => [name, { arr: {} }]));
  return { plu: { i: { obj: { ps: properties, ...(renamed === undefined ? {} : { renamed }) } } } };
}

function bookkeeping(state: PropertyMap): PropertyMap {
  const sets = ["groupMembershipClaims", "identifierUris"].filter((name) => !isZero(state[name]));
  const claims = { accessTokens: "access_token", idTokens: "id_token", saml2Tokens: "saml2_token" };
  const web = block(["redirectUris"]) as { plu: { i: { obj: { ps: PropertyMap } } } };
  web.plu.i.obj.ps["implicitGrant"] = { plu: { i: { obj: {} } } };
  const properties = {
    api: block(["knownClientApplications", "oauth2PermissionScopes"], {
      oauth2PermissionScopes: "oauth2_permission_scope",
    }),
    appRoleIds: { map: {} },
    appRoles: { arr: {} },
    featureTags: { arr: { el: { 0: { obj: {} } } } },
    oauth2PermissionScopeIds: { map: {} },
    optionalClaims: block(["accessTokens", "idTokens", "saml2Tokens"], claims),
    owners: { arr: {} },
    password: { plu: { i: {} } },
    publicClient: block(["redirectUris"]),
    requiredResourceAccesses: { arr: {} },
    singlePageApplication: block(["redirectUris"]),
    tags: { arr: {} },
    web,
    ...Object.fromEntries(sets.map((name) => [name, { arr: {} }])),
  };
  const renamed = { appRoles: "app_role", requiredResourceAccesses: "required_resource_access" };
  return { __meta: describeTimeouts("2"), __pulumi_raw_state_delta: { obj: { ps: properties, renamed } } };
}
