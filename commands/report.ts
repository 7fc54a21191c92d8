// `npm run report -- --stack NAME [--language nl|en] [--out FILE]`: proves the access again, as verify does, asks who else
// reaches the mailboxes, as audit does, and writes one HTML file for the customer's administrator. Nothing is changed, neither in the tenant nor in the stack's state.
//
// Exit codes: as verify's; 2 as well where the file could not be written.
import { resolve } from "node:path";

import { messageOf } from "../resources/lifecycle/userError.ts";
import { audit } from "./audit.ts";
import { writeAll } from "./handover/files.ts";
import { changesOf } from "./report/changes.ts";
import { pageWords } from "./report/language.ts";
import { readOptions, usage, type ReportOptions } from "./report/options.ts";
import { pageOf } from "./report/page.ts";
import { sayAs } from "./run/say.ts";
import { exitCodeOf, prove } from "./verify.ts";
import { openStack } from "./verify/opened.ts";
import type { Report } from "./verify/report.ts";
import { readResources } from "./verify/stack.ts";

const say = sayAs("report");

/** Proves the access and writes the file. @throws NotRun where the proof could not be run; nothing is written then */
export async function writeReport(options: ReportOptions, environment: NodeJS.ProcessEnv): Promise<Report> {
  const [opened, resources] = await Promise.all([
    openStack(options, say, environment),
    readResources(options, environment),
  ]);
  const report = await prove(opened, environment);
  const findings = await audit(opened, say);
  const content = pageOf({ report, changes: changesOf(resources), audit: findings }, pageWords[options.language]);
  writeAll([{ path: resolve(options.out), content }], true);
  return report;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  try {
    const options = readOptions(args);
    const report = await writeReport(options, process.env);
    console.log(resolve(options.out));
    if (report.passed !== true) say(report.passed === false ? pageWords.en.failed : pageWords.en.notWhole);
    return exitCodeOf(report);
  } catch (error) {
    say(`nothing was written: ${messageOf(error)}`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
