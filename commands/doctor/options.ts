// What `npm run doctor` is asked for.
import { parseArgs } from "node:util";
import { messageOf } from "../../resources/lifecycle/userError.ts";

export const usage = `usage: npm run doctor [-- --stack NAME] [--reader] [--json] [--config-file FILE]

Says in one table whether everything is there that the other commands need: on this machine and, with --stack, of the
stack and its tenant. It writes nothing, and works before a first up.

  --stack NAME        the stack
  --reader            the identity is only to read (preview, verify): rights to write are not asked about
  --json              the same as JSON
  --config-file FILE  the stack's settings file, where it is not in stacks/

Exit codes: 0 all is well; 1 something is wrong; 2 nothing is wrong, but something could not be asked.`;

export interface DoctorOptions {
  /** `undefined`: the machine alone. */
  readonly stack: string | undefined;
  readonly configFile?: string;
  readonly isReader: boolean;
  readonly json: boolean;
}

/** An option is wrong; the message names it, and what is right. */
export class WrongOption extends Error {}

/** Reads the command line. @throws WrongOption */
export function readOptions(args: readonly string[]): DoctorOptions {
  const options = {
    stack: { type: "string", short: "s" },
    reader: { type: "boolean" },
    json: { type: "boolean" },
    "config-file": { type: "string" },
  } as const;
  try {
    const {
      stack,
      reader = false,
      json = false,
      "config-file": configFile,
    } = parseArgs({ args: [...args], options }).values;
    if (stack?.trim() === "") throw new Error("--stack: write the name of a stack, e.g. --stack contoso.");
    if (stack === undefined && (reader || configFile !== undefined)) {
      throw new Error("--reader and --config-file are about a stack: name it, e.g. --stack contoso.");
    }
    return { stack, isReader: reader, json, ...(configFile === undefined ? {} : { configFile }) };
  } catch (cause) {
    throw new WrongOption(`${messageOf(cause)} Options: --stack NAME, --reader, --json, --config-file FILE`, { cause });
  }
}
