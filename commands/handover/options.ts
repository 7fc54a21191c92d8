// What `npm run handover` is asked for.
import { parseArgs } from "node:util";

import { messageOf } from "../../resources/lifecycle/userError.ts";
import { isLanguage, type Language } from "./language.ts";

export const usage = `usage: npm run handover -- --stack NAME --to KEY [--language nl|en] [--contact TEXT] [--out FOLDER] [--force]
       npm run handover -- --stack NAME --check LETTER

Writes two files for the call centre: NAME-handover.age, encrypted to its public key, and NAME-letter.txt, a letter
without secrets. Nothing in the tenant or the stack is changed.

  --stack NAME     the stack
  --to KEY         the call centre's public age key (age1…), or a file that holds it
  --language       of both files: nl (default) or en
  --contact TEXT   whom the call centre is to call; in one line
  --out FOLDER     where the files go; default: the folder handovers
  --force          overwrites the files of an earlier hand-over
  --check LETTER   tells whether what went with that letter is still what the stack holds
  --config-file FILE  the stack's settings file, where it is not in stacks/

Exit codes: 0 handed over, with --check: current; 1 refused, because the access is not as asked for, with --check: not
current; 2 it cannot be done or told.`;

/** What both uses need. */
interface Common {
  readonly stack: string;
  readonly configFile?: string;
}

/** A hand-over that is to be made. */
export interface HandoverOptions extends Common {
  /** A recipient of age, or the path of a file with one. */
  readonly to: string;
  readonly language: Language;
  readonly contact: string | undefined;
  readonly folder: string;
  readonly overwrites: boolean;
}

/** A letter that is to be compared with the stack. */
export interface CheckOptions extends Common {
  /** Path of the letter. */
  readonly letter: string;
}

/** An option is wrong; the message names it, and what is right. */
export class WrongOption extends Error {}

/** Reads the command line. @throws WrongOption */
export function readOptions(args: readonly string[]): HandoverOptions | CheckOptions {
  const values = parse(args);
  const stack = values.stack?.trim() ?? "";
  if (stack === "") throw new WrongOption("--stack is missing: name the stack, e.g. --stack contoso");
  const configFile = values["config-file"];
  const common = { stack, ...(configFile === undefined ? {} : { configFile }) };
  if (values.check !== undefined) {
    const others = (["to", "language", "contact", "out", "force"] as const).filter(
      (name) => values[name] !== undefined,
    );
    if (others.length > 0) {
      throw new WrongOption(`--check only compares: leave out ${others.map((name) => `--${name}`).join(", ")}`);
    }
    if (values.check.trim() === "") throw new WrongOption("--check: write the path of the letter");
    return { ...common, letter: values.check };
  }
  const { to = "", language = "nl", contact, out = "handovers", force = false } = values;
  if (to.trim() === "") {
    throw new WrongOption("--to is missing: write the call centre's public age key (age1…), or a file that holds it");
  }
  if (!isLanguage(language))
    throw new WrongOption(`--language: ${JSON.stringify(language)} is not known: write nl or en`);
  if (out.trim() === "") throw new WrongOption("--out: write the path of a folder");
  return { ...common, to: to.trim(), language, contact: readContact(contact), folder: out, overwrites: force };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    stack: { ...text, short: "s" },
    ...{ to: text, language: text, contact: text, out: text, check: text, "config-file": text },
    force: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new WrongOption(
      `${messageOf(cause)}. Options: ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(", ")}`,
      {
        cause,
      },
    );
  }
}

/** It becomes a line of the letter. */
function readContact(contact: string | undefined): string | undefined {
  if (contact === undefined) return undefined;
  const text = contact.trim();
  if (text === "" || text.length > 200 || /\p{Cc}/u.test(text)) {
    throw new WrongOption("--contact: write one line of at most 200 characters, e.g. a name and a telephone number");
  }
  return text;
}
