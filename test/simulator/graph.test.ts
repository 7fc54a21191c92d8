/** The embedded tenant's Graph: users and their recycle bin, queries, apps, rights, batches, replication. */
import { afterAll, beforeEach, beforeAll, describe, expect, test } from "@jest/globals";
import { errorOf, startTenant, valueOf } from "./tenant.ts";
import type { Answer, TestTenant } from "./tenant.ts";

let tenant: TestTenant;

beforeAll(async () => {
  tenant = await startTenant();
});

beforeEach(() => {
  tenant.reset();
});

afterAll(async () => {
  await tenant.close();
});

const UPN = "svcServiceAccount@buitendienst.onmicrosoft.com";

/** The body that azuread 6.9.1 sends (facts/azuread-recorded.md), shortened where its values are null. */
const SERVICE_USER = {
  "@odata.type": "#microsoft.graph.user",
  accountEnabled: true,
  ageGroup: null,
  department: null,
  displayName: "svcServiceAccount",
  employeeOrgData: { costCenter: null, division: null },
  mail: null,
  mailNickname: "svcServiceAccount",
  otherMails: [],
  passwordPolicies: "DisablePasswordExpiration",
  passwordProfile: { forceChangePasswordNextSignIn: false, password: "Geheim-12345" },
  usageLocation: "NL",
  userPrincipalName: UPN,
};

async function createUser(change: object = {}): Promise<string> {
  const { status, json } = await tenant.graph("POST", "/users", { ...SERVICE_USER, ...change });
  expect(status).toBe(201);
  return String(json["id"]);
}

describe("a service user", () => {
  test("lives as azuread makes, reads, changes and deletes it", async () => {
    const id = await createUser();
    expect((await tenant.graph("PATCH", `/beta/users/${id}`, { showInAddressList: false })).status).toBe(204);
    const plain = await tenant.graph("GET", `/users/${id}`);
    expect(plain.json).toMatchObject({ id, displayName: "svcServiceAccount", userPrincipalName: UPN, mail: null });
    expect(plain.json).not.toHaveProperty("accountEnabled");
    const select = "accountEnabled,ageGroup,employeeOrgData,mailNickname,otherMails,passwordPolicies,usageLocation";
    expect((await tenant.graph("GET", `/users/${id}?$select=${select}`)).json).toMatchObject({
      accountEnabled: true,
      ageGroup: null,
      mailNickname: "svcServiceAccount",
      otherMails: [],
      passwordPolicies: "DisablePasswordExpiration",
      usageLocation: "NL",
    });
    const beta = await tenant.graph("GET", `/beta/users/${id}?$select=showInAddressList`);
    expect(beta.json["showInAddressList"]).toBe(false);
    expect((await tenant.graph("GET", `/users/${id}/manager`)).status).toBe(404);
    expect((await tenant.graph("PATCH", `/users/${id}`, { displayName: "svc renamed" })).status).toBe(204);
    expect((await tenant.graph("GET", `/users/${encodeURIComponent(UPN)}`)).json["displayName"]).toBe("svc renamed");
    expect((await tenant.graph("DELETE", `/users/${id}`)).status).toBe(204);
    const gone = await tenant.graph("GET", `/users/${id}`);
    expect(gone.status).toBe(404);
    expect(errorOf(gone).code).toBe("Request_ResourceNotFound");
  });

  test("is refused where its name is taken, whatever the case", async () => {
    await createUser();
    const again = await tenant.graph("POST", "/users", { ...SERVICE_USER, userPrincipalName: UPN.toUpperCase() });
    expect(again.status).toBe(400);
    expect(errorOf(again)).toMatchObject({
      code: "Request_BadRequest",
      message: "Another object with the same value for property userPrincipalName already exists.",
      details: [{ code: "ObjectConflict", target: "userPrincipalName" }],
    });
  });

  test.each([
    ["a short password", { passwordProfile: { password: "Ab1!" } }, "password complexity"],
    ["a simple password", { passwordProfile: { password: "alleenletters" } }, "password complexity"],
    ["no password", { passwordProfile: null }, "A password must be specified"],
    ["another organisation's domain", { userPrincipalName: "svc@elders.example" }, "verified domain names"],
    ["a blank in its name", { userPrincipalName: "svc user@buitendienst.example" }, "userPrincipalName is invalid"],
    ["no display name", { displayName: undefined }, "'displayName'"],
    ["no mail nickname", { mailNickname: undefined }, "'mailNickname'"],
    ["a country of three letters", { usageLocation: "NLD" }, "'usageLocation'"],
  ])("is refused with %s", async (_what, change, message) => {
    const answer = await tenant.graph("POST", "/users", { ...SERVICE_USER, ...change });
    expect(answer.status).toBe(400);
    expect(errorOf(answer).message).toContain(message);
    expect(tenant.journal.entries).toEqual([]);
  });

  test("may have a simple password where strong ones are not required", async () => {
    await createUser({ passwordPolicies: "DisableStrongPassword", passwordProfile: { password: "alleenletters" } });
  });

  test("never shows its password", async () => {
    const id = await createUser();
    const answers = [
      await tenant.graph("GET", `/beta/users/${id}`),
      await tenant.send("GET", "/simulator/state"),
      await tenant.send("GET", "/simulator/journal"),
    ];
    for (const { text } of answers) expect(text).not.toContain("Geheim-12345");
  });

  test("has a manager, until that is taken away", async () => {
    const id = await createUser();
    const link = { "@odata.id": `${tenant.origin}/v1.0/users/dirk.directeur@buitendienst.example` };
    expect((await tenant.graph("PUT", `/users/${id}/manager/$ref`, link)).status).toBe(204);
    expect((await tenant.graph("GET", `/users/${id}/manager`)).json["displayName"]).toBe("Dirk Directeur");
    expect((await tenant.graph("DELETE", `/users/${id}/manager/$ref`)).status).toBe(204);
    expect((await tenant.graph("GET", `/users/${id}/manager`)).status).toBe(404);
  });
});

