/** From a set-up by hand after the document to application access through the real engine: add, prove, remove. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeCertificate } from "../identity/certificates.ts";
import { applicationName } from "../support/application.ts";
import { followDocument } from "../support/document.ts";
import { reachNow } from "../support/reach.ts";
import { startRehearsal, type Rehearsal } from "../support/rehearsal.ts";
import { ad, eva, serviceUser } from "../support/people.ts";

describe("the change-over of a tenant that was set up by hand", () => {
  let rehearsal: Rehearsal;
  let bare: unknown;
  const folder = mkdtempSync(join(tmpdir(), "change-over-"));
  const certificate = join(folder, "certificate.pem");
  const listed = [ad, eva];

  beforeAll(async () => {
    writeFileSync(certificate, makeCertificate("CallPro", new Date(Date.now() + 63_072_000_000)).certificate);
    rehearsal = await startRehearsal({ access: ["impersonation"], adopt: true });
    bare = rehearsal.tenant.dump();
    await followDocument(rehearsal.tenant);
  }, 60_000);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await rehearsal.close();
  });

  test("is refused in one step, with both stages named", async () => {
    await rehearsal.up(listed, serviceUser);
    rehearsal.stack.configure({ access: ["application"], application: { certificates: [certificate] } });
    expect(await rehearsal.refusedUp()).toMatch(
      /Set access to \["impersonation", "application"\] and run up; two hours later set it to \["application"\]/,
    );
  }, 90_000);

  test("adds the app on the same group and scope, and proves it", async () => {
    rehearsal.stack.configure({ access: ["impersonation", "application"] });
    const { writes } = await rehearsal.up(listed, serviceUser, applicationName);
    // What azuread sets right after its POST is its own affair.
    expect(writes.filter((write) => !/^PATCH|\$ref$/.test(write))).toEqual([
      "POST /applications",
      "POST /servicePrincipals",
      "New-ServicePrincipal",
      "New-ManagementRoleAssignment",
    ]);
    expect(await rehearsal.stack.outputs()).toMatchObject({
      impersonationVerification: { verdict: "passed" },
      applicationVerification: { verdict: "passed" },
    });
  }, 90_000);

  // That it stays for these two hours is seen in the demo (test/commands/demo.test.ts).
  test("takes the old access away two hours later, assignment first, and leaves the new one as it is", async () => {
    rehearsal.stack.configure({ access: ["application"] });
    rehearsal.tenant.running.clock.advance(2 * 60 * 60 * 1000);
    const { writes } = await rehearsal.up(listed, applicationName);
    expect(writes).toEqual(["Remove-ManagementRoleAssignment", "Remove-RoleGroup", "DELETE /users"]);
    expect(reachNow(rehearsal.tenant, serviceUser)).toEqual([]);
  }, 90_000);

  test("leaves nothing of either way after a destroy", async () => {
    await rehearsal.destroy();
    expect(rehearsal.tenant.dump()).toEqual(bare);
  }, 90_000);
});
