/** Files that settings name: read, or said in words what is wrong with them. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTextFile } from "../../stacks/textFile.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
  mkdirSync(join(folder, "lists"));
  writeFileSync(join(folder, "lists", "contoso.txt"), "ad.viseur@contoso.example\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a relative path begins in the project's folder, an absolute one anywhere", () => {
  expect(readTextFile("lists/contoso.txt", folder)).toBe("ad.viseur@contoso.example\n");
  expect(readTextFile(join(folder, "lists", "contoso.txt"), "/")).toBe("ad.viseur@contoso.example\n");
});

test("a file that is not there is said with the folder that was looked in", () => {
  expect(() => readTextFile("lists/none.pem", folder)).toThrow(`does not exist (looked in ${folder}/lists)`);
});

test("a folder is called one", () => {
  expect(() => readTextFile("lists", folder)).toThrow(/^is a folder$/);
});

test("anything else has the system's code", () => {
  expect(() => readTextFile("lists/contoso.txt/x", folder)).toThrow("cannot be read (ENOTDIR)");
});
