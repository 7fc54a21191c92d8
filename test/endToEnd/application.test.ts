/** The application mode through the real engine: the life of an own app, drift that hides, the vendor's app, the change-over. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { compareDrift, readDrift } from "../../commands/demo/drift.ts";
import type { EngineResult } from "../../commands/engine.ts";
import type { JournalEntry } from "../../simulator/journal.ts";
import { makeCertificate } from "../directory/certificates.ts";
import { applicationName, applicationRole, consent, type EnterpriseApp } from "../support/application.ts";
import { followDocument } from "../support/document.ts";
import { everyMailbox, reachNow, writesBeyondForAnybody, writesOf } from "../support/reach.ts";
import { adviser, changesIn, director, eva, gijs, makeStack, owner, serviceUser } from "../support/stack.ts";
import type { TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const group = "SecurityGroup-CallPro Calendar Access";
const scope = "Scope-CallPro Calendar Access";
const bypass = { BypassSecurityGroupManagerCheck: true };
const assignment = `${applicationRole}-${applicationName}`;
/** The vendor's multi-tenant app of the seed, by its name in the journal and its client id. */
const vendor = { name: "CallPro Calendar Sync", clientId: "12345678-aaaa-bbbb-cccc-1234567890ab" };
const twoHours = 2 * 60 * 60 * 1000;

const folder = mkdtempSync(join(tmpdir(), "application-"));
/** Two years: two hours of the virtual clock must not end it. */
const [first, second] = ["first", "second"].map((name) => {
  const { certificate, key } = makeCertificate(name, new Date(Date.now() + 63_072_000_000));
  const file = join(folder, `${name}.pem`);
  writeFileSync(file, certificate);
  return { file, key };
}) as [{ file: string; key: string }, { file: string; key: string }];

let tenant: TestTenant;
let stack: TestStack;
let before: unknown;
let restore: () => void;
/** Everything that the engine said. */
const said: string[] = [];

beforeAll(async () => {
  tenant = await startTenant();
  before = tenant.dump();
  restore = tenant.save();
}, 60_000);

afterAll(async () => {
  writeFileSync("/tmp/appe2e-said.log", said.join("\n=====\n")); // DEBUG
  rmSync(folder, { recursive: true, force: true });
  await tenant.close();
});

/** What a run wrote, and what it did to which resource. */
interface Run {
  readonly result: EngineResult;
  readonly writes: readonly string[];
  readonly entries: readonly JournalEntry[];
  readonly changes: readonly string[];
}

/** Runs the engine; after no write may anybody have more open than before or as allowed. */
async function run(allowed: readonly string[], ...args: readonly string[]): Promise<Run> {
  const start = tenant.running.journal.entries.length;
  const open = [applicationName, vendor.name, serviceUser].flatMap((name) => reachNow(tenant, name));
  const result = await stack.run(args);
  said.push(result.stdout, result.stderr);
  const entries = tenant.running.journal.entries.slice(start);
  expect(writesBeyondForAnybody(entries, [...open, ...allowed])).toEqual([]);
  return { result, entries, writes: writesOf(entries), changes: changesIn(result) };
}

/** An `up` that ends well and opens exactly this to a principal. */
async function up(asked: readonly string[], principal = applicationName): Promise<Run> {
  const done = await run(asked, "up", "--yes", "--skip-preview");
  expect(done.result).toMatchObject({ code: 0 });
  expect(reachNow(tenant, principal)).toEqual(asked.toSorted());
  return done;
}

/** An `up` that is refused before it writes anything; returns what it said. */
async function refusedUp(): Promise<string> {
  const { result, entries } = await run([], "up", "--yes", "--skip-preview");
  expect(result.code).not.toBe(0);
  expect(entries).toEqual([]);
  return result.stdout + result.stderr;
}

/** A preview that finds changes, and the verdict of the proof in it; it writes nothing. */
async function preview(expected: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const { result, entries } = await run([], "preview", "--diff", "--expect-no-changes");
  expect(result.code).toBe(7);
  expect(entries).toEqual([]);
  expect(compareDrift(readDrift(result.stdout), expected)).toEqual([]);
  return /~ verdict\s*: "([^\n]*)" => "passed"/.exec(result.stdout)?.[1] ?? "";
}

