/** What a run costs in HTTP calls: ours to Graph and Exchange, and apart from them those of the sign-in. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "@jest/globals";
import { readSeed } from "../../simulator/tenant/seed.ts";
import { countCalls, describeCounts, type CallCounts } from "../../commands/bench/callCounts.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { director, makeStack, owner, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const folder = mkdtempSync(join(tmpdir(), "budget-"));
const certificateFile = join(folder, "certificate.pem");
writeFileSync(certificateFile, makeCertificate("CallPro").certificate);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let tenant: TestTenant | undefined;
let stack: TestStack | undefined;

afterEach(async () => {
  stack?.close();
  await tenant?.close();
});

/** Twenty mailboxes of the field staff. */
function staff(): string[] {
  const plain = readSeed().users.filter((user) => user.department !== undefined && !user.mailbox && !user.deleted);
  const addresses = plain.flatMap(({ address }) => (address === undefined ? [] : [address]));
  return addresses.filter((address) => address !== owner && address !== director).slice(0, 20);
}

async function countRun(name: string, args: readonly string[]): Promise<CallCounts> {
  if (tenant === undefined || stack === undefined) throw new Error("There is no stack.");
  tenant.running.requests.clear();
  const { code, stdout, stderr } = await stack.run(args);
  if (code !== 0) throw new Error(`${name} ended with ${code}\n${stdout}${stderr}`);
  const counts = countCalls(tenant.running.requests);
  process.stdout.write(`${name}: ${describeCounts(counts)}\n`);
  return counts;
}

test.each([{ access: ["application"], ofPreview: 10, ofUp: 35 }])(
  "20 mailboxes with $access cost at most $ofPreview calls in a preview without changes, and $ofUp in the first up",
  async ({ access, ofPreview, ofUp }) => {
    const mailboxes = staff();
    expect(mailboxes).toHaveLength(20);
    tenant = await startTenant();
    stack = await makeStack(tenant, { access, mailboxes, application: { certificates: [certificateFile] } });
    const what = `${access.join(" and ")}, 20 mailboxes`;
    const up = await countRun(`${what}, first up`, ["up", "--yes", "--skip-preview"]);
    const written = tenant.running.journal.entries.length;
    const preview = await countRun(`${what}, preview without changes`, ["preview", "--expect-no-changes"]);
    expect(tenant.running.journal.entries.length).toBe(written);
    expect(up.own).toBeLessThanOrEqual(ofUp);
    expect(preview.own).toBeLessThanOrEqual(ofPreview);
    // The host: where the cloud is, how to sign in there, and two tokens. The program: the same for Graph alone, because
    // what the state says of Entra is looked up again in every run.
    expect(preview.signIn).toBeLessThanOrEqual(7);
    // The counting itself: it would be a poor budget that counts nothing.
    expect(Math.min(preview.exchange, up.exchange, up.graph)).toBeGreaterThan(0);
  },
  120_000,
);
