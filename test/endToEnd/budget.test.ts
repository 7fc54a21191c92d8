/**
 * What a run costs: cmdlets of Exchange, which take the time there (design.md §7.16), and HTTP calls, ours to Graph and
 * Exchange and apart from them those of the sign-in.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "@jest/globals";
import { countCalls, describeCounts, listCmdlets, type CallCounts } from "../../commands/bench/callCounts.ts";
import { organizationOf } from "../../commands/bench/organization.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
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

async function countRun(name: string, args: readonly string[]): Promise<CallCounts> {
  if (tenant === undefined || stack === undefined) throw new Error("There is no stack.");
  tenant.running.requests.clear();
  const { code, stdout, stderr } = await stack.run(args);
  if (code !== 0) throw new Error(`${name} ended with ${code}\n${stdout}${stderr}`);
  const counts = countCalls(tenant.running.requests);
  process.stdout.write(`${name}: ${describeCounts(counts)}\n  ${listCmdlets(counts)}\n`);
  return counts;
}

test.each([
  // Cmdlets of one moment share calls of ten: a busy machine has more moments. Quiet: 10, 11 and 14 calls in a preview.
  { access: ["application"], ofUp: { calls: 38, cmdlets: 80 }, ofPreview: { calls: 13, cmdlets: 16 }, asked: 1 },
  { access: ["impersonation"], ofUp: { calls: 39, cmdlets: 80 }, ofPreview: { calls: 14, cmdlets: 20 }, asked: 1 },
  {
    access: ["application", "impersonation"],
    ofUp: { calls: 58, cmdlets: 135 },
    ofPreview: { calls: 20, cmdlets: 25 },
    asked: 2,
  },
])(
  "20 mailboxes with $access cost at most $ofPreview.cmdlets cmdlets in a preview without changes",
  async ({ access, ofUp, ofPreview, asked }) => {
    const { mailboxes } = organizationOf(20);
    expect(mailboxes).toHaveLength(20);
    tenant = await startTenant();
    const application = access.includes("application") ? { application: { certificates: [certificateFile] } } : {};
    stack = await makeStack(tenant, { access, mailboxes, ...application });
    const what = `${access.join(" and ")}, 20 mailboxes`;
    const up = await countRun(`${what}, first up`, ["up", "--yes", "--skip-preview"]);
    const written = tenant.running.journal.entries.length;
    const preview = await countRun(`${what}, preview without changes`, ["preview", "--expect-no-changes"]);
    expect(tenant.running.journal.entries.length).toBe(written);
    expect(up.own).toBeLessThanOrEqual(ofUp.calls);
    expect(up.cmdlets).toBeLessThanOrEqual(ofUp.cmdlets);
    expect(preview.own).toBeLessThanOrEqual(ofPreview.calls);
    expect(preview.cmdlets).toBeLessThanOrEqual(ofPreview.cmdlets);
    // Who is inside the scope, and the one mailbox that must stay out, are asked about in every preview.
    const { cmdlets } = tenant.running.requests.describe();
    expect(cmdlets.filter(({ parameters }) => parameters.includes("RecipientPreviewFilter")).length).toBeGreaterThan(1);
    expect(cmdlets.filter(({ parameters }) => /"(Resource|WritableRecipient)":/.test(parameters))).toHaveLength(asked);
    // The host: where the cloud is, how to sign in there, and two tokens. The program: the same for Graph alone, because
    // what the state says of Entra is looked up again in every run.
    expect(preview.signIn).toBeLessThanOrEqual(7);
    // The list stands where it is wanted and where it is held (inputs and outputs of the tenant's artifact and of the
    // group); whatever only compares with it has a digest, so that the state of a long one stays small.
    const one = tenant.recipient(mailboxes[0] ?? "").externalDirectoryObjectId ?? "none";
    expect(stack.files().state.split(one)).toHaveLength(4 + 1);
    // The counting itself: it would be a poor budget that counts nothing.
    expect(Math.min(preview.exchange, up.exchange, up.graph)).toBeGreaterThan(0);
  },
  120_000,
);