describe("the recycle bin", () => {
  test("keeps a deleted user out of the way of a new one with its name", async () => {
    const id = await createUser();
    await tenant.graph("DELETE", `/users/${id}`);
    const listed = valueOf(await tenant.graph("GET", "/directory/deletedItems/microsoft.graph.user"));
    const entry = listed.find((row) => row["id"] === id);
    expect(entry?.["userPrincipalName"]).toBe(`${id.replaceAll("-", "")}${UPN}`);
    expect(await createUser()).not.toBe(id);
    const restored = await tenant.graph("POST", `/directory/deletedItems/${id}/restore`);
    expect(errorOf(restored).message).toContain("userPrincipalName");
  });

  test("gives a user back, or forgets it for ever", async () => {
    const id = await createUser();
    await tenant.graph("DELETE", `/users/${id}`);
    expect((await tenant.graph("POST", `/directory/deletedItems/${id}/restore`)).json["userPrincipalName"]).toBe(UPN);
    expect((await tenant.graph("GET", `/users/${id}`)).status).toBe(200);
    await tenant.graph("DELETE", `/users/${id}`);
    expect((await tenant.graph("DELETE", `/directory/deletedItems/${id}`)).status).toBe(204);
    expect((await tenant.graph("GET", `/directory/deletedItems/${id}`)).status).toBe(404);
  });
});

