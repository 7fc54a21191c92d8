// Options of the engine that its runs on a tenant refuse: those that write secrets in clear, and the one that leaves out
// the look at the tenant on which the rest relies.
import { parseArgs, type ParseArgsConfig } from "node:util";

/** What the engine logs then holds what it hands to providers and programs, the service user's password among it. */
const talkative = ["debug", "verbose", "tracing", "otel-traces"] as const;
/** Variables that do the same. */
const talkativeVariables = ["PULUMI_DEBUG_GRPC", "PULUMI_LOG_OTLP_ENDPOINT"];

/** Those that are looked for, and the others that have a short name and a value, in which a letter would be taken for one. */
const options: ParseArgsConfig["options"] = {
  debug: { type: "boolean", short: "d" },
  verbose: { type: "string", short: "v" },
  tracing: { type: "string" },
  "otel-traces": { type: "string" },
  refresh: { type: "boolean", short: "r" },
  config: { type: "string", short: "c", multiple: true },
  cwd: { type: "string", short: "C" },
  exclude: { type: "string", short: "x", multiple: true },
  message: { type: "string", short: "m" },
  parallel: { type: "string", short: "p" },
  stack: { type: "string", short: "s" },
  target: { type: "string", short: "t", multiple: true },
};

/** Why a run is not begun, a line each; none where nothing speaks against it. */
export function refusedOptions(args: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  // To parseArgs "-r=false" would be three options more.
  const whole = args.flatMap((each) => {
    const [, before, value] = /^-([a-zA-Z]*)r=(.*)$/s.exec(each) ?? [];
    return value === undefined ? [each] : [...(before ? [`-${before}`] : []), `--refresh=${value}`];
  });
  const { values } = parseArgs({ args: whole, options, strict: false, allowPositionals: true });
  const given: string[] = talkative.filter((name) => isOn(values[name])).map((name) => `--${name}`);
  const set = talkativeVariables.filter((name) => isOn(environment[name]));
  return [
    ...[...given, ...set].map(
      (name) =>
        `${name} would write secrets in clear, the service user's password among them: leave it out. What a run did is in the tenant's audit log, and what it saw in its own messages.`,
    ),
    ...(isOn(values["refresh"] ?? true)
      ? []
      : [
          "--refresh=false would write without a look at what is there now, and undo an emergency stop that nobody has seen yet: leave it out.",
        ]),
  ];
}

/** Why the engine's `cancel` is not begun: it takes the lock from a run that is at work, too. */
export function refusedCancel(args: readonly string[], stack: string | undefined): string[] {
  if (args.find((each) => !each.startsWith("-")) !== "cancel") return [];
  return [
    `cancel would take the lock from a run that may still be at work. npm run recover -- --stack ${stack ?? "NAME"} takes it from one that is dead, and from no other.`,
  ];
}

/** Go's reading of a flag. */
function isOn(value: string | boolean | (string | boolean)[] | undefined): boolean {
  return typeof value === "string" ? !/^(|0|f|false)$/i.test(value) : value === true;
}
