/** Links between the documents lead to a file, and to a heading of it. */
import { describe, expect, test } from "@jest/globals";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { checkout } from "../../commands/setup/checkout.mjs";

const docs = join(checkout, "docs");
const documents = [
  ...["README.md", "SECURITY.md", "CHANGELOG.md"].map((name) => join(checkout, name)),
  ...readdirSync(docs)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(docs, name)),
];

/** Without blocks of code, where brackets mean something else. */
function proseOf(path: string): string {
  return readFileSync(path, "utf8")
    .replaceAll(/^```.*?^```/gms, "")
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ""));
}

/** A heading as the web shows it in an address. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

function anchorsIn(path: string): string[] {
  return [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

describe("a link", () => {
  const links = documents.flatMap((file) =>
    [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ file, target })),
  );
  const inside = links.filter(({ target }) => !/^[a-z]+:/.test(target));

  test("is found", () => {
    expect(inside.length).toBeGreaterThan(30);
  });

  test("within the project leads to a file and a heading", () => {
    const dead = inside.filter(({ file, target }) => {
      const [path = "", anchor = ""] = target.split("#");
      const to = path === "" ? file : join(dirname(file), path);
      return !existsSync(to) || (anchor !== "" && !anchorsIn(to).includes(anchor));
    });
    expect(dead.map(({ file, target }) => `${relative(checkout, file)}: ${target}`)).toEqual([]);
  });

  test("to elsewhere is encrypted", () => {
    expect(links.filter(({ target }) => /^http:/.test(target))).toEqual([]);
  });
});

describe("a guide", () => {
  test.each(["operator.md", "operator-nl.md"])("begins with a table of its contents: %s", (name) => {
    const path = join(docs, name);
    const [beginning = ""] = proseOf(path).split(/^## /m);
    const linked = [...beginning.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    const [, ...headings] = anchorsIn(path);
    expect(headings.filter((each) => !linked.includes(each))).toEqual([]);
  });
});

describe("README.md", () => {
  test("stays short: 150 lines", () => {
    expect(readFileSync(join(checkout, "README.md"), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(150);
  });
});
