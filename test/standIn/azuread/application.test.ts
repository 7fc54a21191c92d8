// An app registration, its enterprise app, and a vendor's enterprise app, on the stand-in.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startSimulator, type RunningSimulator } from "../../../simulator/simulator.ts";
import { AzureadProgram } from "./program.ts";

let running: RunningSimulator;
let program: AzureadProgram;

const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";

beforeAll(async () => {
  running = await startSimulator();
  program = new AzureadProgram(
    running,
    `const app = new azuread.Application("app", { displayName: given.name, signInAudience: "AzureADMyOrg" });
     new azuread.ServicePrincipal("own", { clientId: app.clientId });
     new azuread.ServicePrincipal("vendor", { clientId: "${vendor}", appRoleAssignmentRequired: true });`,
  );
  await program.run(["stack", "init", "test"]);
}, 240_000);
afterAll(async () => {
  program.remove();
  await running.close();
});

const given = (change: object = {}): object => ({
  name: "CallPro Calendar Access",
  ...change,
});

describe("applications", () => {
  test("come up without the caller as owner", async () => {
    expect(await program.up(given())).toMatchObject({ code: 0 });
    const { applications, servicePrincipals } = running.simulator.tenant;
    const app = applications.find(({ displayName }) => displayName === "CallPro Calendar Access");
    expect(app?.ownerIds).toEqual([]);
    expect(servicePrincipals.find(({ appId }) => appId === app?.appId)?.ownerIds).toEqual([]);
    expect(servicePrincipals.find(({ appId }) => appId === vendor)?.other["appRoleAssignmentRequired"]).toBe(true);
    const { resources } = await program.readState();
    const ids = resources.map(({ id }) => id ?? "").sort();
    expect(ids).toContain(`/applications/${app?.id ?? ""}`);
    expect(ids.filter((id) => id.startsWith("/servicePrincipals/"))).toHaveLength(2);
    const preview = await program.run(["preview", "--refresh", "--expect-no-changes", "--stack", "test"], given());
    expect(preview).toMatchObject({ code: 0 });
  }, 240_000);

  test("rename in place", async () => {
    const { applications } = running.simulator.tenant;
    const [id] = applications
      .filter(({ displayName }) => displayName === "CallPro Calendar Access")
      .map((app) => app.id);
    expect(await program.up(given({ name: "Renamed" }))).toMatchObject({ code: 0 });
    expect(applications.find(({ displayName }) => displayName === "Renamed")?.id).toBe(id);
  }, 240_000);

  test("leave nothing behind", async () => {
    const destroyed = await program.run(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
    expect(destroyed).toMatchObject({ code: 0 });
    const { applications, servicePrincipals } = running.simulator.tenant;
    expect(applications.filter(({ displayName }) => displayName === "Renamed")).toEqual([]);
    expect(servicePrincipals.filter(({ appId }) => appId === vendor)).toEqual([]);
  }, 240_000);
});
