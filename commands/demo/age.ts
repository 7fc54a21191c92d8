// The tool `age`, with which a call centre opens what is encrypted to it: Debian's, or what `.ci/run` built.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { checkout } from "../setup/checkout.mjs";

const folders = [...(process.env["PATH"] ?? "").split(delimiter), join(checkout, "node_modules", ".cache", "age")];

/** Path of one of its programs; `undefined` where it is not installed. */
export function findAge(program: "age" | "age-keygen"): string | undefined {
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** Runs a program to its end. @returns what it printed @throws Error with what it complained about */
export function runTool(path: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(path, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr || error?.message);
  return stdout;
}