describe("queries", () => {
  const find = async (filter: string): Promise<unknown[]> => {
    const answer = await tenant.graph("GET", `/users?$select=displayName&$filter=${filter}`);
    expect(answer.status).toBe(200);
    return valueOf(answer).map((row) => row["displayName"]);
  };

  test.each([
    ["userPrincipalName+eq+'ad.viseur@buitendienst.example'", ["Ad Viseur"]],
    ["userPrincipalName%20eq%20'AD.VISEUR@buitendienst.example'", ["Ad Viseur"]],
    ["startswith(displayName,'dirk')", ["Dirk Directeur"]],
    ["proxyAddresses/any(x:x eq 'smtp:bram@buitendienst.example')", ["Bram Buitenhuis"]],
    [
      "proxyAddresses/any(x:x+eq+'smtp:ad.viseur@buitendienst.example')+or+mail+eq+'eva.smit@buitendienst.example'",
      ["Ad Viseur", "Eva Smit"],
    ],
    ["department eq 'Directie' and (startswith(displayName,'Dirk') or displayName eq 'niemand')", ["Dirk Directeur"]],
    ["mail in ('info@buitendienst.example','planning@buitendienst.example')", ["Info", "Planning"]],
    ["userType eq 'Guest'", ["Yara Gast"]],
    ["displayName eq 'O''Brien'", []],
  ])("$filter=%s", async (filter, names) => {
    expect(await find(filter)).toEqual(names);
  });

  test("what Graph does not support is refused, not ignored", async () => {
    const refusal = async (query: string): Promise<[number, string]> => {
      const answer = await tenant.graph("GET", `/users?${query}`);
      return [answer.status, errorOf(answer).code];
    };
    expect(await refusal("$filter=displayName ne 'x'")).toEqual([400, "Request_UnsupportedQuery"]);
    expect(await refusal("$filter=displayName eq")).toEqual([400, "BadRequest"]);
    expect(await refusal("$filter=geen eq 'x'")).toEqual([400, "Request_BadRequest"]);
    expect(await refusal("$orderby=displayName")).toEqual([501, "NotModelled"]);
    expect(await refusal("$top=1000")).toEqual([400, "Request_BadRequest"]);
  });

  test("pages hold every user once", async () => {
    const whole = valueOf(await tenant.graph("GET", "/users?$top=999&$select=id")).map((row) => row["id"]);
    const paged: unknown[] = [];
    let link = "/users?$top=7&$select=id";
    for (let page = 0; link !== ""; page += 1) {
      expect(page).toBeLessThan(20);
      const answer = await tenant.graph("GET", link);
      paged.push(...valueOf(answer).map((row) => row["id"]));
      const next = answer.json["@odata.nextLink"];
      link = typeof next === "string" ? next : "";
    }
    expect(paged).toEqual(whole);
    expect(whole.length).toBeGreaterThan(40);
  });

  test("a guest is found by its name with a number sign", async () => {
    const name = encodeURIComponent("yara_partner.example#EXT#@buitendienst.onmicrosoft.com");
    expect((await tenant.graph("GET", `/users/${name}?$select=userType`)).json["userType"]).toBe("Guest");
  });

  test("the organisation tells its initial domain", async () => {
    const [organization] = valueOf(await tenant.graph("GET", "/organization?$select=verifiedDomains"));
    const domains = organization?.["verifiedDomains"] as { name: string; isInitial: boolean }[];
    expect(domains.filter(({ isInitial }) => isInitial).map(({ name }) => name)).toEqual([
      "buitendienst.onmicrosoft.com",
    ]);
  });
});

describe("groups of Exchange", () => {
  test("can be read with their members, and not be changed", async () => {
    const [group] = valueOf(await tenant.graph("GET", "/groups?$filter=mail eq 'allen@buitendienst.example'"));
    const id = String(group?.["id"]);
    const members = valueOf(await tenant.graph("GET", `/groups/${id}/members`)).map((row) => row["displayName"]);
    expect(members).toEqual(expect.arrayContaining(["Ad Viseur", "Dirk Directeur", "Buitendienst medewerkers"]));
    for (const [method, path] of [
      ["PATCH", `/groups/${id}`],
      ["DELETE", `/groups/${id}`],
      ["POST", `/groups/${id}/members/$ref`],
    ] as const) {
      expect(errorOf(await tenant.graph(method, path, {})).message).toContain("mail-enabled security groups");
    }
  });
});

