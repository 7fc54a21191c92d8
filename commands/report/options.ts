// What `npm run report` is asked for.
import { parseArgs } from "node:util";

import { messageOf } from "../../resources/lifecycle/userError.ts";
import { isLanguage, type Language } from "../handover/language.ts";
import type { StackOptions } from "../verify/stack.ts";

export const usage = `usage: npm run report -- --stack NAME [--language nl|en] [--out FILE] [--config-file FILE]

Proves the access again, as verify does, and writes one HTML file for the customer's administrator: who gets in, what was
changed in the tenant, how to stop and undo it, what is not proved. The file needs no network, and prints. Nothing in the
tenant or the stack is changed.

  --stack NAME     the stack
  --language       of the file: nl (default) or en
  --out FILE       the file; an older one is replaced. Default: reports/NAME.html
  --config-file FILE  the stack's settings file, where it is not in stacks/

Exit codes: 0 the access is as asked for; 1 it is not, and the file says so; 2 the proof could not be run, or not the
whole of it, or the file could not be written.`;

/** Which stack, in which language, and where the file goes. */
export interface ReportOptions extends StackOptions {
  readonly language: Language;
  readonly out: string;
}

/** Reads the command line. @throws Error where an option is wrong, with what is right */
export function readOptions(args: readonly string[]): ReportOptions {
  const values = parse(args);
  const stack = values.stack?.trim() ?? "";
  if (stack === "") throw new Error("--stack is missing: name the stack, e.g. --stack contoso");
  // Of a stack that is named with its organisation and project, the last part.
  const {
    language = "nl",
    out = `reports/${stack.split("/").at(-1) ?? stack}.html`,
    "config-file": configFile,
  } = values;
  if (!isLanguage(language)) throw new Error(`--language: ${JSON.stringify(language)} is not known: write nl or en`);
  if (out.trim() === "") throw new Error("--out: write the path of the file");
  return { stack, language, out, ...(configFile === undefined ? {} : { configFile }) };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { stack: { ...text, short: "s" }, language: text, out: text, "config-file": text } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new Error(`${messageOf(cause)}. Options: ${known.join(", ")}`, { cause });
  }
}
