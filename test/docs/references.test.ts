/** Every reference to a section of the project's documents leads to one. */
import { describe, expect, test } from "@jest/globals";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkout } from "../../commands/setup/checkout.mjs";

const skipped = new Set(["node_modules", ".git", ".tmp", ".demo", "coverage"]);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return /\.(ts|mjs|cjs|js|md|yaml|go)$/.test(entry.name) ? [path] : [];
  });
}

/** Numbers of a document's sections: headings, paragraphs that begin with one, and the points of a section's list. */
function sectionsOf(document: string): ReadonlySet<string> {
  const sections = new Set<string>();
  let section = "";
  for (const line of document.split("\n")) {
    const heading = /^#+ (\d+(?:\.\d+)*)\.? /.exec(line)?.[1];
    if (heading !== undefined) sections.add((section = heading));
    const paragraph = /^(\d+(?:\.\d+)+) /.exec(line)?.[1];
    if (paragraph !== undefined) sections.add(paragraph);
    const point = /^(\d+)\. /.exec(line)?.[1];
    if (point !== undefined && section !== "") sections.add(`${section}.${point}`);
  }
  return sections;
}

/** Mentions of the documents, with the section where one is named; a list of sections names each. */
function referencesIn(text: string): { document: string; section: string }[] {
  return [...text.matchAll(/((?:facts\/[a-z-]+|design)\.md)((?:,? §\d+(?:\.\d+)*)*)/g)].flatMap(
    ([, document = "", rest = ""]) => {
      const numbers = [...rest.matchAll(/§(\d+(?:\.\d+)*)/g)].map(([, number = ""]) => number);
      return (numbers.length === 0 ? [""] : numbers).map((section) => ({ document, section }));
    },
  );
}

describe("references to sections", () => {
  const documents = new Map<string, ReadonlySet<string>>();
  const found = filesIn(checkout).flatMap((path) =>
    referencesIn(readFileSync(path, "utf8")).map((reference) => ({ ...reference, file: relative(checkout, path) })),
  );

  test("are found", () => {
    expect(found.length).toBeGreaterThan(100);
  });

  test("resolve in docs/", () => {
    const dangling = found.filter(({ document, section }) => {
      const path = join(checkout, "docs", document);
      if (!documents.has(document)) {
        documents.set(document, existsSync(path) ? sectionsOf(readFileSync(path, "utf8")) : new Set());
      }
      return !existsSync(path) || (section !== "" && documents.get(document)?.has(section) !== true);
    });
    expect(dangling.map(({ file, document, section }) => `${file}: ${document} §${section}`)).toEqual([]);
  });

  test("are told from what leads nowhere", () => {
    const document = "## 1. First\n\n1. point\n\n### 1.2 Second\n\n3.4 **Paragraph**\n";
    expect([...sectionsOf(document)].toSorted()).toEqual(["1", "1.1", "1.2", "3.4"]);
    expect(referencesIn("see facts/exchange.md §1.1, §2 and design.md")).toEqual([
      { document: "facts/exchange.md", section: "1.1" },
      { document: "facts/exchange.md", section: "2" },
      { document: "design.md", section: "" },
    ]);
  });
});
