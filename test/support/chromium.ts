/** The Chromium that tests open pages in: a real one, or they are skipped by name. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe } from "@jest/globals";

/** Names a Chromium that is not in PATH. */
const executableVariable = "CALENDAR_ACCESS_CHROMIUM";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Its path: what the variable names, else the first in PATH. */
const executable: string | undefined =
  process.env[executableVariable] ||
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));

/** Suites that need it; they get its path. */
export function describeWithChromium(name: string, suite: (path: string) => void): void {
  if (executable !== undefined) {
    describe(name, () => {
      suite(executable);
    });
  } else {
    describe.skip(`${name} [no Chromium: it is not in PATH, and ${executableVariable} is not set]`, () => {
      suite("");
    });
  }
}
