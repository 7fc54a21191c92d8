// `npm run verify -- --stack NAME [--json]`: proves again, on the live tenant, that the access is what the last `up`
// was asked for. Nothing is changed, neither in the tenant nor in the stack's state; read rights are enough.
//
// With the app's own credential in the environment (APPLICATION_CERTIFICATE_PATH, or APPLICATION_CLIENT_SECRET) it also
// tries Graph as the app does.
//
// Exit codes: 0 the access is as asked for; 1 it is not; 2 the proof could not be run, or not the whole of it.
import { parseArgs } from "node:util";

import { examineApplication } from "../resources/proof/applicationProof.ts";
import { demandSameTenant } from "../resources/lifecycle/artifact.ts";
import { goneAmong } from "../resources/lifecycle/recordedStop.ts";
import { examineImpersonation } from "../resources/proof/impersonationProof.ts";
import { messageOf } from "../resources/lifecycle/userError.ts";
import { sayAs } from "./run/say.ts";
import { readCredential, tryCalendars } from "./verify/liveReport.ts";
import { reportApplication, reportImpersonation } from "./verify/modeReport.ts";
import { formatReport, makeReport, type Report } from "./verify/report.ts";
import { openStack, type OpenedStack } from "./verify/opened.ts";
import { NotRun, type StackOptions } from "./verify/stack.ts";
import { compareSettings } from "./verify/stackNote.ts";

const usage = "usage: npm run verify -- --stack NAME [--json] [--config-file FILE]";

/**
 * Proves the access of one stack.
 * @param report gets a line for everything that is waited for
 * @param environment the credentials, and how the engine finds the stack
 * @throws NotRun where the proof could not be run
 */
export async function verify(
  options: StackOptions,
  report: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Report> {
  return prove(await openStack(options, report, environment), environment);
}

/** As {@link verify}, of a stack that is open. */
export async function prove(opened: OpenedStack, environment: NodeJS.ProcessEnv): Promise<Report> {
  const { stack, claims, settings, place, context } = opened;
  const { impersonation, application, unproved, stopped, changedAt } = claims;
  const credential = application === undefined ? undefined : readCredential(environment);
  const proveImpersonation = async ({ claim, properties }: NonNullable<typeof impersonation>) => {
    demandSameTenant(context, "access check", properties);
    return reportImpersonation(claim, await examineImpersonation(context, claim, "sample"));
  };
  const proveApplication = async ({ claim, properties }: NonNullable<typeof application>) => {
    demandSameTenant(context, "application check", properties);
    const proof = await examineApplication(context, claim, "sample");
    const live =
      credential === undefined || !("connection" in place)
        ? null
        : await tryCalendars(context, place.connection, credential, claim, proof, changedAt);
    return reportApplication(claim, proof, live);
  };
  try {
    const [byImpersonation, byApplication, stoppedAndGone] = await Promise.all([
      impersonation === undefined ? null : proveImpersonation(impersonation),
      application === undefined ? null : proveApplication(application),
      goneAmong(context, stopped),
    ]);
    return makeReport({
      stack,
      tenantId: context.tenantId,
      place: context.entra === undefined ? "exchangeServer" : "microsoft365",
      impersonation: byImpersonation,
      application: byApplication,
      notes: [
        ...unproved.map((mode) => ({ code: "modeNotProved" as const, mode })),
        ...stoppedAndGone.map((stop) => ({ code: "stoppedAndGone" as const, ...stop })),
        ...compareSettings(claims, settings),
      ],
      isWhole: unproved.length === 0,
    });
  } catch (error) {
    throw new NotRun(messageOf(error), { cause: error });
  }
}

/** 0, 1 or 2, as above. */
export function exitCodeOf({ passed }: Report): number {
  return passed === null ? 2 : passed ? 0 : 1;
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

const say = sayAs("verify");

async function main(): Promise<number> {
  if (process.argv.includes("--help") || process.argv.includes("-h")) {
    console.log(usage);
    return 0;
  }
  let json = process.argv.includes("--json");
  try {
    const options = readOptions();
    json = options.json;
    const report = await verify(options, say);
    console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
    return exitCodeOf(report);
  } catch (error) {
    const message = messageOf(error);
    if (json) console.log(JSON.stringify({ schema: 1, passed: null, error: message }, null, 2));
    say(`the proof was not run: ${message}`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main();
