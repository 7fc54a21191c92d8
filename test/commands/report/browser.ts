/** The report's page in a real browser. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";

/** A rectangle of the window, in its pixels. */
export interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A text of a picture, and the box that it belongs to. */
export interface DrawnText {
  readonly text: string;
  readonly at: Rectangle;
  readonly box: Rectangle;
}

/** A page that is open. */
export interface OpenPage {
  readonly page: Page;
  /** Addresses of everything that was asked for besides the file itself. */
  readonly asked: readonly string[];
}

/** Opens a page as a file on the disk, as an administrator does, in a window of its own; scripts are off. */
export async function openPage(
  browser: Browser,
  folder: string,
  content: string,
  { width, scripts = false }: { readonly width: number; readonly scripts?: boolean },
): Promise<OpenPage> {
  const file = join(folder, "report.html");
  writeFileSync(file, content);
  const context = await browser.newContext({ javaScriptEnabled: scripts, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const asked: string[] = [];
  const address = pathToFileURL(file).href;
  await context.route("**/*", async (route) => {
    const url = route.request().url();
    if (url === address) return route.continue();
    asked.push(url);
    return route.abort();
  });
  await page.goto(address);
  return { page, asked };
}

/** What axe finds wrong, a line each: everything that it has a rule for. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate<AxeResults>("axe.run(document)");
  if (passes.length < 10) throw new Error("axe has looked at next to nothing");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** Every text of the pictures that are shown. */
export function drawnTexts(page: Page): Promise<DrawnText[]> {
  return page.evaluate(`[...document.querySelectorAll("svg text")]
    .filter((text) => text.getClientRects().length > 0)
    .map((text) => ({
      text: text.textContent,
      at: text.getBoundingClientRect().toJSON(),
      box: text.parentElement.querySelector("rect").getBoundingClientRect().toJSON(),
    }))`);
}

/** How far the content is wider than the window, in pixels. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
