// azuread.User on the stand-in, by the real engine: what the real plugin does, without its fixed polls.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DirectoryUser } from "../../../simulator/tenant/directoryModel.ts";
import { startSimulator, type RunningSimulator } from "../../../simulator/simulator.ts";
import { AzureadProgram } from "./program.ts";

let running: RunningSimulator;
let program: AzureadProgram;
const others: AzureadProgram[] = [];

const upn = "svcServiceAccount@buitendienst.onmicrosoft.com";
const oneUser = `
const user = new azuread.User("svc", {
  userPrincipalName: "${upn}", displayName: "svcServiceAccount", mailNickname: "svcServiceAccount",
  disablePasswordExpiration: true, showInAddressList: false, usageLocation: "NL",
  password: pulumi.secret(given.password ?? "First-pass-4-the-test"), ...given.args,
}, given.import ? { import: given.import } : {});
export const id = user.id, objectId = user.objectId, password = user.password;
`;

function makeProgram(resources: string, credentialsInEnvironment?: boolean): AzureadProgram {
  const made = new AzureadProgram(running, resources, credentialsInEnvironment);
  others.push(made);
  return made;
}

function findUser(): DirectoryUser | undefined {
  const { users } = running.simulator.tenant;
  return users.find(({ userPrincipalName, deletedDateTime }) => userPrincipalName === upn && deletedDateTime === null);
}

beforeAll(async () => {
  running = await startSimulator();
  program = makeProgram(oneUser);
  expect(await program.run(["stack", "init", "test"])).toMatchObject({ code: 0 });
}, 240_000);
afterAll(async () => {
  for (const made of others) made.remove();
  await running.close();
});

describe("a service user", () => {
  test("is created as asked, with its password secret everywhere", async () => {
    const up = await program.up();
    expect(up).toMatchObject({ code: 0 });
    const user = findUser();
    expect(user).toMatchObject({
      displayName: "svcServiceAccount",
      password: "First-pass-4-the-test",
      passwordPolicies: "DisablePasswordExpiration",
      accountEnabled: true,
      showInAddressList: false,
    });
    const { resources, text } = await program.readState();
    expect(resources).toMatchObject([
      {
        id: `/users/${user?.id ?? ""}`,
        inputs: { __defaults: ["accountEnabled"], accountEnabled: true, userPrincipalName: upn },
        outputs: { objectId: user?.id, usageLocation: "NL", managerId: "", otherMails: null },
      },
    ]);
    for (const seen of [up.text, text]) expect(seen).not.toContain("First-pass-4-the-test");
  }, 240_000);

  test("shows drift property by property, unasked ones too, and is repaired", async () => {
    const user = findUser();
    if (user === undefined) throw new Error("the user is gone");
    user.displayName = "changed by hand";
    user.showInAddressList = true;
    user.other["jobTitle"] = "director";
    const preview = await program.run(["preview", "--refresh", "--diff", "--stack", "test"]);
    expect(preview.text).toMatch(/~ displayName *: "changed by hand" => "svcServiceAccount"/);
    expect(preview.text).toMatch(/~ showInAddressList *: true => false/);
    expect(preview.text).toMatch(/- jobTitle *: "director"/);
    expect(preview.text).not.toMatch(/[~+-] (usageLocation|accountEnabled|password)/);
    expect(await program.up()).toMatchObject({ code: 0 });
    expect(findUser()).toMatchObject({ displayName: "svcServiceAccount", showInAddressList: false });
    expect(findUser()?.other["jobTitle"] ?? null).toBeNull();
    expect(findUser()?.password).toBe("First-pass-4-the-test");
  }, 240_000);

  test("that exists is taken in with an import, and that once; the settings come from a stack's configuration, too", async () => {
    const second = makeProgram(oneUser, false);
    await second.run(["stack", "init", "test"]);
    const { tenantId, clientId, clientSecret } = running.credentials;
    const settings = { tenantId, clientId, clientSecret, metadataHost: new URL(running.origin).host };
    const texts = Object.entries(settings).flatMap(([name, value]) => ["--plaintext", `azuread:${name}=${value}`]);
    await second.run(["config", "set-all", "--stack", "test", ...texts]);
    const id = `/users/${findUser()?.id ?? ""}`;
    const given = { import: id, password: "Third-pass-4-the-test" };
    const imported = await second.run(["up", "--yes", "--skip-preview", "--stack", "test"], given);
    expect(imported).toMatchObject({ code: 0 });
    expect(imported.text).toContain("= 1 imported");
    expect(findUser()?.password).toBe("Third-pass-4-the-test");
    const again = await second.run(["preview", "--refresh", "--expect-no-changes", "--stack", "test"], given);
    expect(again).toMatchObject({ code: 0 });
  }, 240_000);

  test("is gone after destroy", async () => {
    const destroyed = await program.run(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
    expect(destroyed).toMatchObject({ code: 0 });
    expect(findUser()).toBeUndefined();
    expect((await program.readState()).resources).toEqual([]);
  }, 240_000);
});
