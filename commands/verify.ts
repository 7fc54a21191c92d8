// `npm run verify -- --stack NAME [--json]`: proves again, on the live tenant, that the access is what the last `up` was asked
// for. Nothing is changed, neither in the tenant nor in the stack's state; read rights are enough.
//
// Exit codes: 0 the access is as asked for; 1 it is not; 2 the proof could not be run.
import { parseArgs } from "node:util";

import { openSession } from "../directory/session.ts";
import { demandSameTenant } from "../resources/artifact.ts";
import { contextOf } from "../resources/context.ts";
import { examine } from "../resources/proof.ts";
import { messageOf } from "../resources/userError.ts";
import { formatReport, makeReport, type Report } from "./verify/report.ts";
import { compareLists, NotRun, readClaim, readConfiguration, type StackOptions } from "./verify/stack.ts";

const usage = "usage: npm run verify -- --stack NAME [--json] [--config-file FILE]";

/**
 * Proves the access of one stack.
 * @param report gets a line for everything that is waited for
 * @throws NotRun where the proof could not be run
 */
export async function verify(
  options: StackOptions,
  report: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Report> {
  const [{ claim, properties, listed: then }, { read, listed: now }] = await Promise.all([
    readClaim(options),
    readConfiguration(options, environment),
  ]);
  const session = await openSession(read, environment, report);
  if ("problems" in session) throw new NotRun(session.problems.join("; "));
  const context = contextOf(session, report);
  try {
    demandSameTenant(context, "access check", properties);
    const proof = await examine(context, claim);
    const notes = compareLists(then, now);
    return makeReport({ stack: options.stack, tenantId: context.tenantId, notes }, claim, proof);
  } catch (error) {
    throw new NotRun(messageOf(error), { cause: error });
  }
}

function readOptions(): StackOptions & { readonly json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        stack: { type: "string", short: "s" },
        json: { type: "boolean" },
        "config-file": { type: "string" },
      },
    });
    const { stack, json = false, "config-file": configFile } = values;
    if (stack) return { stack, json, ...(configFile === undefined ? {} : { configFile }) };
  } catch (error) {
    throw new NotRun(`${messageOf(error)} ${usage}`, { cause: error });
  }
  throw new NotRun(usage);
}

async function main(): Promise<number> {
  let json = process.argv.includes("--json");
  try {
    const options = readOptions();
    json = options.json;
    const report = await verify(options, (line) => {
      console.error(`verify: ${line}`);
    });
    console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
    return report.passed ? 0 : 1;
  } catch (error) {
    const message = messageOf(error);
    if (json) console.log(JSON.stringify({ passed: null, error: message }, null, 2));
    console.error(`verify: the proof was not run: ${message}`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main();
