// azuread:index/user:User as plugin 6.9.1 serves it (facts/azuread-recorded.md).
import { GraphError, type Graph } from "./graph.ts";
import { isSame, isZero, text, type PropertyMap } from "./property.ts";
import { UnfinishedCreate, type InputRule, type ResourceType } from "./resourceType.ts";

const optional: InputRule = {};

/** Texts with the same name in azuread and in Graph, all optional and null where they are not set. */
const texts = [
  ...["ageGroup", "city", "companyName", "consentProvidedForMinor", "country", "department", "displayName"],
  ...["employeeId", "employeeType", "faxNumber", "givenName", "jobTitle", "mobilePhone", "officeLocation"],
  ...["postalCode", "preferredLanguage", "state", "streetAddress", "surname", "usageLocation"],
];

/** What the second read asks for; the first has no $select. */
const selected = [
  ...["accountEnabled", "ageGroup", "city", "companyName", "consentProvidedForMinor", "country", "department"],
  ...["employeeHireDate", "employeeId", "employeeOrgData", "employeeType", "faxNumber", "mailNickname"],
  ...["onPremisesImmutableId", "otherMails", "passwordPolicies", "postalCode", "state", "streetAddress"],
  "usageLocation",
].join(",");

/** Outputs that are never inputs: azuread's name, Graph's name. */
const readOnly: [string, string][] = [
  ["aboutMe", "aboutMe"],
  ["creationType", "creationType"],
  ["externalUserState", "externalUserState"],
  ["onpremisesDistinguishedName", "onPremisesDistinguishedName"],
  ["onpremisesDomainName", "onPremisesDomainName"],
  ["onpremisesSamAccountName", "onPremisesSamAccountName"],
  ["onpremisesSecurityIdentifier", "onPremisesSecurityIdentifier"],
  ["onpremisesUserPrincipalName", "onPremisesUserPrincipalName"],
  ["userType", "userType"],
];

