// What the people around a stack get: the customer's administrator a page, the call centre an encrypted file, which its own
// tool opens.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";

import { checkout } from "../setup/checkout.mjs";
import { findAge, runTool } from "./age.ts";
import { mailboxes } from "./customer.ts";
import { accessOf, type Scene } from "./scene.ts";
import { demand, type Step } from "./step.ts";

/** It stays after the demo; git ignores its folder. */
const reportFile = join(checkout, "reports", "demo.html");

/** Both are made at once; neither writes to the tenant. */
export function writePapers(scene: Scene): Step {
  return {
    title: "The papers: a page for the customer, a hand-over opened",
    told: [
      "npm run report writes for the customer's administrator who gets in, how to stop it and how it is undone; npm run handover",
      "encrypts to the call centre's key what it needs. That key is made now.",
    ],
    async run() {
      await Promise.all([writeReport(scene), handOver(scene)]);
    },
  };
}

async function writeReport({ stage, told, left }: Scene): Promise<void> {
  const { code, stderr } = await stage.command("report", "--language", "en", "--out", reportFile);
  demand(code === 0, `npm run report ended with exit code ${code}`, stderr.trim());
  const path = relative(checkout, reportFile);
  told(`The page is ${path}.`);
  left.push(
    `For the customer's administrator: ${path}, about the access as it was before the undo. Open it in a browser.`,
  );
}

async function handOver({ stage, told, userName }: Scene): Promise<void> {
  const identity = await generateX25519Identity();
  const keyFile = join(stage.folder, "call-centre.key");
  writeFileSync(keyFile, `${identity}\n`, { mode: 0o600 });
  const folder = join(stage.folder, "handover");
  const to = await identityToRecipient(identity);
  const { code, stderr } = await stage.command("handover", "--to", to, "--language", "en", "--out", folder);
  demand(code === 0, `npm run handover ended with exit code ${code}`, stderr.trim());
  const file = join(folder, "demo-handover.age");
  const age = findAge("age");
  if (age === undefined) {
    demand(readFileSync(file, "latin1").startsWith("age-encryption.org/v1"), "the hand-over is no file of age");
    told("The hand-over is encrypted. The call centre's tool, age, is not installed here: nothing was opened with it.");
    return;
  }
  const opened = runTool(age, ["--decrypt", "--identity", keyFile, file]);
  const who = expectedIn(opened, stage, userName);
  demand(who.present, `the hand-over does not hold the ${who.what}`);
  const missing = mailboxes.filter((each) => !opened.includes(each));
  demand(missing.length === 0, `the hand-over does not hold ${missing.join(", ")}`);
  told(`age, the call centre's own tool, opens the hand-over: ${who.what}, and the ${mailboxes.length} mailboxes.`);
}

/** What signs in, and whether the opened hand-over holds it. */
function expectedIn(opened: string, stage: Scene["stage"], userName: string): { what: string; present: boolean } {
  if (!accessOf(stage).includes("impersonation")) {
    return { what: "client id", present: /^Client id: +\S/m.test(opened) };
  }
  const isNamed = opened.toLowerCase().includes(userName.toLowerCase());
  // The password of an account that was there is none of the stack's.
  if (stage.tenant.server !== undefined) return { what: "user name", present: isNamed };
  return { what: "user name and password", present: isNamed && /^Password: +\S/m.test(opened) };
}
