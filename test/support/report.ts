/** What `npm run report` says of a stack. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Origin } from "../../commands/report/changes.ts";
import { pageWords } from "../../commands/report/language.ts";
import { render } from "../../commands/report/markup.ts";
import type { TestStack } from "./stack.ts";

/** Where the objects come from, in the order of the page. */
export async function originsInReport(stack: TestStack): Promise<Origin[]> {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  try {
    const file = join(folder, "report.html");
    const { code, stderr } = await stack.report(["--out", file]);
    if (code !== 0) throw new Error(stderr);
    const { kinds, origins } = pageWords.nl.changes;
    const rows = readFileSync(file, "utf8").match(/<tr><th scope="row">.*?<\/tr>/g) ?? [];
    const objects = rows.filter((row) => Object.values(kinds).some((what) => row.includes(`row">${render(what)}`)));
    const others = ["takenOverAndGoes", "takenOverAndStays"] as const;
    return objects.map((row) => others.find((origin) => row.includes(origins[origin])) ?? "made");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