describe("applications", () => {
  test("live as azuread makes, reads and deletes them", async () => {
    const oid = tenant.simulator.tenant.servicePrincipals.find(
      ({ appId }) => appId === tenant.credentials.clientId,
    )?.id;
    const owner = `${tenant.origin}/v1.0/directoryObjects/${String(oid)}`;
    const created = await tenant.graph("POST", "/applications", {
      "@odata.type": "#microsoft.graph.application",
      displayName: "CallPro Calendar Access",
      "owners@odata.bind": [owner],
      signInAudience: "AzureADMyOrg",
      tags: [],
    });
    expect(created.status).toBe(201);
    const [id, appId] = [String(created.json["id"]), String(created.json["appId"])];
    for (const displayName of ["TERRAFORM_UPDATE_1", "CallPro Calendar Access"]) {
      expect((await tenant.graph("PATCH", `/applications/${id}`, { displayName })).status).toBe(204);
    }
    expect(valueOf(await tenant.graph("GET", `/servicePrincipals?$filter=appId+eq+'${appId}'`))).toEqual([]);
    const principal = await tenant.graph("POST", "/servicePrincipals", {
      accountEnabled: true,
      appId,
      description: "TERRAFORM_UPDATE_2",
      "owners@odata.bind": [owner],
    });
    const principalId = String(principal.json["id"]);
    expect((await tenant.graph("PATCH", `/servicePrincipals/${principalId}`, { description: null })).status).toBe(204);
    for (const path of [`/applications/${id}`, `/servicePrincipals/${principalId}`]) {
      expect(valueOf(await tenant.graph("GET", `${path}/owners`)).map((row) => row["id"])).toEqual([oid]);
      expect((await tenant.graph("DELETE", `${path}/owners/${String(oid)}/$ref`)).status).toBe(204);
      expect(valueOf(await tenant.graph("GET", `${path}/owners`))).toEqual([]);
    }
    const beta = await tenant.graph("GET", `/beta/applications/${id}?$select=oauth2RequirePostResponse`);
    expect(beta.json["oauth2RequirePostResponse"]).toBe(false);
    expect((await tenant.graph("GET", `/beta/servicePrincipals/${principalId}?$select=samlMetadataUrl`)).status).toBe(
      200,
    );
    expect((await tenant.graph("POST", "/servicePrincipals", { appId })).status).toBe(409);
    expect((await tenant.graph("DELETE", `/servicePrincipals/${principalId}`)).status).toBe(204);
    expect((await tenant.graph("DELETE", `/applications/${id}`)).status).toBe(204);
    expect((await tenant.graph("GET", `/applications/${id}`)).status).toBe(404);
  });

  test("an enterprise app needs an application that exists", async () => {
    const answer = await tenant.graph("POST", "/servicePrincipals", { appId: "00000000-1111-2222-3333-444444444444" });
    expect(errorOf(answer).message).toContain("does not reference a valid application object");
  });

  test("a consent is given once, read from both ends, and taken away", async () => {
    const { json: application } = await tenant.graph("POST", "/applications", { displayName: "Consented" });
    const { json: principal } = await tenant.graph("POST", "/servicePrincipals", { appId: application["appId"] });
    const graphApp = await tenant.graph("GET", "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')");
    const resourceId = String(graphApp.json["id"]);
    const roles = graphApp.json["appRoles"] as { id: string; value: string }[];
    const appRoleId = roles.find(({ value }) => value === "Calendars.ReadWrite")?.id;
    const body = { principalId: principal["id"], resourceId, appRoleId };
    const path = `/servicePrincipals/${resourceId}/appRoleAssignedTo`;
    expect((await tenant.graph("POST", path, body)).status).toBe(403);
    const given = await tenant.graph("POST", path, body, "administrator");
    expect(given.status).toBe(201);
    expect(errorOf(await tenant.graph("POST", path, body, "administrator")).message).toContain("already exists");
    const id = String(given.json["id"]);
    expect((await tenant.graph("GET", `${path}/${id}`)).json["appRoleId"]).toBe(appRoleId);
    const own = valueOf(await tenant.graph("GET", `/servicePrincipals/${String(principal["id"])}/appRoleAssignments`));
    expect(own.map((row) => row["id"])).toEqual([id]);
    const last = tenant.journal.entries.at(-1);
    expect(Object.keys(last?.reach ?? {})).toContain("Consented");
    expect((await tenant.graph("DELETE", `${path}/${id}`, undefined, "administrator")).status).toBe(204);
    expect(Object.keys(tenant.journal.entries.at(-1)?.reach ?? {})).not.toContain("Consented");
  });
});

