/** The life of an own app through the real engine: opened, changed in every way, drifted where nobody looks, undone. */
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { compareDrift } from "../../commands/demo/drift.ts";
import { pollVariable } from "../../standIn/azuread/graph.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { applicationName, applicationRole, consent } from "../support/application.ts";
import { everyMailbox, reachNow } from "../support/reach.ts";
import { enterpriseApp, startRehearsal, type Rehearsal } from "../support/rehearsal.ts";
import { ad, eva, gijs, dirk } from "../support/people.ts";

const group = "SecurityGroup-CallPro Calendar Access";
const scope = "Scope-CallPro Calendar Access";
const bypass = { BypassSecurityGroupManagerCheck: true };
const assignment = `${applicationRole}-${applicationName}`;

describe("an own app", () => {
  let rehearsal: Rehearsal;
  let before: unknown;
  const folder = mkdtempSync(join(tmpdir(), "application-"));
  const keys: string[] = [];
  /** A certificate's file; it is valid for two years, so that the virtual clock does not end it. */
  const certificate = (name: string): string => {
    const made = makeCertificate(name, new Date(Date.now() + 2 * 365 * 24 * 60 * 60 * 1000));
    keys.push(made.key);
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, made.certificate);
    return file;
  };
  const thumbprintOf = (file: string): string =>
    new X509Certificate(readFileSync(file)).fingerprint.replaceAll(":", "");
  const first = certificate("first");
  const second = certificate("second");

  beforeAll(async () => {
    rehearsal = await startRehearsal({ access: ["application"], application: { certificates: [first] } });
    before = rehearsal.tenant.dump();
  }, 60_000);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await rehearsal.close();
  });

  /** An `up` after which the app reaches exactly the asked mailboxes. */
  const up = (asked: readonly string[]): ReturnType<Rehearsal["up"]> => rehearsal.up(asked, applicationName);

  const certificatesInEntra = (): number | undefined =>
    rehearsal.tenant.tenant.applications.find(({ displayName }) => displayName === applicationName)?.keyCredentials
      .length;

  test("is opened the listed mailboxes by the last write of an up, and nothing before", async () => {
    const { writes, entries } = await up([ad, eva]);
    expect(writes.at(-1)).toBe("New-ManagementRoleAssignment");
    expect(entries.slice(0, -1)).toOpenNobodyBut([]);
    expect(await rehearsal.stack.outputs()).toMatchObject({
      clientId: enterpriseApp(rehearsal.tenant, applicationName).appId,
      applicationAssignments: [assignment],
      applicationVerification: {
        ...{ verdict: "passed", scopedAccess: "holds", widerAccess: "none" },
        // Whole, where the engine would cut one text.
        summary: expect.arrayContaining(["nothing reaches wider", "nobody else gets in"]),
      },
    });
  }, 90_000);

  test("gets another list, a second certificate and a second role, scoped like the first", async () => {
    const roles = [applicationRole, "Application Mail.Read"];
    rehearsal.stack.configure({ mailboxes: [ad, gijs], application: { certificates: [first, second], roles } });
    const { writes } = await up([ad, gijs]);
    expect(writes.toSorted()).toEqual([
      "New-ManagementRoleAssignment",
      "PATCH /applications",
      "Update-DistributionGroupMember",
    ]);
    expect(certificatesInEntra()).toBe(2);
    const made = rehearsal.tenant.tenant.assignments.filter(({ name }) => name.endsWith(`-${applicationName}`));
    expect(made.map(({ recipientWriteScope }) => recipientWriteScope)).toEqual(roles.map(() => "CustomRecipientScope"));
  }, 90_000);

  test("loses both again, and reaches every mailbox where reach organization is asked for by name", async () => {
    rehearsal.stack.configure({
      application: { certificates: [second] },
      reach: "organization",
      mustStayOut: undefined,
    });
    const { writes } = await up(everyMailbox(rehearsal.tenant));
    expect(writes.toSorted()).toEqual([
      "New-ManagementRoleAssignment",
      "PATCH /applications",
      "Remove-DistributionGroup",
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
    ]);
    // The wide one is there before the narrow ones go, and these before what they name.
    const exchange = writes.filter((each) => !each.startsWith("PATCH"));
    expect(exchange[0]).toBe("New-ManagementRoleAssignment");
    expect(exchange.slice(-2)).toEqual(["Remove-ManagementScope", "Remove-DistributionGroup"]);
    expect(certificatesInEntra()).toBe(1);
    expect(await rehearsal.stack.outputs()).toMatchObject({
      applicationAssignments: [expect.any(String)],
      certificateExpiry: [expect.stringContaining(thumbprintOf(second))],
    });
  }, 90_000);

  test("is narrowed back to the group by taking the wide assignment away first", async () => {
    rehearsal.stack.configure({ reach: "group", mustStayOut: [dirk], mailboxes: [ad, eva] });
    const { writes, entries } = await up([ad, eva]);
    expect(writes.filter((each) => each.includes("Assignment"))).toEqual([
      "Remove-ManagementRoleAssignment",
      "New-ManagementRoleAssignment",
    ]);
    const narrowed = entries.findIndex(({ operation }) => operation === "Remove-ManagementRoleAssignment");
    expect(narrowed).toBeGreaterThan(-1);
    expect(entries.slice(narrowed)).toOpenNobodyBut([ad, eva]);
    expect(await rehearsal.stack.outputs()).toMatchObject({ applicationVerification: { verdict: "passed" } });
  }, 90_000);

  test("with a second assignment, a consent and an owner of others is shown in preview and fails the proof, though no object changed; the owner stays", async () => {
    const { objectId } = enterpriseApp(rehearsal.tenant, applicationName);
    const owner = rehearsal.tenant.recipient(gijs).externalDirectoryObjectId ?? "";
    const owners = `/servicePrincipals/${objectId}/owners`;
    await rehearsal.tenant.graph("POST", `${owners}/$ref`, {
      "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${owner}`,
    });
    await rehearsal.tenant.byHand("New-ManagementRoleAssignment", {
      Name: "By hand",
      Role: applicationRole,
      App: objectId,
    });
    consent(rehearsal.tenant, objectId, "Calendars.ReadWrite");
    const { drift, verdict } = await rehearsal.preview();
    expect(compareDrift(drift, { ApplicationCheck: ["verdict"] })).toEqual([]);
    expect(verdict).toContain("scoped access holds: exactly the 2 listed mailboxes");
    expect(verdict).toContain(`the app also has ${applicationRole} on Organization`);
    expect(verdict).toContain("the tenant-wide consent Calendars.ReadWrite on Microsoft Graph");
    expect(verdict).toContain("owns the enterprise app and can add a key to it");
    expect(await rehearsal.refusedUp()).toContain("application check: scoped access holds");
    expect(JSON.stringify(await rehearsal.tenant.graph("GET", owners))).toContain(owner);
    await rehearsal.tenant.graph("DELETE", `${owners}/${owner}/$ref`);
    await rehearsal.tenant.byHand("Remove-ManagementRoleAssignment", { Identity: "By hand" });
    rehearsal.tenant.tenant.appRoleAssignments.pop();
  }, 90_000);

  test("with a new member, an altered filter and another pointer is shown in preview, and repaired by the next up", async () => {
    const { objectId, appId } = enterpriseApp(rehearsal.tenant, applicationName);
    const live = rehearsal.tenant.tenant.scopes.find(({ name }) => name === scope)?.recipientFilter ?? "";
    await rehearsal.tenant.byHand("Add-DistributionGroupMember", { Identity: group, Member: gijs, ...bypass });
    await rehearsal.tenant.byHand("Set-ManagementScope", {
      Identity: scope,
      RecipientRestrictionFilter: `${live} -or PrimarySmtpAddress -eq '${dirk}'`,
    });
    expect(reachNow(rehearsal.tenant, applicationName)).toEqual([ad, dirk, eva, gijs]);
    await rehearsal.tenant.byHand("Remove-ManagementRoleAssignment", { Identity: assignment });
    await rehearsal.tenant.byHand("Remove-ServicePrincipal", { Identity: objectId });
    await rehearsal.tenant.byHand("New-ServicePrincipal", { AppId: appId, ObjectId: objectId, DisplayName: "By hand" });
    const { drift, verdict } = await rehearsal.preview();
    expect([...drift.keys()].toSorted()).toEqual([
      "ApplicationCheck",
      "ExchangeServicePrincipal",
      "ManagementScope",
      "RoleAssignment",
      "SecurityGroup",
    ]);
    for (const each of [
      "Exchange's service principal does not point to the enterprise app",
      "is not limited to the stack's security group",
      "the security group does not hold exactly the listed mailboxes",
      `inside the scope but not in the security group: ${dirk}`,
    ]) {
      expect(verdict).toContain(each);
    }

    const { writes } = await up([ad, eva]);
    expect(writes.toSorted()).toEqual([
      "New-ManagementRoleAssignment",
      "Set-ManagementScope",
      "Set-ServicePrincipal",
      "Update-DistributionGroupMember",
    ]);
    expect(writes.at(-1)).toBe("New-ManagementRoleAssignment");
  }, 90_000);

  // That it goes two hours later is seen in the demo (test/commands/demo.test.ts).
  test("keeps a tenant-wide consent until the scoped access had its two hours", async () => {
    rehearsal.stack.configure({ revokeTenantWideConsent: true });
    consent(rehearsal.tenant, enterpriseApp(rehearsal.tenant, applicationName).objectId, "Calendars.ReadWrite");
    const early = await rehearsal.run([], "up", "--yes", "--skip-preview");
    expect(early.result).toMatchObject({ code: 0 });
    expect(early.writes).toEqual([]);
    expect(early.result.stdout).toMatch(/The consent is taken away by an up \d+ minutes from now or later/);
    rehearsal.tenant.tenant.appRoleAssignments.pop();
  }, 90_000);

  test("whose registration somebody deleted is shown in preview, and made again with all that hangs on it", async () => {
    rehearsal.stack.configure({ revokeTenantWideConsent: undefined });
    const { appId } = enterpriseApp(rehearsal.tenant, applicationName);
    const registration = rehearsal.tenant.tenant.applications.find((each) => each.appId === appId);
    await rehearsal.tenant.graph("DELETE", `/applications/${registration?.id ?? ""}`);
    rehearsal.tenant.running.settle();
    const { drift } = await rehearsal.preview();
    expect([...drift.keys()]).toEqual(expect.arrayContaining(["Application", "ApplicationCertificates"]));
    await up([ad, eva]);
    const outputs = await rehearsal.stack.outputs();
    expect(outputs).toMatchObject({ applicationVerification: { verdict: "passed" } });
    expect(outputs["clientId"]).not.toBe(appId);
    expect(certificatesInEntra()).toBe(1);
  }, 90_000);

  test("has no secret and no private key in anything that is said or stored, because the stack has none", async () => {
    const { stdout } = await rehearsal.stack.run(["stack", "export", "--show-secrets"]);
    const everything = [...rehearsal.said, rehearsal.stack.everyFile(), stdout].join("\n");
    // The public certificate is no secret: there is one to see.
    expect(stdout).toContain(new X509Certificate(readFileSync(second)).raw.toString("base64"));
    expect(everything).not.toContain("PRIVATE KEY");
    expect(everything).not.toContain(rehearsal.tenant.running.credentials.clientSecret);
    // Below the modulus, which the certificate holds, too.
    const inKeys = keys.flatMap((key) => key.split("\n").slice(10, 20));
    expect(inKeys.length).toBeGreaterThan(10);
    expect(inKeys.filter((line) => everything.includes(line))).toEqual([]);
  }, 90_000);

  // The plugin looks five times for what it deleted, 5 s apart: one object makes 20 s, the enterprise app as many more.
  test("goes with a destroy, access first and with one object's polls, and leaves the tenant as it was", async () => {
    rehearsal.tenant.running.requests.clear();
    const { writes, entries } = await rehearsal.destroy({ [pollVariable]: "0.2" });
    // Certificates and enterprise app go with the app registration.
    expect(writes).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
      "Remove-ServicePrincipal",
      "DELETE /applications",
    ]);
    const { requests } = rehearsal.tenant.running.requests.describe();
    const deleted = requests.find(({ method, path }) => method === "DELETE" && path.startsWith("/v1.0/applications/"));
    const polled = requests.filter(({ method, status }) => method === "GET" && status === 404);
    expect(polled.map(({ path }) => path)).toEqual(Array.from({ length: 5 }, () => deleted?.path));
    expect(entries).toOpenNobodyBut([]);
    expect(rehearsal.tenant.dump()).toEqual(before);
  }, 90_000);
});
