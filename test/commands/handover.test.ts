// A stack handed over to a call centre by the real engine: opened by the call centre's own tool, current until something
// changes, refused where the access is not as asked for, and nowhere in clear.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";

import type { EngineResult } from "../../commands/engine/engine.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { age, runAge, withoutAge } from "../support/age.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { ad, eva, serviceUser } from "../support/people.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

let tenant: TestTenant;
let stack: TestStack;
let folder: string;
let identity: string;
let key: string;
/** The first hand-over. */
let made: EngineResult;
let state: string;
let written: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "handover-"));
  writeFileSync(join(folder, "public.pem"), makeCertificate("CallPro").certificate);
  identity = await generateX25519Identity();
  key = await identityToRecipient(identity);
  tenant = await startTenant();
  // Of one mailbox the user name is not the address.
  const user = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === eva);
  if (user === undefined) throw new Error("no user");
  const application = { certificates: [join(folder, "public.pem")] };
  stack = await makeStack(tenant, { access: ["impersonation", "application"], application });
  expect(await handover("--to", key, "--out", join(folder, "none"))).toMatchObject({ code: 2, stdout: "" });
  expect(await stack.up()).toMatchObject({ code: 0 });
  user.userPrincipalName = "e.smit@buitendienst.example";
  state = stack.everyFile();
  written = tenant.running.journal.entries.length;
  made = await handover("--to", key, "--out", join(folder, "out"), "--contact", "Servicedesk, 030 123 45 67");
}, 120_000);

afterAll(async () => {
  stack.close();
  rmSync(folder, { recursive: true, force: true });
  await tenant.close();
});

const handover = (...args: readonly string[]): Promise<EngineResult> => stack.handover(args);
const pathOf = (kind: "handover.age" | "letter.txt", place = "out"): string =>
  join(folder, place, `${stack.name}-${kind}`);
const open = async (place = "out"): Promise<string> => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(armor.decode(readFileSync(pathOf("handover.age", place), "utf8")), "text");
};
const check = (): Promise<EngineResult> => handover("--check", pathOf("letter.txt"));

