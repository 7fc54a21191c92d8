// Takes the pictures of the report that the documents show: `node test/commands/report/screenshots.ts CHROMIUM`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

import { changesOf } from "../../../commands/report/changes.ts";
import { pageWords } from "../../../commands/report/language.ts";
import { pageOf } from "../../../commands/report/page.ts";
import type { Report } from "../../../commands/verify/report.ts";
import { checkout } from "../../../commands/setup/checkout.mjs";
import { openPage } from "./browser.ts";
import { application, broken, impersonation, reportOf, resourcesOf, usualNames } from "./reports.ts";

const [executablePath] = process.argv.slice(2);
if (executablePath === undefined)
  throw new Error("name the Chromium: node test/commands/report/screenshots.ts CHROMIUM");

const names = usualNames(5);
const pictures: readonly (readonly [file: string, report: Report, language: "en" | "nl", until: string])[] = [
  ["report-application.png", reportOf({ application: application(names) }), "en", ".verdicts"],
  ["report-failing.png", reportOf({ impersonation: broken(names) }), "en", ".findings"],
  ["report-impersonation.nl.png", reportOf({ impersonation: impersonation(usualNames(500)) }), "nl", ".verdicts"],
];

const width = 1010;
const folder = mkdtempSync(join(tmpdir(), "screenshots-"));
const browser = await chromium.launch({ executablePath });
for (const [file, report, language, until] of pictures) {
  const content = pageOf({ report, changes: changesOf(resourcesOf(names)) }, pageWords[language]);
  const { page } = await openPage(browser, folder, content, { width });
  const path = join(checkout, "docs", file);
  const bottom = await page.evaluate<number>(`document.querySelector("${until}").getBoundingClientRect().bottom`);
  await page.screenshot({ path, clip: { x: 0, y: 0, width, height: Math.ceil(bottom) + 20 }, fullPage: true });
}
await browser.close();
rmSync(folder, { recursive: true });
