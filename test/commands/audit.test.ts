// Who else can reach a stack's mailboxes, asked as operators do: as a process, with the stack that the engine made.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EngineResult } from "../../commands/engine/engine.ts";
import { render } from "../../commands/report/markup.ts";
import { auditEnglish } from "../../resources/proof/words/auditEnglish.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { ad, dirk, eva, serviceUser } from "../support/people.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

let tenant: TestTenant;
let stack: TestStack;
let folder: string;
/** Audits with an identity that may read Entra's roles and delegated consents, too. */
let asReader: (...args: readonly string[]) => Promise<EngineResult>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  writeFileSync(join(folder, "public.pem"), makeCertificate("CallPro").certificate);
  tenant = await startTenant();
  const application = { certificates: [join(folder, "public.pem")] };
  stack = await makeStack(tenant, { access: ["impersonation", "application"], application });
  expect(await stack.audit()).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("holds nothing") });
  expect(await stack.up()).toMatchObject({ code: 0 });
  const { credentials, applications } = tenant.running;
  const { clientId = "", clientSecret = "" } = applications["reader"] ?? {};
  const file = join(folder, `Pulumi.${stack.name}.yaml`);
  writeFileSync(file, stack.files().configuration.replace(credentials.clientId, clientId));
  asReader = (...args) => stack.audit(["--config-file", file, ...args], { ARM_CLIENT_SECRET: clientSecret });
  await tenant.byHand("Add-MailboxPermission", { Identity: ad, User: dirk, AccessRights: ["FullAccess"] });
}, 120_000);

afterAll(async () => {
  stack.close();
  rmSync(folder, { recursive: true, force: true });
  await tenant.close();
});

/** First lines of the table's rows, without what pads them. */
const rowsOf = (stdout: string): string[] => stdout.split("\n").map((line) => line.trim().replaceAll(/ {2,}/g, " "));

describe("npm run audit", () => {
  test("says in a table who else gets in, shows the stack's own as its own, and writes nothing", async () => {
    const writes = tenant.running.journal.entries.length;
    const state = stack.everyFile();
    const { code, stdout, stderr } = await asReader();
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("Asked about 2 mailboxes.");
    const told = rowsOf(stdout);
    expect(
      told.some((row) => row.startsWith(`${dirk} opens the whole mailbox (FullAccess) ${ad} somebody else's`)),
    ).toBe(true);
    expect(told.some((row) => row.startsWith(`${serviceUser} impersonates: ApplicationImpersonation,`))).toBe(true);
    expect(told.filter((row) => row.includes("the stack's own"))).toHaveLength(2);
    expect(stdout).toContain("Not looked at:");
    expect(tenant.running.journal.entries.length).toBe(writes);
    expect(stack.everyFile()).toBe(state);
  }, 60_000);

  test("ends with 2 where a right is missing, names it, and calls a part without lines not asked for", async () => {
    const { code, stdout } = await stack.audit();
    expect(code).toBe(2);
    expect(stdout).toContain("Could not be asked (which is not the same as nobody):");
    expect(stdout).toContain("delegated consents: the right Directory.Read.All is missing");
    expect(stdout).toContain("roles of Entra: the right RoleManagement.Read.Directory is missing");
    tenant.running.faults.set([{ match: { operation: "Get-MailboxPermission" }, effect: "forbidden", times: 99 }]);
    try {
      expect((await asReader()).stdout).toContain(
        "Let into mailboxes: nobody was found, but not everything could be asked",
      );
    } finally {
      tenant.running.faults.set([]);
    }
  }, 60_000);

  test("as JSON says the same, with codes, GUIDs and sentences", async () => {
    const { code, stdout } = await asReader("--json");
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { findings: { code: string; whose: string; text: string }[] };
    expect(told).toMatchObject({
      schema: 1,
      stack: stack.name,
      tenantId: tenant.running.credentials.tenantId,
      complete: true,
      notAsked: [],
      mailboxes: [
        { address: ad, id: tenant.recipient(ad).externalDirectoryObjectId },
        { address: eva, id: tenant.recipient(eva).externalDirectoryObjectId },
      ],
    });
    const id = tenant.recipient(dirk).externalDirectoryObjectId;
    expect(told.findings).toContainEqual({
      code: "mailboxPermission",
      holder: { kind: "user", name: dirk, id, whose: "other" },
      rights: ["FullAccess"],
      mailboxes: [{ address: ad, id: tenant.recipient(ad).externalDirectoryObjectId }],
      whose: "other",
      text: `${dirk} (${String(id)}): opens the whole mailbox (FullAccess) (${ad})`,
    });
    expect(
      told.findings
        .filter(({ whose }) => whose === "stack")
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(["applicationRole", "impersonation"]);
  }, 60_000);

  test("is the last part of the report, and changes nothing of what that and verify come to", async () => {
    const out = join(folder, "report.html");
    expect(await stack.report(["--language", "en", "--out", out])).toMatchObject({ code: 0 });
    const [, told = ""] = readFileSync(out, "utf8").split(`<h2>${auditEnglish.heading}</h2>`);
    expect(told).toContain(dirk);
    expect(told).toContain(render(auditEnglish.whose.stack));
    expect(told).toContain("the right Directory.Read.All is missing");
    expect(await stack.verify()).toMatchObject({ code: 0 });
  }, 60_000);

  test("explains itself, and says what is right where an option is wrong", async () => {
    expect(await stack.audit(["--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("Exit codes: 0") });
    const wrong = await stack.audit(["--everything"]);
    expect(wrong).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Options: --stack NAME") });
    expect(JSON.parse((await stack.audit(["--json", "--everything"])).stdout)).toMatchObject({
      schema: 1,
      complete: false,
      error: expect.stringContaining("--everything"),
    });
  });
});