export const user: ResourceType = {
  inputs: {
    ...Object.fromEntries(texts.map((name) => [name, optional])),
    displayName: { required: true },
    userPrincipalName: { required: true },
    accountEnabled: { default: true },
    businessPhones: { computed: true },
    costCenter: optional,
    disablePasswordExpiration: { default: false },
    disableStrongPassword: { default: false },
    division: optional,
    employeeHireDate: optional,
    forcePasswordChange: { default: false, stateOnly: true },
    mail: { computed: true },
    mailNickname: { computed: true },
    managerId: optional,
    onpremisesImmutableId: { computed: true },
    otherMails: optional,
    password: { computed: true, stateOnly: true },
    showInAddressList: { default: true },
  },
  secrets: ["password"],
  bookkeeping,

  async create(graph, inputs) {
    const upn = text(inputs["userPrincipalName"]);
    if (isZero(inputs["password"])) {
      throw new Error("Could not create user: `password` is required when creating a new user");
    }
    const created = await explain(`Creating user "${upn}"`, () =>
      graph.call("POST", "/v1.0/users", createBody(inputs, upn)),
    );
    const objectId = text(created["id"]);
    const id = `/users/${objectId}`;
    try {
      // Graph v1.0 drops showInAddressList, so the plugin sets it by beta.
      const visible = inputs["showInAddressList"] ?? true;
      await graph.call("PATCH", `/beta/users/${objectId}`, graphUser({ showInAddressList: visible }), true);
      if (!isZero(inputs["managerId"])) await setManager(graph, objectId, text(inputs["managerId"]));
      await graph.pollUntil("there", `/v1.0/users/${objectId}`);
      const state = await this.read(graph, id, inputs);
      if (state === undefined) throw new Error(`Waiting for creation of User (User: "${objectId}"): it is not found`);
      return { id, state };
    } catch (error) {
      const state = { ...inputs, id, objectId, mailNickname: nickname(inputs, upn) };
      throw new UnfinishedCreate(error instanceof Error ? error.message : String(error), id, state);
    }
  },

  async read(graph, id, state) {
    const objectId = parseId(id);
    const main = await graph.find(`/v1.0/users/${objectId}`);
    if (main === undefined) return undefined;
    const more = await graph.call("GET", `/v1.0/users/${objectId}?$select=${selected}`);
    const beta = await graph.call("GET", `/beta/users/${objectId}?$select=showInAddressList`);
    const manager = await graph.find(`/v1.0/users/${objectId}/manager`);
    return describeUser({ ...main, ...more, ...beta }, text(manager?.["id"]), state);
  },

  async update(graph, id, state, inputs) {
    const objectId = parseId(id);
    const changed = (name: string): boolean => !isSame(state[name], inputs[name]);
    const body = updateBody(inputs, state);
    await explain(`Could not update User (User: "${objectId}")`, () =>
      graph.call("PATCH", `/v1.0/users/${objectId}`, body),
    );
    const visible = inputs["showInAddressList"] ?? true;
    if (!isSame(state["showInAddressList"], visible)) {
      await graph.call("PATCH", `/beta/users/${objectId}`, graphUser({ showInAddressList: visible }));
    }
    if (changed("managerId")) {
      if (isZero(inputs["managerId"])) await graph.call("DELETE", `/v1.0/users/${objectId}/manager/$ref`);
      else await setManager(graph, objectId, text(inputs["managerId"]));
    }
    const kept = { password: inputs["password"] ?? state["password"] };
    const after = await this.read(graph, id, { ...inputs, ...kept });
    if (after === undefined) throw new Error(`User (User: "${objectId}") is gone`);
    return after;
  },

  async delete(graph, id) {
    const objectId = parseId(id);
    // Like the real plugin it does not take a user that is gone already for deleted; a refresh does.
    await explain(`Deleting User (User: "${objectId}")`, () => graph.call("DELETE", `/v1.0/users/${objectId}`));
    await graph.pollUntil("gone", `/v1.0/users/${objectId}`);
  },
};

function parseId(id: string): string {
  const match = /^\/users\/([0-9a-f-]{36})$/i.exec(id);
  if (match?.[1] === undefined) throw new Error(`parsing "${id}": the ID must be of the form /users/<object id>`);
  return match[1];
}

function nickname(inputs: PropertyMap, upn: string): string {
  return text(inputs["mailNickname"]) || (upn.split("@")[0] ?? "");
}

function graphUser(properties: PropertyMap): PropertyMap {
  return { "@odata.type": "#microsoft.graph.user", ...properties };
}

function commonBody(inputs: PropertyMap): PropertyMap {
  const policies = [
    ...(inputs["disableStrongPassword"] === true ? ["DisableStrongPassword"] : []),
    ...(inputs["disablePasswordExpiration"] === true ? ["DisablePasswordExpiration"] : []),
  ];
  return graphUser({
    accountEnabled: inputs["accountEnabled"] ?? true,
    ...Object.fromEntries(texts.map((name) => [name, text(inputs[name]) || null])),
    employeeOrgData: { costCenter: text(inputs["costCenter"]) || null, division: text(inputs["division"]) || null },
    otherMails: inputs["otherMails"] ?? [],
    passwordPolicies: policies.join(", ") || null,
    userPrincipalName: text(inputs["userPrincipalName"]),
  });
}

function passwordProfile(inputs: PropertyMap): PropertyMap {
  const force = inputs["forcePasswordChange"] === true;
  return { passwordProfile: { forceChangePasswordNextSignIn: force, password: inputs["password"] } };
}

function createBody(inputs: PropertyMap, upn: string): PropertyMap {
  return {
    ...commonBody(inputs),
    mail: text(inputs["mail"]) || null,
    mailNickname: nickname(inputs, upn),
    ...passwordProfile(inputs),
    ...pickSet(inputs, [
      ["businessPhones", "businessPhones"],
      ["employeeHireDate", "employeeHireDate"],
      ["onpremisesImmutableId", "onPremisesImmutableId"],
    ]),
  };
}

