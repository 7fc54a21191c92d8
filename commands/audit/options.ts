// The command line of `audit`.
import { parseArgs } from "node:util";
import { messageOf } from "../../resources/lifecycle/userError.ts";
import type { StackOptions } from "../verify/stack.ts";

export const usage = `usage: npm run audit -- --stack NAME [--json] [--config-file FILE]

Says who else can reach the stack's listed mailboxes: permissions on mailboxes and calendars, other apps, impersonation,
consents, policies, and who can give any of it. It judges nothing and writes nothing; a reading identity is enough.

  --stack NAME        the stack
  --json              the same as JSON
  --config-file FILE  the stack's settings file, where it is not in stacks/

Exit codes: 0 everything was asked; 2 something could not be asked, or nothing at all. What was found changes neither.`;

export interface AuditOptions extends StackOptions {
  readonly json: boolean;
}

/** An option is wrong; the message names it, and what is right. */
export class WrongOption extends Error {}

/** Reads the command line. @throws WrongOption */
export function readOptions(args: readonly string[]): AuditOptions {
  const options = {
    stack: { type: "string", short: "s" },
    json: { type: "boolean" },
    "config-file": { type: "string" },
  } as const;
  try {
    const { stack = "", json = false, "config-file": configFile } = parseArgs({ args: [...args], options }).values;
    if (stack.trim() === "") throw new Error("--stack is missing: name the stack, e.g. --stack contoso.");
    return { stack, json, ...(configFile === undefined ? {} : { configFile }) };
  } catch (cause) {
    throw new WrongOption(`${messageOf(cause)} Options: --stack NAME, --json, --config-file FILE`, { cause });
  }
}
