/** Reads a stack's configuration into its settings, and says everything that is wrong with it at once. Pure. */
import { closestMatch } from "leven";
import type { z } from "zod";
import { mayBeSecret, notShown, quoted } from "../network/quoted.ts";
import { visible } from "./characters.ts";
import { contradictions } from "./contradiction.ts";
import { certificateList, schema, type Settings } from "./settings.ts";
import { aboutShape } from "./shape.ts";
import { describeUnknown } from "./unknownSetting.ts";
import { withoutEffect, type Held } from "./withoutEffect.ts";

/** Settings that are texts; every other one holds a list, an object or a flag, whose text is JSON. */
const textSettings = new Set([
  "reach",
  "owner",
  "passwordRotation",
  "onDestroy",
  "movedFrom",
  "exchangeEndpoint",
  "callCentreClientId",
]);

/** Where somebody may have written a password. */
const unshown = new Set(["passwordRotation"]);

/** What reading the settings gave: the settings, or everything that is wrong with them. */
export type ReadSettings = (
  | { readonly settings: Settings; readonly problems?: undefined }
  | { readonly settings?: undefined; readonly problems: readonly string[] }
) & {
  /** The own app's certificates, also where other settings are wrong: theirs are told together with these. */
  readonly certificateFiles: readonly string[];
  /** What has no effect any more, and is to be taken out when this run is through. */
  readonly notices: readonly string[];
};

/**
 * Keys that nothing reads, because their namespace is none of this project's: with a slip of the pen there, a setting
 * would be left out in silence.
 * @param keys all keys of the stack, namespaces included
 */
export function unreadKeys(keys: readonly string[], project: string): string[] {
  const known = [project, "azuread", "pulumi"];
  return keys.flatMap((key) => {
    const [namespace = "", name = ""] = key.split(/:(.*)/s);
    if (known.includes(namespace)) return [];
    return [
      `${visible(key)}: nothing reads the namespace ${visible(namespace)}. Did you mean ${closestMatch(namespace, known) ?? project}:${visible(name)}?`,
    ];
  });
}

/**
 * Reads a stack's configuration.
 * @param raw the project's keys without their namespace, values as Pulumi holds them (structured ones as JSON text).
 * @param readLines the lines of a file of addresses; throws what follows on its path where it cannot be read.
 * @param held what the stack holds of before: its settings may stay until it is gone
 */
export function readSettings(
  raw: Readonly<Record<string, string>>,
  readLines: (path: string) => string[],
  held: Held = { impersonation: false, application: false, group: false },
): ReadSettings {
  const problems: string[] = [];
  const wrong = new Set<string>();
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    try {
      values[name] = valueOf(name, value, readLines);
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      wrong.add(name);
    }
  }
  const parsed = schema.safeParse(values, { reportInput: true });
  for (const issue of parsed.error?.issues ?? []) {
    problems.push(...describe(issue));
    for (const key of issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : [issue.path[0]]) {
      wrong.add(String(key));
    }
  }
  // The way in alone has no default: with any in its place the rest can be judged, and no rule speaks of it.
  const wayIn = wrong.has("access") ? { access: ["application"] } : {};
  const rest = parsed.success ? parsed : schema.safeParse({ ...without(values, wrong), ...wayIn });
  const given = pathsIn(values);
  const idle = rest.success ? withoutEffect(rest.data, given, held) : [];
  const refused = idle.filter(({ isHeld }) => !isHeld);
  for (const { keys, problem } of rest.success ? [...contradictions(rest.data, given), ...refused] : []) {
    if (!keys.some((key) => wrong.has(key))) problems.push(problem);
  }
  const certificateFiles = certificatesIn(values["application"]);
  const notices = idle.filter(({ isHeld }) => isHeld).map(({ problem }) => problem);
  if (problems.length > 0 || !parsed.success) return { problems: [...new Set(problems)], certificateFiles, notices };
  return { settings: parsed.data, certificateFiles, notices };
}

/** The settings that a stack has, those within settings by their paths, too. */
function pathsIn(values: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const paths = Object.entries(values).flatMap(([name, value]) => {
    const isHolder = typeof value === "object" && value !== null && !Array.isArray(value);
    return [name, ...(isHolder ? Object.keys(value).map((inner) => `${name}.${inner}`) : [])];
  });
  return new Set(paths);
}

/** The list of certificates, wherever it can be read itself. */
function certificatesIn(application: unknown): readonly string[] {
  const holder = typeof application === "object" && application !== null ? application : {};
  return certificateList.safeParse("certificates" in holder ? holder.certificates : undefined).data ?? [];
}

function without(values: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)));
}

function valueOf(name: string, value: string, readLines: (path: string) => string[]): unknown {
  const parsed = parseJson(value);
  // Structured, it is no text; which one it would have to be says the schema. What may be a password is never taken apart.
  const isStructured = typeof parsed === "object" && parsed !== null && !unshown.has(name);
  if (textSettings.has(name) && !isStructured) return value;
  return name === "mailboxes" && typeof parsed === "string" ? addressesIn(parsed, readLines) : parsed;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** One address a line; empty lines and what follows a # are left out. */
function addressesIn(path: string, readLines: (path: string) => string[]): string[] {
  let lines: string[];
  try {
    lines = readLines(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${quoted(path)} ${reason}. Write a list of addresses, or the path of a file of addresses.`, {
      cause,
    });
  }
  const written = lines.map((line) => line.replace(/#.*/, "").trim()).filter((line) => line !== "");
  // Said once, and not for every line: such a file comes out of a spreadsheet.
  const [separator] = written.flatMap((line) => /[;,\t]/.exec(line) ?? []);
  if (separator !== undefined) {
    const shown = separator === "\t" ? "tabs" : `"${separator}"`;
    throw new Error(
      `${quoted(path)} has several columns, parted by ${shown}. Keep the column with the addresses alone, without its heading: an address a line.`,
    );
  }
  return written;
}

function describe(issue: z.core.$ZodIssue): string[] {
  const path = issue.path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .slice(1);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => describeUnknown(path, key));
  const value = unshown.has(path) ? "" : show(issue.input);
  return [`${path}:${value} ${issue.message}${aboutShape(issue)}${issue.message.endsWith("?") ? "" : "."}`];
}

/** A value in front of what is wrong with it; nothing for one that is missing, empty or long. */
function show(value: unknown): string {
  if (value === undefined || value === "") return "";
  if (typeof value === "string") return ` ${mayBeSecret(value) ? notShown : `"${visible(value)}"`}`;
  const text = JSON.stringify(value);
  // An object may hold what is secret.
  if (!/\w/.test(text) || text.length > 80 || text.includes("{")) return "";
  return [value].flat().some((each) => typeof each === "string" && mayBeSecret(each))
    ? ` ${notShown}`
    : ` ${visible(text)}`;
}
