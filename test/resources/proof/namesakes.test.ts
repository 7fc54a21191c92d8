/** Exchange Server names people by their place: one who is called the same in another unit or domain is somebody else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { examineImpersonation, type ImpersonationClaim } from "../../../resources/proof/impersonationProof.ts";
import { isNamed } from "../../../resources/lifecycle/exchangeValue.ts";
import { say } from "../../../resources/proof/words/english.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { generatePassword } from "../../../resources/serviceUserPassword.ts";
import { checkInputs, makeAccess, names, previewOf, securityGroupInputs, type Access } from "../../support/access.ts";
import { sander, serviceUser } from "../../support/people.ts";
import { startQuickServer, type QuickServer } from "../../support/quickServer.ts";

let server: QuickServer;
let access: Access;
let restore: () => void;

beforeAll(async () => {
  server = await startQuickServer();
  access = await makeAccess(server, await server.open());
  restore = server.save();
});
beforeEach(() => restore());
afterAll(() => server.close());

/** Somebody who is called as another one, in a unit of his own; answers his principal name. */
async function makeNamesake(name: string): Promise<string> {
  const UserPrincipalName = "namesake@ad.buitendienst.example";
  const who = { Name: name, UserPrincipalName, Alias: "namesake", Password: generatePassword() };
  await server.byHand("New-Mailbox", { ...who, OrganizationalUnit: "ad.buitendienst.example/Serviceaccounts" });
  return UserPrincipalName;
}

const findings = async (): Promise<string> => {
  const context = await server.open();
  const owner = server.lines(sander).trim();
  const claim = { ...checkInputs(server, access), owner } as unknown as ImpersonationClaim;
  return (await examineImpersonation(context, claim, "mustStayOut")).verdict.entrants.findings.map(say).join("\n");
};

describe("somebody of the same name", () => {
  test("as the security group's owner is drift, and no more the owner that was asked for", async () => {
    const namesake = await makeNamesake(server.recipient(sander).name);
    await server.byHand("Set-DistributionGroup", {
      Identity: names.securityGroup,
      ManagedBy: [namesake],
      BypassSecurityGroupManagerCheck: true,
    });
    const { securityGroup: group } = access;
    if (group === undefined) throw new Error("There is no group.");
    const desired = securityGroupInputs(server, access.roleGroup.id);
    expect((await previewOf(securityGroup, await server.open(), group, desired)).changed).toEqual(["owner"]);
    expect(await findings()).toMatch(/owned by Sander Brouwer|Sander Brouwer owns/);
  });

  test("who has the role on the stack's scope by himself is named; the service user's own is the stack's", async () => {
    const assign = (Name: string, User: string) =>
      server.byHand("New-ManagementRoleAssignment", {
        ...{ Name, User, Role: "ApplicationImpersonation", CustomRecipientWriteScope: names.scope },
      });
    await assign("the user's", serviceUser);
    expect(await findings()).not.toContain("the user's");
    await assign("the namesake's", await makeNamesake(server.recipient(serviceUser).name));
    expect(await findings()).toContain("the namesake's");
  });
});

test("an identity is compared whole where both are told with their place, else by the name", () => {
  const object = { Name: "Jan", Identity: "ad.example/Noord/Jan" };
  expect(isNamed("ad.example/Noord/Jan", object)).toBe(true);
  expect(isNamed("AD.example/noord/jan", object)).toBe(true);
  expect(isNamed("ad.example/Zuid/Jan", object)).toBe(false);
  expect(isNamed("Jan", object)).toBe(true);
  expect(isNamed("Contoso/Jan", { Name: "Jan", Identity: "Jan" })).toBe(true);
});
