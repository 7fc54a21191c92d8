/** What the engine prints for a long list: what changes, and how many they are; never the whole list. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readSeed } from "../../simulator/tenant/seed.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const count = 5000;
const group = "SecurityGroup-CallPro Calendar Access";
const kilobyte = 1000;

/** Addresses in the order of the list: one more than it has at first. */
const staff = Array.from({ length: count + 1 }, (_, n) => `staff.${String(n).padStart(4, "0")}@buitendienst.example`);
const addressOf = (n: number): string => staff[n] ?? "";

describe(`what is printed with ${count} mailboxes`, () => {
  const folder = mkdtempSync(join(tmpdir(), "output-"));
  const file = join(folder, "mailboxes.txt");
  let tenant: TestTenant;
  let stack: TestStack;

  const list = (addresses: readonly string[]): void => writeFileSync(file, `${addresses.join("\n")}\n`);
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await stack.run(args);
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  };
  /** Lines that name a mailbox of the staff, with the sign before them: what stays, comes or goes. */
  const mailboxLines = (output: string): string[] =>
    [...output.matchAll(/^\s*([-+]?) *(staff\.\d+)@/gm)].map(([, sign = "", name = ""]) => `${sign}${name}`);
  /** Which properties of which resource differ, by the short form of a plan. */
  const differences = (output: string): string[] =>
    [...output.matchAll(/(\S+) (refresh|update) \[diff: ([^\]]*)\]/g)].map(([, ...parts]) => parts.join(" "));

  beforeAll(async () => {
    const seed = readSeed();
    const users = staff.map((address, n) => ({ name: `Staff ${n}`, address }));
    tenant = await startTenant({ seed: { ...seed, users: [...seed.users, ...users] } });
    list(staff.slice(0, count));
    stack = await makeStack(tenant, { access: ["impersonation"], mailboxes: file });
  }, 60_000);

  afterAll(async () => {
    stack.close();
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the first up says how many they are; the whole list is had on demand, an address a line", async () => {
    const output = await run("up", "--yes", "--skip-preview");
    expect(output.length).toBeLessThan(6 * kilobyte);
    expect(output).toContain(`exactly the ${count} listed mailboxes are inside the scope`);
    const mailboxes = await run("stack", "output", "mailboxes");
    expect(mailboxes.trimEnd().split("\n")).toEqual(staff.slice(0, count));
  }, 180_000);

  test("a drift is shown where it is, and nothing that is no change", async () => {
    const bypass = { BypassSecurityGroupManagerCheck: true };
    await tenant.byHand("Remove-DistributionGroupMember", { Identity: group, Member: addressOf(7), ...bypass });
    // A change of a setting that changes no object.
    stack.configure({ regrant: true });
    const output = await run("preview");
    expect(output.length).toBeLessThan(8 * kilobyte);
    // Refreshes run side by side, and end in any order.
    expect(differences(output).toSorted()).toEqual([
      "impersonation-check refresh ~verdict",
      "impersonation-check update ~verdict",
      "security-group refresh ~members",
      "security-group update ~members",
    ]);
    expect(output).toMatch(/~ 2 to update\s+11 unchanged/);
    await tenant.byHand("Add-DistributionGroupMember", { Identity: group, Member: addressOf(7), ...bypass });
  }, 180_000);

  test("a changed list is shown by its differences, beside nothing that the program needs for itself", async () => {
    list([...staff.slice(0, 100), ...staff.slice(102)]);
    const output = await run("preview", "--diff");
    expect(output.length).toBeLessThan(8 * kilobyte);
    const lines = mailboxLines(output);
    expect(new Set(lines.filter((line) => /^[-+]/.test(line)))).toEqual(
      new Set(["-staff.0100", "-staff.0101", "+staff.5000"]),
    );
    // A few beside them say where they are.
    expect(lines.length).toBeLessThan(40);
    expect(output).not.toMatch(/\b(mark|adopt|regrant|ownsApp|ownsUser|known|initialDomain)\s*:/);
  }, 180_000);
});