describe("npm run handover", () => {
  test("writes a file and a letter, for their owner's eyes only, and says how to compare the key", async () => {
    expect(made).toMatchObject({ code: 0 });
    expect(readdirSync(join(folder, "out")).toSorted()).toEqual(
      [`${stack.name}-handover.age`, `${stack.name}-letter.txt`].toSorted(),
    );
    for (const kind of ["handover.age", "letter.txt"] as const) expect(statSync(pathOf(kind)).mode & 0o777).toBe(0o600);
    const [fingerprint = ""] = /([0-9a-f]{4} ){7}[0-9a-f]{4}/.exec(made.stdout) ?? [];
    expect(fingerprint).not.toBe("");
    expect(readFileSync(pathOf("letter.txt"), "utf8")).toContain(fingerprint);
    expect(readdirSync(folder)).not.toContain("none");
  });

  test("gives the call centre what signs in, and each mailbox by primary address and user name", async () => {
    const text = await open();
    const { password, clientId } = await stack.outputs();
    const inTenant = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser);
    expect(inTenant?.password).toBe(password);
    expect(text).toMatch(new RegExp(`^Gebruikersnaam: +${serviceUser}$`, "m"));
    expect(text).toContain(`  ${String(password)}\n`);
    expect(text).toMatch(new RegExp(`^Client-id: +${String(clientId)}$`, "m"));
    expect(text).toContain(tenant.running.credentials.tenantId);
    expect(text).toContain(`${ad}\t${ad}\n`);
    expect(text).toContain(`${eva}\te.smit@buitendienst.example\n`);
    expect(text).toMatch(/^Certificaat: +[0-9A-F]{40}$/m);
  });

  test("changes nothing in the tenant or the stack, and shows its secrets nowhere", async () => {
    expect(tenant.running.journal.entries.length).toBe(written);
    expect(stack.everyFile()).toBe(state);
    const { password } = await stack.outputs();
    const everywhere = [made.stdout, made.stderr, state, readFileSync(pathOf("letter.txt"), "utf8")].join("\n");
    for (const form of [String(password), Buffer.from(String(password)).toString("base64")])
      expect(everywhere).not.toContain(form);
    // What the digest is keyed with is a secret, too: of it the state shows a cipher only.
    const keyOf = stack.resources().find(({ type }) => type.endsWith(":HandoverKey"))?.outputs?.["key"];
    expect(keyOf).toHaveProperty("ciphertext");
  });

  test("leaves an earlier hand-over as it is, unless it is told to overwrite", async () => {
    const before = readFileSync(pathOf("handover.age"), "utf8");
    const again = await handover("--to", key, "--out", join(folder, "out"));
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("overwrite with --force") });
    expect(readFileSync(pathOf("handover.age"), "utf8")).toBe(before);
  });

  test("calls a letter current while nothing changed, and no longer when the directory has another name", async () => {
    expect(await check()).toMatchObject({ code: 0, stdout: expect.stringContaining("current") });
    const user = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === ad);
    if (user === undefined) throw new Error("no user");
    user.userPrincipalName = "a.viseur@buitendienst.example";
    expect(await check()).toMatchObject({ code: 1, stderr: expect.stringContaining("not current") });
    user.userPrincipalName = ad;
  });

  test("cannot tell of a letter that is none, or when the tenant does not let it in", async () => {
    const notLetter = join(folder, "note.txt");
    writeFileSync(notLetter, "hello\n");
    expect(await handover("--check", notLetter)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is no letter of a hand-over"),
    });
    expect(await stack.handover(["--check", pathOf("letter.txt")], { ARM_CLIENT_SECRET: "wrong" })).toMatchObject({
      code: 2,
      stdout: "",
    });
  });

  (age === undefined ? test.skip : test)(
    `is opened by the tool age${age === undefined ? ` (skipped: ${withoutAge})` : ""}`,
    async () => {
      writeFileSync(join(folder, "identity.txt"), `${identity}\n`, { mode: 0o600 });
      const opened = runAge("age", "--decrypt", "--identity", join(folder, "identity.txt"), pathOf("handover.age"));
      expect(opened).toBe(await open());
    },
  );

  test("is not current any more when the list or the password was changed, and the new one is", async () => {
    stack.configure({ mailboxes: [ad], passwordRotation: "another" });
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(await check()).toMatchObject({ code: 1, stderr: expect.stringContaining("not current") });
    const { code } = await handover("--to", key, "--out", join(folder, "out"), "--force");
    expect([code, (await check()).code]).toEqual([0, 0]);
    expect(await open()).not.toContain(eva);
    expect(await open()).toContain(`  ${String((await stack.outputs())["password"])}\n`);
  }, 60_000);

  test("is refused where somebody stopped the access since the last proof", async () => {
    await tenant.byHand("Set-ManagementRoleAssignment", {
      Identity: "ApplicationImpersonation-CallPro Calendar Access",
      Enabled: false,
    });
    const stopped = await handover("--to", key, "--out", join(folder, "stopped"));
    expect(stopped).toMatchObject({ code: 1, stdout: "" });
    expect(stopped.stderr).toMatch(/the role assignment "\S+" is stopped/);
    expect(readdirSync(folder)).not.toContain("stopped");
  });

  test("is refused where the last proof did not pass, and a letter from before is still compared", async () => {
    expect(await stack.run(["refresh", "--yes", "--skip-preview"])).toMatchObject({ code: 0 });
    const refused = await handover("--to", key, "--out", join(folder, "refused"));
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("impersonation: the last proof did not pass");
    expect(refused.stderr).toContain(`npm run verify -- --stack ${stack.name}`);
    expect(readdirSync(folder)).not.toContain("refused");
    expect(await check()).toMatchObject({ code: 0, stderr: expect.stringContaining("the last proof did not pass") });
  }, 30_000);
});