function updateBody(inputs: PropertyMap, state: PropertyMap): PropertyMap {
  const changed = (name: string): boolean => !isZero(inputs[name]) && !isSame(state[name], inputs[name]);
  const names: [string, string][] = [
    ["businessPhones", "businessPhones"],
    ["employeeHireDate", "employeeHireDate"],
    ["mail", "mail"],
    ["onpremisesImmutableId", "onPremisesImmutableId"],
  ];
  const set = names.filter(([name]) => changed(name));
  return {
    ...commonBody(inputs),
    mailNickname: text(inputs["mailNickname"]) || text(state["mailNickname"]) || null,
    ...(changed("password") ? passwordProfile(inputs) : {}),
    ...pickSet(inputs, set),
  };
}

function pickSet(inputs: PropertyMap, names: [string, string][]): PropertyMap {
  return Object.fromEntries(
    names.filter(([name]) => !isZero(inputs[name])).map(([name, graphName]) => [graphName, inputs[name]]),
  );
}

async function setManager(graph: Graph, objectId: string, managerId: string): Promise<void> {
  const reference = { "@odata.id": `${graph.origin}/v1.0/directoryObjects/${managerId}` };
  await graph.call("PUT", `/v1.0/users/${objectId}/manager/$ref`, reference, true);
}

function describeUser(live: PropertyMap, managerId: string, state: PropertyMap): PropertyMap {
  const policies = text(live["passwordPolicies"]).toLowerCase().split(/, */);
  const orgData = (live["employeeOrgData"] ?? {}) as PropertyMap;
  const otherMails = live["otherMails"] as unknown[] | null | undefined;
  return {
    ...Object.fromEntries([...texts, "mail", "mailNickname", "userPrincipalName"].map((n) => [n, text(live[n])])),
    ...Object.fromEntries(readOnly.map(([name, graphName]) => [name, text(live[graphName])])),
    id: `/users/${text(live["id"])}`,
    objectId: text(live["id"]),
    accountEnabled: live["accountEnabled"] === true,
    businessPhones: live["businessPhones"] ?? [],
    costCenter: text(orgData["costCenter"]),
    disablePasswordExpiration: policies.includes("disablepasswordexpiration"),
    disableStrongPassword: policies.includes("disablestrongpassword"),
    division: text(orgData["division"]),
    employeeHireDate: text(live["employeeHireDate"]),
    forcePasswordChange: state["forcePasswordChange"] === true,
    imAddresses: live["imAddresses"] ?? [],
    managerId,
    onpremisesImmutableId: text(live["onPremisesImmutableId"]),
    onpremisesSyncEnabled: live["onPremisesSyncEnabled"] === true,
    otherMails: otherMails !== null && otherMails !== undefined && otherMails.length > 0 ? otherMails : null,
    password: text(state["password"]),
    proxyAddresses: live["proxyAddresses"] ?? [],
    showInAddressList: live["showInAddressList"] === true,
  };
}

async function explain<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GraphError) error.message = `${what}: ${error.message}`;
    throw error;
  }
}

function bookkeeping(state: PropertyMap): PropertyMap {
  const lists = ["businessPhones", "imAddresses", "otherMails", "proxyAddresses"];
  const minutes = 60_000_000_000;
  const timeouts = { create: 5 * minutes, delete: 5 * minutes, read: 5 * minutes, update: 5 * minutes };
  return {
    __meta: JSON.stringify({ "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0": timeouts, schema_version: "1" }),
    __pulumi_raw_state_delta: {
      obj: { ps: Object.fromEntries(lists.filter((n) => Array.isArray(state[n])).map((n) => [n, { arr: {} }])) },
    },
  };
}
