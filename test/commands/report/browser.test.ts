// The report's page as a real browser shows it: to everybody, on wide and narrow screens and on paper, without scripts and
// without a network, whatever the tenant's names are.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";

import { changesOf } from "../../../commands/report/changes.ts";
import { pageWords } from "../../../commands/report/language.ts";
import { pageOf } from "../../../commands/report/page.ts";
import type { Report } from "../../../commands/verify/report.ts";
import { everyFinding } from "../../support/auditFindings.ts";
import { describeWithChromium } from "../../support/chromium.ts";
import {
  drawnTexts,
  findBarriers,
  openPage,
  overflowOf,
  type DrawnText,
  type OpenPage,
  type Rectangle,
} from "./browser.ts";
import {
  application,
  broken,
  hostileNames,
  impersonation,
  reportOf,
  resourcesOf,
  usualNames,
  type Names,
} from "./reports.ts";

const wide = 1280;
const narrow = 420;
/** An A4 page without its margins, at 96 dots an inch. */
const paper = { width: 680, height: 1009 };

const both = (names: Names): Report =>
  reportOf({ impersonation: impersonation(names), application: application(names) });
const [five, many] = [usualNames(5), usualNames(500)];

/** By name: the report, and whose names it has. */
const reports: Readonly<Record<string, readonly [Report, Names]>> = {
  "impersonation, 5 mailboxes": [reportOf({ impersonation: impersonation(five) }), five],
  "application, 5 mailboxes": [reportOf({ application: application(five) }), five],
  "both modes, 500 mailboxes": [both(many), many],
  "a failing proof": [reportOf({ impersonation: broken(five), application: application(five) }), five],
  "hostile names": [
    reportOf({ impersonation: broken(hostileNames), application: application(hostileNames) }),
    hostileNames,
  ],
};

describeWithChromium("the report in Chromium", (executablePath) => {
  let browser: Browser;
  let folder: string;
  /** The page that was shown last, and what it is of. */
  let shown: (OpenPage & { readonly of: string }) | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "report-"));
    browser = await chromium.launch({ executablePath });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A page is opened anew only where another report, language or kind was shown last. */
  const show = async (name: string, width: number, language: keyof typeof pageWords = "nl", scripts = true) => {
    const of = [name, language, scripts].join();
    if (shown?.of !== of) {
      await shown?.page.context().close();
      const [report, names] = reports[name] ?? [both(five), five];
      const audit = everyFinding(names.assignment);
      const content = pageOf({ report, changes: changesOf(resourcesOf(names)), audit }, pageWords[language]);
      shown = { ...(await openPage(browser, folder, content, { width, scripts })), of };
    }
    await shown.page.setViewportSize({ width, height: 900 });
    await shown.page.emulateMedia({ media: width === paper.width ? "print" : "screen" });
    return shown;
  };

  describe.each(Object.keys(reports))("%s", (name) => {
    test("axe finds nothing that shuts somebody out, in either language and width", async () => {
      // Axe itself needs scripts; the page has none.
      expect(await findBarriers((await show(name, wide, "en")).page)).toEqual([]);
      for (const width of [wide, narrow]) expect(await findBarriers((await show(name, width)).page)).toEqual([]);
    }, 60_000);

    test("each text of the picture is in its box, readable, and over no other", async () => {
      for (const width of [wide, narrow]) {
        const texts = await drawnTexts((await show(name, width)).page);
        expect(texts.length).toBeGreaterThan(8);
        for (const { text, at, box } of texts) {
          expect({ text, isInside: isInside(at, box) }).toEqual({ text, isInside: true });
          expect(at.bottom - at.top).toBeGreaterThanOrEqual(12);
        }
        expect(overlapsOf(texts)).toEqual([]);
      }
    }, 60_000);

    test("nothing is wider than the window or the paper", async () => {
      for (const width of [wide, narrow, paper.width]) {
        const { page } = await show(name, width);
        expect({ width, overflow: await overflowOf(page) }).toEqual({ width, overflow: 0 });
      }
    }, 60_000);

    test("on paper no picture and no row is cut", async () => {
      const { page } = await show(name, paper.width);
      const whole = await page.evaluate<{ what: string; height: number; isKept: boolean }[]>(`
      [...document.querySelectorAll("svg, tr, pre, .verdict")]
        .filter((each) => each.getClientRects().length > 0)
        .map((each) => ({
          what: each.outerHTML.slice(0, 60),
          height: each.getBoundingClientRect().height,
          isKept: getComputedStyle(each).breakInside === "avoid",
        }))`);
      expect(whole.length).toBeGreaterThan(15);
      expect(whole.filter(({ height, isKept }) => height > paper.height || !isKept)).toEqual([]);
      const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
      const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      expect(pages).toBeGreaterThanOrEqual(2);
      expect(pages).toBeLessThanOrEqual(16);
    }, 60_000);
  });

  test("names of a tenant become no element and no script, and nothing is asked for", async () => {
    const { page, asked } = await show("hostile names", wide, "en");
    expect(await page.evaluate("globalThis.pwned")).toBeUndefined();
    expect(asked).toEqual([]);
    const tags = await page.evaluate<string[]>(
      `[...new Set([...document.querySelectorAll("*")].map(({ localName }) => localName))].toSorted()`,
    );
    const usual = (await show("a failing proof", wide, "en")).page;
    expect(tags).toEqual(
      await usual.evaluate(
        `[...new Set([...document.querySelectorAll("*")].map(({ localName }) => localName))].toSorted()`,
      ),
    );
    const attributes = `[...document.querySelectorAll("*")].flatMap((each) => each.getAttributeNames()).filter((each) => /^(on|src|href|style)/.test(each))`;
    expect(await (await show("hostile names", wide)).page.evaluate(attributes)).toEqual([]);
  }, 60_000);

  test("it says the same with and without scripts", async () => {
    const text = async (scripts: boolean): Promise<string> =>
      (await show("a failing proof", wide, "nl", scripts)).page.evaluate("document.body.innerText");
    const without = await text(false);
    expect(without).toContain("De toegang is NIET zoals afgesproken.");
    expect(await text(true)).toBe(without);
  }, 60_000);
});

/** Half a pixel is the browser's rounding. */
function isInside(inner: Rectangle, outer: Rectangle): boolean {
  return (
    inner.left >= outer.left - 0.5 &&
    inner.right <= outer.right + 0.5 &&
    inner.top >= outer.top - 0.5 &&
    inner.bottom <= outer.bottom + 0.5
  );
}

/** Pairs of texts of which one lies over the other by more than the space around the letters. */
function overlapsOf(texts: readonly DrawnText[]): string[] {
  const room = 3;
  return texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter(
        ({ at }) =>
          Math.min(one.at.right, at.right) - Math.max(one.at.left, at.left) > 0 &&
          Math.min(one.at.bottom, at.bottom) - Math.max(one.at.top, at.top) > room,
      )
      .map((other) => `${one.text} / ${other.text}`),
  );
}
