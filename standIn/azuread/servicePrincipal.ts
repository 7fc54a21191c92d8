// azuread:index/servicePrincipal:ServicePrincipal as plugin 6.9.1 serves it (facts/azuread-recorded.md).
import { randomUUID } from "node:crypto";
import { describeTimeouts, setOrNull } from "./application.ts";
import { GraphError, type Graph } from "./graph.ts";
import { alignOwners, bindOwners, dropCaller, listOwners } from "./owners.ts";
import { isZero, list, text, type PropertyMap } from "./property.ts";
import { UnfinishedCreate, type InputRule, type ResourceType } from "./resourceType.ts";

const optional: InputRule = {};

export const servicePrincipal: ResourceType = {
  inputs: {
    clientId: { required: true, replace: true },
    accountEnabled: { default: true },
    alternativeNames: optional,
    appRoleAssignmentRequired: optional,
    description: optional,
    loginUrl: optional,
    notes: optional,
    notificationEmailAddresses: optional,
    owners: optional,
    preferredSingleSignOnMode: optional,
    tags: { computed: true },
    useExisting: { stateOnly: true },
  },
  secrets: [],
  bookkeeping,

  async create(graph, inputs) {
    const clientId = text(inputs["clientId"]);
    const existing = await findByClientId(graph, clientId);
    if (existing !== undefined) {
      const id = `/servicePrincipals/${existing}`;
      if (inputs["useExisting"] !== true) {
        throw new Error(
          `A resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be imported into the State`,
        );
      }
      const old = await this.read(graph, id, inputs);
      const state = await this.update?.(graph, id, old ?? {}, inputs);
      return { id, state: state ?? {} };
    }
    const owners = list(inputs["owners"]);
    const created = await graph.call("POST", "/v1.0/servicePrincipals", {
      ...commonBody(inputs),
      appId: clientId,
      description: `TERRAFORM_UPDATE_${randomUUID()}`,
      "owners@odata.bind": bindOwners(graph, owners),
    });
    const objectId = text(created["id"]);
    const id = `/servicePrincipals/${objectId}`;
    try {
      await describeNew(graph, id, text(inputs["description"]) || null);
      await dropCaller(graph, `/v1.0${id}`, owners);
      const state = await this.read(graph, id, inputs);
      if (state === undefined) throw new Error(`Service principal (Service Principal: "${objectId}") is not found`);
      return { id, state };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new UnfinishedCreate(message, id, { ...inputs, id, objectId });
    }
  },

  async read(graph, id, state) {
    const path = parseId(id);
    const live = await graph.find(`/v1.0${path}`);
    if (live === undefined) return undefined;
    const beta = await graph.call("GET", `/beta${path}?$select=samlMetadataUrl`);
    return describeServicePrincipal({ ...live, ...beta }, await listOwners(graph, `/v1.0${path}`), state);
  },

  async update(graph, id, state, inputs) {
    const path = `/v1.0${parseId(id)}`;
    await graph.call("PATCH", path, { ...commonBody(inputs), description: text(inputs["description"]) || null });
    await alignOwners(graph, path, list(state["owners"]), list(inputs["owners"]));
    const after = await this.read(graph, id, inputs);
    if (after === undefined) throw new Error(`Service principal ${id} is gone`);
    return after;
  },

  async delete(graph, id, state) {
    // One that was there before the stack stays.
    if (state["useExisting"] === true) return;
    const path = `/v1.0${parseId(id)}`;
    await graph.call("DELETE", path);
    await graph.pollUntil("gone", path);
  },
};

/**
 * The true description comes second, to see that the object has replicated. Unlike a user's and an application's create
 * this one does not wait for it: 6.9.1 was seen to give up at the first 404.
 */
async function describeNew(graph: Graph, id: string, description: string | null): Promise<void> {
  try {
    await graph.call("PATCH", `/v1.0${id}`, graphServicePrincipal({ description }));
  } catch (error) {
    if (!(error instanceof GraphError && error.status === 404)) throw error;
    const what = "Timed out whilst waiting for new service principal to be replicated in Azure AD";
    throw new Error(`${what}: ${error.message}`, { cause: error });
  }
}

