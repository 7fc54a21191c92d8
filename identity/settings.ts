/** Values of azuread's settings, from the stack and from the environment variables that azuread knows. */
import { readFileSync } from "node:fs";
import { quoted, named } from "../network/quoted.ts";
import type { ReadSetting } from "./connection.ts";

/** The stack's configuration, the environment and the files that they name; what is wrong with them is collected. */
export interface Settings {
  /** A value of the stack's configuration; blank counts as not set. */
  stack(key: string): string | undefined;
  /** An environment variable; blank counts as not set, as in pipelines that define a secret that they do not have. */
  variable(name: string): string | undefined;
  /** A variable, or the content of the file that `<name>_FILE_PATH` names. */
  variableOrFile(name: string): string | undefined;
  /** The content of a file, trimmed. */
  file(path: string, namedBy: string): string | undefined;
  /** A switch as azuread reads it; the environment first, as with the credentials that it is about. */
  flag(key: string, variable: string): boolean | undefined;
  readonly problems: string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Reads settings from the stack, the environment and files. */
export function settingsOf(
  read: ReadSetting,
  environment: NodeJS.ProcessEnv,
  readFile: (path: string) => string = (path) => readFileSync(path, "utf8"),
): Settings {
  const problems: string[] = [];
  const stack = (key: string) => filled(read(key));
  const variable = (name: string) => filled(environment[name]);
  const file = (path: string, namedBy: string) => {
    try {
      const content = filled(readFile(path));
      if (content === undefined) add(problems, `${namedBy} names the file ${named(path)}, which is empty`);
      if (content === undefined || isText(content)) return content;
      add(
        problems,
        `${namedBy} names the file ${named(path)}, which is not in UTF-8: save it as UTF-8 (in Windows PowerShell: Out-File -Encoding utf8)`,
      );
      return undefined;
    } catch {
      add(problems, `${namedBy} names the file ${named(path)}, which cannot be read`);
      return undefined;
    }
  };
  const variableOrFile = (name: string) => {
    const path = variable(`${name}_FILE_PATH`);
    return variable(name) ?? (path === undefined ? undefined : file(path, `${name}_FILE_PATH`));
  };
  const flag = (key: string, name: string) => {
    const fromEnvironment = variable(name);
    const text = fromEnvironment ?? stack(key);
    if (text === undefined) return undefined;
    if (/^(1|t|true)$/i.test(text)) return true;
    if (/^(0|f|false)$/i.test(text)) return false;
    add(problems, `${fromEnvironment === undefined ? key : name} has to be true or false, not ${quoted(text)}`);
    return undefined;
  };
  return { stack, variable, variableOrFile, file, flag, problems, environment };
}

/** Whether a file was text in UTF-8: of another encoding zero bytes or unknown characters are left, and no secret comes of it. */
export function isText(content: string): boolean {
  return !/[\0\uFFFD]/.test(content);
}

function filled(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function add(problems: string[], problem: string): void {
  if (!problems.includes(problem)) problems.push(problem);
}
