// `npm run report -- --stack NAME [--out FILE]`: proves the access again, as verify does, and writes one HTML file for
// the customer's administrator. Nothing is changed, neither in the tenant nor in the stack's state.
//
// Exit codes: as verify's; 2 as well where the file could not be written.
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { messageOf } from "../resources/lifecycle/userError.ts";
import { writeAll } from "./handover/files.ts";
import { changesOf } from "./report/changes.ts";
import { pageOf } from "./report/page.ts";
import { exitCodeOf, verify } from "./verify.ts";
import type { Report } from "./verify/report.ts";
import { readResources, type StackOptions } from "./verify/stack.ts";

const usage = `usage: npm run report -- --stack NAME [--out FILE] [--config-file FILE]

Writes one HTML file for the customer's administrator, in English: who gets in, what was changed in the tenant, how to
stop and undo it, what is not proved. It needs no network, and prints. Default file: reports/NAME.html; an older one is
replaced.`;

/** Which stack, and where the file goes. */
export interface ReportOptions extends StackOptions {
  readonly out: string;
}

/** @throws where an option is wrong, with what is right */
function readOptions(args: readonly string[]): ReportOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stack: { type: "string", short: "s" },
      out: { type: "string" },
      "config-file": { type: "string" },
    },
  });
  const { stack = "", out = `reports/${stack}.html`, "config-file": configFile } = values;
  if (stack.trim() === "") throw new Error("--stack is missing: name the stack, e.g. --stack contoso");
  if (out.trim() === "") throw new Error("--out: write the path of the file");
  return { stack, out, ...(configFile === undefined ? {} : { configFile }) };
}

const say = (line: string): void => {
  console.error(`report: ${line}`);
};

/** Proves the access and writes the file. @throws NotRun where the proof could not be run; nothing is written then */
export async function writeReport(options: ReportOptions, environment: NodeJS.ProcessEnv): Promise<Report> {
  const [report, resources] = await Promise.all([
    verify(options, say, environment),
    readResources(options, environment),
  ]);
  writeAll([{ path: resolve(options.out), content: pageOf(report, changesOf(resources)) }], true);
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
    return exitCodeOf(report);
  } catch (error) {
    say(`nothing was written: ${messageOf(error)}`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