function parseId(id: string): string {
  if (/^\/servicePrincipals\/[0-9a-f-]{36}$/i.test(id)) return id;
  throw new Error(`parsing "${id}": the ID must be of the form /servicePrincipals/<object id>`);
}

async function findByClientId(graph: Graph, clientId: string): Promise<string | undefined> {
  const path = `/v1.0/servicePrincipals?$filter=appId+eq+'${encodeURIComponent(clientId)}'`;
  const { value } = (await graph.call("GET", path)) as { value?: { id?: string }[] };
  return value?.[0]?.id;
}

function graphServicePrincipal(properties: PropertyMap): PropertyMap {
  return { "@odata.type": "#microsoft.graph.servicePrincipal", ...properties };
}

function commonBody(inputs: PropertyMap): PropertyMap {
  const nullable = (name: string): string | null => text(inputs[name]) || null;
  return graphServicePrincipal({
    accountEnabled: inputs["accountEnabled"] ?? true,
    alternativeNames: list(inputs["alternativeNames"]),
    appRoleAssignmentRequired: inputs["appRoleAssignmentRequired"] === true,
    loginUrl: nullable("loginUrl"),
    notes: nullable("notes"),
    notificationEmailAddresses: list(inputs["notificationEmailAddresses"]),
    preferredSingleSignOnMode: nullable("preferredSingleSignOnMode"),
    samlSingleSignOnSettings: {},
    tags: list(inputs["tags"]),
  });
}

function describeServicePrincipal(live: PropertyMap, owners: string[], state: PropertyMap): PropertyMap {
  const appRoles = Array.isArray(live["appRoles"]) ? (live["appRoles"] as PropertyMap[]) : [];
  return {
    id: `/servicePrincipals/${text(live["id"])}`,
    objectId: text(live["id"]),
    clientId: text(live["appId"]),
    accountEnabled: live["accountEnabled"] !== false,
    alternativeNames: setOrNull(live["alternativeNames"]),
    appRoleAssignmentRequired: live["appRoleAssignmentRequired"] === true,
    appRoleIds: Object.fromEntries(appRoles.map((role) => [text(role["value"]), text(role["id"])])),
    appRoles,
    applicationTenantId: text(live["appOwnerOrganizationId"]),
    description: text(live["description"]),
    displayName: text(live["displayName"]),
    featureTags: [{ customSingleSignOn: false, enterprise: false, gallery: false, hide: false }],
    features: [
      { customSingleSignOnApp: false, enterpriseApplication: false, galleryApplication: false, visibleToUsers: true },
    ],
    homepageUrl: text(live["homepage"]),
    loginUrl: text(live["loginUrl"]),
    logoutUrl: text(live["logoutUrl"]),
    notes: text(live["notes"]),
    notificationEmailAddresses: setOrNull(live["notificationEmailAddresses"]),
    oauth2PermissionScopeIds: {},
    oauth2PermissionScopes: [],
    owners,
    preferredSingleSignOnMode: text(live["preferredSingleSignOnMode"]),
    redirectUris: list(live["replyUrls"]),
    samlMetadataUrl: text(live["samlMetadataUrl"]),
    samlSingleSignOn: { relayState: "" },
    servicePrincipalNames: list(live["servicePrincipalNames"]),
    signInAudience: text(live["signInAudience"]),
    tags: list(live["tags"]),
    type: text(live["servicePrincipalType"]),
    useExisting: state["useExisting"] === true ? true : null,
  };
}

function bookkeeping(state: PropertyMap): PropertyMap {
  const sets = ["alternativeNames", "notificationEmailAddresses"].filter((name) => !isZero(state[name]));
  const lists = [
    ...["appRoles", "oauth2PermissionScopes", "owners", "redirectUris", "servicePrincipalNames", "tags"],
    ...sets,
  ];
  const properties = {
    ...Object.fromEntries(lists.map((name) => [name, { arr: {} }])),
    appRoleIds: { map: {} },
    featureTags: { arr: { el: { 0: { obj: {} } } } },
    features: { arr: { el: { 0: { obj: {} } } } },
    oauth2PermissionScopeIds: { map: {} },
    samlSingleSignOn: { plu: { i: { obj: {} } } },
  };
  return { __meta: describeTimeouts("1"), __pulumi_raw_state_delta: { obj: { ps: properties } } };
}
