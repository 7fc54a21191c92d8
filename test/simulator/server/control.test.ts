/** The control channel: state, journal, request counts, reset, switches; and the command that starts the tenant. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { request as requestHttps } from "node:https";
import { describeReach } from "../../../simulator/server/journal.ts";
import { readSeed } from "../../../simulator/tenant/seed.ts";
import { startTenant } from "../tenant.ts";
import type { TestTenant } from "../tenant.ts";
import { ad, dirk } from "../../support/people.ts";

let tenant: TestTenant;

beforeAll(async () => {
  tenant = await startTenant();
});

beforeEach(async () => {
  await tenant.send("POST", "/simulator/reset");
});

afterAll(async () => {
  await tenant.close();
});

const SERVICE_USER = {
  accountEnabled: true,
  displayName: "svcServiceAccount",
  mailNickname: "svcServiceAccount",
  userPrincipalName: "svcServiceAccount@buitendienst.onmicrosoft.com",
  passwordProfile: { password: "Geheim-12345" },
};

async function runCmdlet(name: string, parameters: object, purpose = "automation"): Promise<number> {
  const path = `/adminapi/beta/${tenant.credentials.tenantId}/InvokeCommand`;
  const authorization = `Bearer ${await tenant.signIn(purpose)}`;
  const body = { CmdletInput: { CmdletName: name, Parameters: parameters } };
  const anchor = `UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@buitendienst.onmicrosoft.com`;
  const answer = await tenant.send("POST", path, body, { authorization, "x-anchormailbox": anchor });
  return answer.status;
}

describe("the seed", () => {
  test("is an organisation with about 40 mailboxes and everything that stays out of a list of mailboxes", () => {
    const { recipients, users } = tenant.simulator.tenant;
    const count = (type: string): number => recipients.filter((row) => row.type === type && !row.softDeleted).length;
    const mailboxes = ["UserMailbox", "SharedMailbox", "RoomMailbox", "EquipmentMailbox"].map(count);
    expect(mailboxes.reduce((sum, one) => sum + one)).toBeGreaterThanOrEqual(36);
    expect(count("UserMailbox")).toBeGreaterThanOrEqual(25);
    for (const type of ["MailContact", "MailUser", "GuestMailUser", "GroupMailbox", "User"])
      expect(count(type)).toBeGreaterThan(0);
    expect(recipients.some(({ softDeleted }) => softDeleted)).toBe(true);
    const nested = recipients.filter(({ type }) => type === "MailUniversalSecurityGroup");
    const guids = new Set(nested.map(({ guid }) => guid));
    expect(nested.some(({ group }) => group?.members.some((member) => guids.has(member)))).toBe(true);
    const known = new Set(recipients.map(({ guid }) => guid));
    for (const { group } of recipients) for (const guid of group?.members ?? []) expect(known).toContain(guid);
    expect(users.find(({ displayName }) => displayName === "Ad Viseur")?.userPrincipalName).toBe(ad);
    expect(users.find(({ displayName }) => displayName === "Bram Buitenhuis")?.mail).not.toBe(
      users.find(({ displayName }) => displayName === "Bram Buitenhuis")?.userPrincipalName,
    );
  });

  test("gives nobody impersonation, and lets administrators give it", () => {
    const { roles, assignments } = tenant.simulator.tenant;
    const role = roles.find(({ name }) => name === "ApplicationImpersonation");
    const given = assignments.filter((assignment) => assignment.role === role?.guid);
    expect(given.map(({ delegation }) => delegation)).toEqual(["DelegatingOrgWide"]);
    expect(roles.filter(({ name }) => name.startsWith("Application "))).toHaveLength(24);
  });

  test("has unique GUIDs and names", () => {
    const { recipients, roles, roleGroups, assignments } = tenant.simulator.tenant;
    for (const objects of [recipients, roles, roleGroups, assignments]) {
      expect(new Set(objects.map(({ guid }) => guid)).size).toBe(objects.length);
      expect(new Set(objects.map(({ name }) => name.toLowerCase())).size).toBe(objects.length);
    }
  });
});

describe("the state", () => {
  test("holds no secret", async () => {
    const { text } = await tenant.send("GET", "/simulator/state");
    const { users, applications } = tenant.simulator.tenant;
    for (const { password } of users) expect(text).not.toContain(password);
    for (const secret of applications.flatMap(({ secrets }) => secrets)) expect(text).not.toContain(secret);
  });

  test("is the same however its lists are ordered, and differs by every change", async () => {
    const before = await tenant.send("GET", "/simulator/state");
    tenant.simulator.tenant.users.reverse();
    tenant.simulator.tenant.recipients.reverse();
    expect((await tenant.send("GET", "/simulator/state")).text).toBe(before.text);
    const group = tenant.simulator.tenant.recipients.find(({ name }) => name === "Regio Noord");
    group?.group?.members.pop();
    expect((await tenant.send("GET", "/simulator/state")).text).not.toBe(before.text);
  });

  test("is back to the seed after a reset", async () => {
    const before = await tenant.send("GET", "/simulator/state");
    await tenant.graph("POST", "/users", SERVICE_USER);
    await tenant.graph("DELETE", `/users/${dirk}`);
    await tenant.send("POST", "/simulator/reset");
    expect((await tenant.send("GET", "/simulator/state")).text).toBe(before.text);
    expect((await tenant.send("GET", "/simulator/journal")).text).toBe("[]");
  });

  test("a reset can bring another organisation", async () => {
    const seed = { ...readSeed(), displayName: "Ander B.V.", groups: [] };
    expect((await tenant.send("POST", "/simulator/reset", { seed })).status).toBe(200);
    expect(tenant.simulator.tenant).toMatchObject({ displayName: "Ander B.V.", groups: [] });
    const broken = {
      ...seed,
      groups: [{ name: "x", type: "security", address: "x@y", owners: [], members: ["niemand@x"] }],
    };
    expect((await tenant.send("POST", "/simulator/reset", { seed: broken })).status).toBe(400);
  });
});

describe("the journal", () => {
  const entries = async (): Promise<Record<string, unknown>[]> =>
    JSON.parse((await tenant.send("GET", "/simulator/journal")).text) as Record<string, unknown>[];

  test("has one entry for each write and none for reads and refusals", async () => {
    tenant.reset({ settings: { entraToExchange: 600_000 } });
    await tenant.graph("GET", "/users?$top=1");
    await tenant.graph("POST", "/users", { ...SERVICE_USER, passwordProfile: { password: "x" } });
    await tenant.graph("POST", "/users", SERVICE_USER);
    const [entry, ...others] = await entries();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      actor: "Calendar access automation",
      operation: "POST /users",
      target: SERVICE_USER.userPrincipalName,
      status: 201,
      reach: {},
      cachedReach: {},
    });
    expect(new Date(String(entry?.["at"])).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test("shows whom an assignment lets in, and that its end lets nobody in", async () => {
    await tenant.graph("POST", "/users", SERVICE_USER);
    tenant.settle();
    const assignment = { Name: "test", Role: "ApplicationImpersonation", User: SERVICE_USER.userPrincipalName };
    expect(await runCmdlet("New-ManagementRoleAssignment", assignment)).toBe(200);
    const given = (await entries()).at(-1)?.["reach"] as Record<string, string[]>;
    expect(given[SERVICE_USER.userPrincipalName]).toEqual(expect.arrayContaining([ad, dirk]));
    tenant.settle();
    expect(await runCmdlet("Remove-ManagementRoleAssignment", { Identity: "test", Confirm: false })).toBe(200);
    expect((await entries()).at(-1)).toMatchObject({ operation: "Remove-ManagementRoleAssignment", reach: {} });
  });

  test("tells a large set as its difference from the entry before", () => {
    const many = Array.from({ length: 60 }, (_item, index) => `m${String(index).padStart(2, "0")}@x.example`);
    const { svc } = describeReach(new Map([["svc", many.slice(1)]]), new Map([["svc", many.slice(0, 59)]]));
    expect(svc).toEqual({
      count: 59,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      added: [many[59]],
      removed: [many[0]],
    });
    expect(describeReach(new Map([["svc", many.slice(0, 50)]]), new Map())).toEqual({ svc: many.slice(0, 50) });
  });
});

describe("the request log", () => {
  test("counts HTTP requests by client, batches once and control requests never", async () => {
    await tenant.send("DELETE", "/simulator/requests");
    const authorization = `Bearer ${await tenant.signIn()}`;
    const agent = { authorization, "user-agent": "product/1.0" };
    const items = ["1", "2"].map((id) => ({ id, method: "GET", url: "/organization" }));
    await tenant.send("POST", "/v1.0/$batch", { requests: items }, agent);
    await tenant.send("GET", "/v1.0/users?$top=1", undefined, agent);
    await tenant.send("GET", "/v1.0/users?$top=2", undefined, { authorization, "user-agent": "plugin/6.9.1" });
    const { json } = await tenant.send("GET", "/simulator/requests");
    expect(json["byUserAgent"]).toEqual({ "product/1.0": 2, "plugin/6.9.1": 1 });
    const requests = json["requests"] as Record<string, unknown>[];
    expect(requests.map(({ method, path }) => `${String(method)} ${String(path)}`)).toEqual([
      "POST /v1.0/$batch",
      "GET /v1.0/users?$top=1",
      "GET /v1.0/users?$top=2",
    ]);
  });
});

describe("switches", () => {
  test("are set by name, and a wrong one changes nothing", async () => {
    const set = await tenant.send("POST", "/simulator/switches", {
      impersonationRole: "missing",
      entraToExchange: 5000,
    });
    expect(set.json).toMatchObject({ impersonationRole: "missing", entraToExchange: 5000 });
    const wrong = await tenant.send("POST", "/simulator/switches", {
      scopeInUse: "cleared",
      impersonationRole: "x",
      y: 1,
    });
    expect(wrong.status).toBe(400);
    expect(wrong.json["error"]).toMatch(/impersonationRole is one of available, missing, refused\ny is unknown/);
    expect((await tenant.send("GET", "/simulator/switches")).json["scopeInUse"]).toBe("refused");
    await tenant.send("POST", "/simulator/reset", { switches: { isDehydrated: true } });
    expect((await tenant.send("GET", "/simulator/switches")).json).toMatchObject({
      impersonationRole: "available",
      isDehydrated: true,
    });
  });

  test("the organisation's EWS settings are switched over HTTPS", async () => {
    const set = await tenant.send("POST", "/simulator/switches", { ewsEnabled: true, ewsAllowedAppIds: "a, b" });
    expect(set.json).toMatchObject({ ewsEnabled: true, ewsAllowedAppIds: ["a", "b"] });
    const cleared = await tenant.send("POST", "/simulator/switches", { ewsEnabled: null, ewsAllowedAppIds: "null" });
    expect(cleared.json).toMatchObject({ ewsEnabled: null, ewsAllowedAppIds: null });
    const wrong = await tenant.send("POST", "/simulator/switches", {
      ewsEnabled: "sometimes",
      ewsApplicationAccessPolicy: "Both",
    });
    expect(wrong.json["error"]).toBe(
      "ewsEnabled is true, false or null\newsApplicationAccessPolicy is EnforceAllowList, EnforceBlockList or null",
    );
  });

  test("time is moved over HTTPS", async () => {
    const before = tenant.clock.now();
    expect((await tenant.send("POST", "/simulator/clock", { advance: 7200 })).status).toBe(200);
    expect(tenant.clock.now() - before).toBeGreaterThanOrEqual(7_200_000);
    expect((await tenant.send("POST", "/simulator/clock", { advance: -1 })).status).toBe(400);
    expect((await tenant.send("POST", "/simulator/clock", { avance: 1 })).status).toBe(400);
  });
});

describe("the server", () => {
  test("answers 501 with the route's name for what is not modelled", async () => {
    const answer = await tenant.graph("GET", "/me/messages");
    expect(answer.status).toBe(501);
    expect(answer.text).toContain("GET /me/messages");
    expect((await tenant.send("GET", "/simulator/onbekend")).status).toBe(501);
  });

  test("keeps connections alive, also after a refusal", async () => {
    const { headers } = await tenant.send("GET", "/v1.0/users");
    expect(headers.get("connection")).toBe("keep-alive");
  });

  test("does not answer control requests that a web page could send by a name of its own", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { port: tenant.port, host: "127.0.0.1", servername: "localhost", path: "/simulator/state" };
      const request = requestHttps(
        { ...options, ca: tenant.caCertificate, headers: { host: "kwaad.example" } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      request.on("error", reject);
      request.end();
    });
    expect(status).toBe(403);
  });

  test("says that a port is taken", async () => {
    await expect(startTenant({ port: tenant.port })).rejects.toThrow("EADDRINUSE");
  });
});

describe("npm run tenant", () => {
  test("prints an environment that works, and ends cleanly", async () => {
    const child = spawn(process.execPath, ["simulator/main.ts", "--port", "0", "--set", "impersonationRole=missing"], {
      env: { ...process.env, NO_PROXY: "it's.example", no_proxy: undefined },
    });
    let printed = "";
    child.stdout.setEncoding("utf8");
    for await (const chunk of child.stdout as AsyncIterable<string>) {
      printed += chunk;
      if (printed.includes("# Ready")) break;
    }
    const variables: Record<string, string> = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)='?(.*?)'?$/gm)].map(([, name, value]) => [name ?? "", value ?? ""]),
    );
    expect(printed).toContain("export NO_PROXY='it'\\''s.example,localhost,127.0.0.1'\nexport no_proxy=");
    const bundle = readFileSync(variables["SSL_CERT_FILE"] ?? "", "utf8");
    expect(bundle.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(10);
    const script = `
      const { ARM_METADATA_HOSTNAME: host, ARM_TENANT_ID: tenant, ARM_CLIENT_ID, ARM_CLIENT_SECRET } = process.env;
      const form = { grant_type: "client_credentials", client_id: ARM_CLIENT_ID, client_secret: ARM_CLIENT_SECRET };
      const body = new URLSearchParams({ ...form, scope: "https://" + host + "/.default" });
      const answer = await fetch("https://" + host + "/" + tenant + "/oauth2/v2.0/token", { method: "POST", body });
      console.log(answer.status);`;
    const client = spawn(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, ...variables },
    });
    let answered = "";
    for await (const chunk of client.stdout as AsyncIterable<Buffer>) answered += chunk.toString();
    expect(answered.trim()).toBe("200");
    const ended = new Promise((resolve) =>
      child.once("exit", (code, signal) => {
        resolve([code, signal]);
      }),
    );
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(existsSync(variables["SSL_CERT_FILE"] ?? "")).toBe(false);
  });

  test.each([
    ["--host", "0.0.0.0"],
    ["--port", "x"],
    ["--set", "unknown=1"],
  ])("refuses %s %s in one line", async (...args) => {
    const child = spawn(process.execPath, ["simulator/main.ts", ...args]);
    let text = "";
    for await (const chunk of child.stderr as AsyncIterable<Buffer>) text += chunk.toString();
    expect(text.trim().split("\n")).toHaveLength(1);
    expect(text).toContain(args[1].split("=")[0]);
    expect(child.exitCode ?? (await new Promise((resolve) => child.once("exit", resolve)))).toBe(1);
  });
});
