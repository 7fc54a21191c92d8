/** The tool `age`, with which a call centre opens what is encrypted to it: Debian's, or what `.ci/run` built. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { checkout } from "../../commands/setup/checkout.mjs";

const folders = [...(process.env["PATH"] ?? "").split(delimiter), join(checkout, "node_modules", ".cache", "age")];

function find(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Paths of its two programs; `undefined` where it is not installed. */
export const age = ((): { readonly age: string; readonly keygen: string } | undefined => {
  const [program, keygen] = ["age", "age-keygen"].map(find);
  return program === undefined || keygen === undefined ? undefined : { age: program, keygen };
})();

/** Why a test that needs it is left out; part of its name. */
export const withoutAge = "age is not installed (apt-get install age, or go install filippo.io/age/cmd/...@latest)";

/** Runs one of the programs to its end. @returns what it printed @throws Error with what it complained about */
export function runAge(program: "age" | "keygen", ...args: readonly string[]): string {
  if (age === undefined) throw new Error(withoutAge);
  const { status, stdout, stderr } = spawnSync(age[program], args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
