// `npm run doctor [-- --stack NAME] [--json]`: whether everything is there that the other commands need, in one table. It
// writes nothing, and works before a first up.
import { messageOf } from "../resources/lifecycle/userError.ts";
import { exitCodeOf, type Check } from "./doctor/check.ts";
import { checkMachine } from "./doctor/machine.ts";
import { readOptions, usage, WrongOption, type DoctorOptions } from "./doctor/options.ts";
import { formatChecks, reportChecks } from "./doctor/page.ts";
import { checkBackend, checkStack } from "./doctor/stack.ts";
import { checkTenant } from "./doctor/tenant.ts";
import { sayAs } from "./run/say.ts";

/**
 * Everything that was looked at, in the order of the table; what rests on something that is missing is left out.
 * @param report gets a line for everything that is waited for
 */
export async function examine(
  { stack, configFile, isReader }: DoctorOptions,
  report: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly Check[]> {
  const machine = checkMachine(stack === undefined ? undefined : true);
  if (machine.some(({ code, state }) => code === "engine" && state === "wrong")) return machine;
  const backend = await checkBackend(environment);
  if (stack === undefined || backend.state !== "ok") return [...machine, backend];
  const options = { stack, ...(configFile === undefined ? {} : { configFile }) };
  const { checks, configured } = await checkStack(options, environment);
  if (configured === undefined) return [...machine, backend, ...checks];
  const { read, settings } = configured;
  const isReal = read("azuread:metadataHost") === undefined;
  const tenant = await checkTenant({ read, settings, isReader }, environment, report);
  return [...checkMachine(isReal), backend, ...checks, ...tenant];
}

const say = sayAs("doctor");

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  try {
    const options = readOptions(args);
    const checks = await examine(options, say);
    const isColoured = process.stdout.isTTY && process.stdout.hasColors();
    console.log(
      options.json ? JSON.stringify(reportChecks(options.stack, checks), null, 2) : formatChecks(checks, isColoured),
    );
    return exitCodeOf(checks);
  } catch (error) {
    say(messageOf(error));
    if (error instanceof WrongOption) say("--help tells the options");
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