describe("rights", () => {
  const attempt = async (method: string, path: string, body: unknown, purpose: string): Promise<[number, string]> => {
    const answer = await tenant.graph(method, path, body, purpose);
    return [answer.status, answer.status < 400 ? "" : errorOf(answer).code];
  };
  const denied: [number, string] = [403, "Authorization_RequestDenied"];

  test("a reader reads and changes nothing", async () => {
    expect(await attempt("GET", "/users?$top=1", undefined, "reader")).toEqual([200, ""]);
    expect(await attempt("POST", "/users", SERVICE_USER, "reader")).toEqual(denied);
    expect(await attempt("DELETE", "/users/ad.viseur@buitendienst.example", undefined, "reader")).toEqual(denied);
    expect(await attempt("POST", "/applications", { displayName: "x" }, "reader")).toEqual(denied);
    expect(tenant.journal.entries).toEqual([]);
  });

  test("an identity without a permission is told nothing about what it protects", async () => {
    expect(await attempt("GET", "/groups", undefined, "weak")).toEqual(denied);
    expect(await attempt("GET", "/applications/none", undefined, "weak")).toEqual(denied);
  });

  test("setting a password needs a permission of its own", async () => {
    const id = await createUser();
    const body = { passwordProfile: { password: "Anders-12345" } };
    expect(await attempt("PATCH", `/users/${id}`, body, "automation")).toEqual([204, ""]);
    const { appRoleAssignments, servicePrincipals } = tenant.simulator.tenant;
    const principal = servicePrincipals.find(({ appId }) => appId === tenant.credentials.clientId);
    const graphApp = servicePrincipals.find(({ displayName }) => displayName === "Microsoft Graph");
    const role = graphApp?.appRoles.find(({ value }) => value === "User-PasswordProfile.ReadWrite.All");
    tenant.simulator.tenant.appRoleAssignments = appRoleAssignments.filter(
      ({ principalId, appRoleId }) => principalId !== principal?.id || appRoleId !== role?.id,
    );
    const { clientId, clientSecret } = tenant.credentials;
    const { json } = await tenant.askToken({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${tenant.origin}/.default`,
    });
    const headers = { authorization: `Bearer ${String(json["access_token"])}` };
    expect((await tenant.send("PATCH", `/v1.0/users/${id}`, body, headers)).status).toBe(403);
    expect((await tenant.send("PATCH", `/v1.0/users/${id}`, { jobTitle: "Dienst" }, headers)).status).toBe(204);
  });
});

describe("batches", () => {
  const get = (id: string, url: string): object => ({ id, method: "GET", url });

  test("answer each item by itself", async () => {
    const answer = await tenant.graph("POST", "/$batch", {
      requests: [
        get("1", "/users/ad.viseur@buitendienst.example?$select=id,mail"),
        get("2", "/users/niemand@buitendienst.example"),
        { ...get("3", "/organization"), dependsOn: ["2"] },
        get("4", "/onbekend"),
      ],
    });
    const responses = answer.json["responses"] as { id: string; status: number; body: Record<string, unknown> }[];
    expect(responses.map(({ id, status }) => [id, status])).toEqual([
      ["1", 200],
      ["2", 404],
      ["3", 424],
      ["4", 501],
    ]);
    expect(responses[0]?.body["mail"]).toBe("ad.viseur@buitendienst.example");
  });

  test("hold 20 items with ids of their own", async () => {
    const many = Array.from({ length: 21 }, (_item, index) => get(String(index), "/organization"));
    expect((await tenant.graph("POST", "/$batch", { requests: many })).status).toBe(400);
    expect((await tenant.graph("POST", "/$batch", { requests: many.slice(1) })).status).toBe(200);
    const twice = [get("1", "/organization"), get("1", "/organization")];
    expect((await tenant.graph("POST", "/$batch", { requests: twice })).status).toBe(400);
  });
});

describe("replication to Exchange", () => {
  const inExchange = (id: string): unknown =>
    tenant.simulator.tenant.recipients.find(({ externalDirectoryObjectId }) => externalDirectoryObjectId === id);

  test("a new user appears after the delay, changes, and vanishes with its memberships", async () => {
    tenant.reset({ settings: { entraToExchange: 90_000 } });
    const id = await createUser();
    expect(inExchange(id)).toBeUndefined();
    tenant.clock.advance(91_000);
    expect(inExchange(id)).toMatchObject({ type: "User", userPrincipalName: UPN, primarySmtpAddress: null });
    await tenant.graph("PATCH", `/users/${id}`, { displayName: "svc renamed", accountEnabled: false });
    tenant.clock.advance(91_000);
    const recipient = inExchange(id) as { guid: string };
    expect(recipient).toMatchObject({ displayName: "svc renamed", accountDisabled: true });
    const roleGroup = tenant.simulator.tenant.roleGroups.find(({ name }) => name === "Help Desk");
    roleGroup?.members.push(recipient.guid);
    await tenant.graph("DELETE", `/users/${id}`);
    tenant.clock.advance(91_000);
    expect(inExchange(id)).toBeUndefined();
    expect(roleGroup?.members).toEqual([]);
  });

  test("a user may be given a mailbox, and a deleted user's mailbox is kept soft-deleted", async () => {
    tenant.reset({ settings: { newUsersGetMailbox: true, entraToExchange: 1000 } });
    const id = await createUser();
    tenant.settle();
    expect(inExchange(id)).toMatchObject({ type: "UserMailbox", primarySmtpAddress: UPN, softDeleted: false });
    await tenant.graph("DELETE", `/users/${id}`);
    tenant.settle();
    expect(inExchange(id)).toMatchObject({ softDeleted: true });
    await tenant.graph("POST", `/directory/deletedItems/${id}/restore`);
    tenant.settle();
    expect(inExchange(id)).toMatchObject({ softDeleted: false });
  });

  test("making and deleting a user leaves the state as it was", async () => {
    const state = async (): Promise<Answer> => tenant.send("GET", "/simulator/state");
    const before = await state();
    const id = await createUser();
    tenant.settle();
    expect((await state()).json["tenant"]).not.toEqual(before.json["tenant"]);
    await tenant.graph("DELETE", `/users/${id}`);
    tenant.settle();
    expect((await state()).json["tenant"]).toEqual(before.json["tenant"]);
    expect((await state()).json["recycleBin"]).not.toEqual(before.json["recycleBin"]);
  });
});
