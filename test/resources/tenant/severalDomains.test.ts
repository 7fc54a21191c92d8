/** A forest of several domains on Exchange Server: mailboxes, owner, account and group in another domain than Exchange's. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Artifact, Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Context, Properties } from "../../../resources/lifecycle/contract.ts";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { serviceAccount } from "../../../resources/serviceAccount.ts";
import { generatePassword } from "../../../resources/serviceUserPassword.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { directoriesOf } from "../../../simulator/exchangeServer/domainControllers.ts";
import {
  assignmentInputs,
  checkInputs,
  mark,
  names,
  previewOf,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  tenantInputs,
  up,
} from "../../support/access.ts";
import { ad } from "../../support/people.ts";
import { reachNow } from "../../support/reach.ts";
import { startQuickServer, type QuickServer } from "../../support/quickServer.ts";

const noor = "noor.noord@buitendienst.example";
const user = "svcNobody@ad.buitendienst.example";
const account = "svcNoord@ad.buitendienst.example";
const controllers = ["dc01.ad.buitendienst.example", "dc11.noord.ad.buitendienst.example"];
const wholeForest = { viewEntireForest: true, domainController: controllers };

let server: QuickServer;
let dump: unknown;
beforeAll(async () => {
  server = await startQuickServer();
});
beforeEach(() => replicateIn(20));
afterAll(() => server.close());

/** An untouched organisation whose domain controllers know of each other's writes after that many ms. */
function replicateIn(domainControllers: number): void {
  server.running.reset({ settings: { domainControllers } });
  dump = server.dump();
}

const open = (directory: Parameters<QuickServer["open"]>[2] = wholeForest): Promise<Context> =>
  server.open("automation", undefined, directory);

describe("what is in another domain", () => {
  const check = async (change: Properties, directory = {}): Promise<readonly string[]> => {
    const desired = { ...tenantInputs(), user, ownsUser: false, ...change };
    return (await tenantArtifact.check(await open(directory), undefined, desired)).problems;
  };
  const uses = [{ members: `${ad}\n${noor}\n` }, { mustStayOut: `${noor}\n` }, { owner: noor }];
  const hint =
    /noor\.noord@.*In another domain of the forest it is seen with exchange\.server\.viewEntireForest: true\.$/;

  test.each(uses)("is found in the whole forest, and else refused with the setting: %p", async (change) => {
    expect(await check(change, wholeForest)).toEqual([]);
    expect(await check(change)).toEqual([expect.stringMatching(hint)]);
  });

  test("is found as an account that is only used, and else refused with the setting", async () => {
    const inputs = roleGroupInputs(`${noor}\n`);
    expect((await roleGroup.check(await open(), undefined, inputs)).problems).toEqual([]);
    const { problems } = await roleGroup.check(await open({}), undefined, inputs);
    expect(problems).toEqual([expect.stringMatching(hint)]);
  });
});

/** Makes a stack whose account, and one of whose mailboxes, are in the other domain; in the order of an `up`. */
async function makeAll(change: Properties = {}) {
  const context = await open();
  const made: [Artifact, Recorded, Properties][] = [];
  const make = async (artifact: Artifact, inputs: Properties): Promise<string> => {
    made.push([artifact, await up(artifact, context, inputs), inputs]);
    return made.at(-1)?.[1].id ?? "";
  };
  const id = await make(serviceAccount, {
    ...{ mark, adopt: false, onDestroy: "remove", name: account, displayName: "CallPro", password: generatePassword() },
    organizationalUnit: "noord.ad.buitendienst.example/Serviceaccounts",
    ...{ hiddenFromAddressLists: true, remotePowerShell: false },
  });
  const members = server.lines(ad, noor);
  const ofRoleGroup = await make(roleGroup, roleGroupInputs(`${account} ${id}\n`));
  const owner = server.lines(noor);
  const group = await make(securityGroup, { ...securityGroupInputs(server, ofRoleGroup), members, owner, ...change });
  const scope = await make(managementScope, scopeInputs(group, ofRoleGroup));
  const assignment = await make(roleAssignment, { ...assignmentInputs(server, ofRoleGroup, scope), members });
  const recorded = (id: string): Recorded => ({ id, properties: {} });
  const access = {
    user: `${account} ${id}\n`,
    ...{ roleGroup: recorded(ofRoleGroup), securityGroup: recorded(group) },
    ...{ scope: recorded(scope), assignment: recorded(assignment) },
  };
  await make(impersonationCheck, { ...checkInputs(server, access), members });
  return made;
}

describe("a stack with an account and a mailbox in another domain", () => {
  test("is made and proved though the domains know of each other only after a while, and leaves nothing", async () => {
    replicateIn(8_000);
    const made = await makeAll();
    expect(made.at(-1)?.[1].properties).toMatchObject({ verdict: "passed" });
    server.running.settle();
    expect(reachNow(server, account)).toEqual([ad, noor]);
    expect(server.running.journal.entries).toOpenNobodyBut([ad, noor]);
    const context = await open();
    for (const [artifact, recorded, inputs] of made) {
      expect({ [artifact.title]: (await previewOf(artifact, context, recorded, inputs)).changed }).toEqual({
        [artifact.title]: [],
      });
    }
    for (const [artifact, recorded] of made.toReversed()) await artifact.remove(context, recorded);
    server.running.settle();
    expect(server.dump()).toEqual(dump);
  });

  test("writes the account at the controller that the settings name for its domain, and nothing else there", async () => {
    replicateIn(3_600_000);
    const { exchange } = await open();
    const [{ DistinguishedName: dn } = {}] = await exchange.write("New-Mailbox", {
      ...{ Name: "svcNoord", UserPrincipalName: account, Password: generatePassword() },
      OrganizationalUnit: "noord.ad.buitendienst.example/Serviceaccounts",
    });
    expect(dn).toBe("CN=svcNoord,OU=Serviceaccounts,DC=noord,DC=ad,DC=buitendienst,DC=example");
    const knows = [...directoriesOf(server.tenant)].flatMap(([name, { recipients }]) =>
      recipients.some(({ userPrincipalName }) => userPrincipalName === account) ? [name] : [],
    );
    expect(knows).toEqual([controllers[1]]);
  });
});

test("a scope on a group of another domain names it by that domain, and holds its members", async () => {
  await server.byHand("New-DistributionGroup", {
    ...{ Name: names.securityGroup, Type: "Security", ManagedBy: [ad] },
    OrganizationalUnit: "noord.ad.buitendienst.example/Verkoop",
  });
  const made = await makeAll({ adopt: true });
  const scope = made.find(([artifact]) => artifact === managementScope)?.[1].properties;
  expect(String(scope?.["recipientFilter"]).toLowerCase()).toContain("ou=verkoop,dc=noord,dc=ad,dc=buitendienst");
  expect(made.at(-1)?.[1].properties).toMatchObject({ verdict: "passed" });
  expect(reachNow(server, account)).toEqual([ad, noor]);
});