async function destroy(): Promise<Run> {
  const done = await run([], "destroy", "--yes", "--skip-preview");
  expect(done.result).toMatchObject({ code: 0 });
  expect(stack.resources()).toEqual([]);
  tenant.running.settle();
  return done;
}

/** Object id and client id of the enterprise app of this name. */
function enterpriseApp(displayName: string): EnterpriseApp {
  const found = tenant.tenant.servicePrincipals.find((each) => each.displayName === displayName);
  if (found === undefined) throw new Error(`There is no enterprise app ${displayName}.`);
  return { appId: found.appId, objectId: found.id };
}

function certificatesInEntra(): number | undefined {
  return tenant.tenant.applications.find(({ displayName }) => displayName === applicationName)?.keyCredentials.length;
}

const opening = (writes: readonly string[]): string[] => writes.filter((each) => each.includes("Assignment"));

describe("an own app", () => {
  beforeAll(async () => {
    stack = await makeStack(tenant, { access: ["application"], application: { certificates: [first.file] } });
  });
  afterAll(() => {
    stack.close();
  });

  test("is opened the listed mailboxes by the last write of an up, and nothing before", async () => {
    const { writes, entries } = await up([adviser, eva]);
    expect(writes.at(-1)).toBe("New-ManagementRoleAssignment");
    expect(writesBeyondForAnybody(entries.slice(0, -1), [])).toEqual([]);
    expect(await stack.outputs()).toMatchObject({
      clientId: enterpriseApp(applicationName).appId,
      applicationAssignments: [assignment],
      applicationVerification: { verdict: "passed", scopedAccess: "holds", widerAccess: "none" },
    });
  }, 90_000);

  test("has nothing to do in a preview right after it, which writes nothing", async () => {
    const { result, entries } = await run([], "preview", "--expect-no-changes");
    expect(result).toMatchObject({ code: 0 });
    expect(entries).toEqual([]);
  }, 90_000);

  test("gets another list and a second certificate without a moment without one", async () => {
    stack.configure({ mailboxes: [adviser, gijs], application: { certificates: [first.file, second.file] } });
    const { writes } = await up([adviser, gijs]);
    expect(writes.toSorted()).toEqual(["PATCH /applications", "Update-DistributionGroupMember"]);
    expect(certificatesInEntra()).toBe(2);
  }, 90_000);

  test("gets a second role, scoped like the first, while its first certificate goes", async () => {
    const roles = [applicationRole, "Application Mail.Read"];
    stack.configure({ application: { certificates: [second.file], roles } });
    const { writes } = await up([adviser, gijs]);
    expect(writes.toSorted()).toEqual(["New-ManagementRoleAssignment", "PATCH /applications"]);
    expect(certificatesInEntra()).toBe(1);
    const scopes = tenant.tenant.assignments.filter(({ name }) => name.endsWith(`-${applicationName}`));
    expect(scopes.map(({ recipientWriteScope }) => recipientWriteScope)).toEqual(
      roles.map(() => "CustomRecipientScope"),
    );
  }, 90_000);

  test("loses that role again, and nothing else", async () => {
    stack.configure({ application: { certificates: [second.file] } });
    expect((await up([adviser, gijs])).writes).toEqual(["Remove-ManagementRoleAssignment"]);
  }, 90_000);

  test("reaches every mailbox where reach organization is asked for by name", async () => {
    stack.configure({ reach: "organization", mustStayOut: undefined });
    expect((await up(everyMailbox(tenant))).writes).toEqual([
      "New-ManagementRoleAssignment",
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
    ]);
  }, 90_000);

  test("is narrowed back to the group by taking the wide assignment away first", async () => {
    stack.configure({ reach: "group", mustStayOut: [director], mailboxes: [adviser, eva] });
    const { writes, entries } = await up([adviser, eva]);
    expect(opening(writes)).toEqual(["Remove-ManagementRoleAssignment", "New-ManagementRoleAssignment"]);
    const narrowed = entries.findIndex(({ operation }) => operation === "Remove-ManagementRoleAssignment");
    expect(writesBeyondForAnybody(entries.slice(narrowed), [adviser, eva])).toEqual([]);
    expect(await stack.outputs()).toMatchObject({ applicationVerification: { verdict: "passed" } });
  }, 90_000);

  test("with a second assignment and a consent is shown in preview and fails the proof, though no object changed", async () => {
    const { objectId } = enterpriseApp(applicationName);
    await tenant.byHand("New-ManagementRoleAssignment", { Name: "By hand", Role: applicationRole, App: objectId });
    consent(tenant, objectId, "Calendars.ReadWrite");
    const verdict = await preview({ ApplicationCheck: ["verdict"] });
    expect(verdict).toContain("scoped access holds: exactly the 2 listed mailboxes");
    expect(verdict).toContain(`the app also has ${applicationRole} on Organization`);
    expect(verdict).toContain("the tenant-wide consent Calendars.ReadWrite on Microsoft Graph");
    expect(await refusedUp()).toContain("application check: scoped access holds");
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: "By hand" });
  }, 90_000);

  test("keeps a tenant-wide consent until the scoped access had two hours to take effect", async () => {
    stack.configure({ revokeTenantWideConsent: true });
    const early = await run([], "up", "--yes", "--skip-preview");
    expect(early.result).toMatchObject({ code: 0 });
    expect(early.writes).toEqual([]);
    expect(early.result.stdout).toMatch(/The consent is taken away by an up \d+ minutes from now or later/);

    tenant.running.clock.advance(twoHours);
    // The right to take consents away is lent for this one run.
    consent(tenant, enterpriseApp("Calendar access automation").objectId, "AppRoleAssignment.ReadWrite.All");
    const { writes } = await up([adviser, eva]);
    expect(writes).toEqual(["DELETE /servicePrincipals"]);
    tenant.tenant.appRoleAssignments.pop();
  }, 90_000);

  test("with an altered filter, a new member and another pointer is shown in preview, and repaired by the next up", async () => {
    const { objectId, appId } = enterpriseApp(applicationName);
    const live = tenant.tenant.scopes.find(({ name }) => name === scope)?.recipientFilter ?? "";
    await tenant.byHand("Add-DistributionGroupMember", { Identity: group, Member: gijs, ...bypass });
    await tenant.byHand("Set-ManagementScope", {
      Identity: scope,
      RecipientRestrictionFilter: `${live} -or PrimarySmtpAddress -eq '${director}'`,
    });
    expect(reachNow(tenant, applicationName)).toEqual([adviser, director, eva, gijs]);
    const wider = await preview({
      SecurityGroup: ["members"],
      ManagementScope: ["filter"],
      ApplicationCheck: ["verdict"],
    });
    expect(wider).toContain("is not limited to the stack's security group");
    expect(wider).toContain(`inside the scope but not listed: ${director}, ${gijs}`);

    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: assignment });
    await tenant.byHand("Remove-ServicePrincipal", { Identity: objectId });
    await tenant.byHand("New-ServicePrincipal", { AppId: appId, ObjectId: objectId, DisplayName: "By hand" });
    const repointed = await preview({});
    expect(repointed).toContain("Exchange's service principal does not point to the enterprise app");

    const { writes } = await up([adviser, eva]);
    expect(writes).toEqual([]);
  }, 90_000);

  test("goes with a destroy, access first, and leaves the tenant as it was", async () => {
    const { writes, entries } = await destroy();
    // The certificate and the enterprise app, both of the app registration, go in either order.
    expect([...writes.slice(0, 4), ...writes.slice(4, 6).toSorted(), ...writes.slice(6)]).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
      "Remove-ServicePrincipal",
      "DELETE /servicePrincipals",
      "PATCH /applications",
      "DELETE /applications",
    ]);
    expect(writesBeyondForAnybody(entries, [])).toEqual([]);
    expect(tenant.dump()).toEqual(before);
  }, 90_000);
});
