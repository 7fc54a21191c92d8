/** The tool `age`, with which a call centre opens what is encrypted to it. */
import { findAge, runTool } from "../../commands/demo/age.ts";

/** Paths of its two programs; `undefined` where it is not installed. */
export const age = ((): { readonly age: string; readonly keygen: string } | undefined => {
  const [program, keygen] = [findAge("age"), findAge("age-keygen")];
  return program === undefined || keygen === undefined ? undefined : { age: program, keygen };
})();

/** Why a test that needs it is left out; part of its name. */
export const withoutAge = "age is not installed (apt-get install age, or go install filippo.io/age/cmd/...@latest)";

/** Runs one of the programs to its end. @returns what it printed @throws Error with what it complained about */
export function runAge(program: "age" | "keygen", ...args: readonly string[]): string {
  if (age === undefined) throw new Error(withoutAge);
  return runTool(age[program], args);
}
