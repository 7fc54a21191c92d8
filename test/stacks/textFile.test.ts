/** Files that settings name: read, or said in words what is wrong with them. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readList, readTextFile } from "../../stacks/textFile.ts";

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

test("of a path that may be a secret nothing is shown, not even its folder", () => {
  expect(() => readTextFile("Welkom/2026!x", folder)).toThrow(/^does not exist$/);
});

test("a folder is called one", () => {
  expect(() => readTextFile("lists", folder)).toThrow(/^is a folder$/);
});

test("anything else has the system's code", () => {
  expect(() => readTextFile("lists/contoso.txt/x", folder)).toThrow("cannot be read (ENOTDIR)");
});

test("a list is read by lines, whichever system ended them; what lists nobody is refused and not quoted", () => {
  const write = (text: string): string => {
    writeFileSync(join(folder, "addresses.txt"), text);
    return "addresses.txt";
  };
  expect(readList(write("a@x.example\r\nb@x.example\rc@x.example\n"), folder)).toEqual([
    ...["a@x.example", "b@x.example", "c@x.example", ""],
  ]);
  const body = "MIIEvQIBADANBgkqhkiG9w0BAQ";
  const key = write(`-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\nme@x.example\n`);
  expect(() => readList(key, folder)).toThrow(/^holds a private key, which must never come here; write the path/);
  expect(() => readList(write(`${body}\n`), folder)).toThrow(/^holds no e-mail address; write the path/);
});

describe("an encoding", () => {
  const address = "ad.viseur@contoso.example\n";
  const write = (bytes: Buffer): string => {
    writeFileSync(join(folder, "list.txt"), bytes);
    return "list.txt";
  };
  const wide = (text: string): Buffer => Buffer.from(text, "utf16le");

  test("of UTF-8 is read, its byte order mark left out", () => {
    expect(readTextFile(write(Buffer.from(`\uFEFF${address}# Zoë\n`)), folder)).toBe(`${address}# Zoë\n`);
  });

  test.each<[string, Buffer]>([
    ["with a byte order mark", wide(`\uFEFF${address}`)],
    ["without one", wide(address)],
    ["big end first", wide(`\uFEFF${address}`).swap16()],
    ["big end first, without a mark", wide(address).swap16()],
  ])("of UTF-16 is refused, %s, with what to do", (_name, bytes) => {
    expect(() => readTextFile(write(bytes), folder)).toThrow(/^is in UTF-16; save it as UTF-8/);
  });

  test("that is none of them is refused with the line", () => {
    const latin = Buffer.from(`${address}zoë@contoso.example\n`, "latin1");
    expect(() => readTextFile(write(latin), folder)).toThrow(/^is not in UTF-8 \(line 2\); save it as UTF-8$/);
    expect(() => readTextFile(write(Buffer.from("a\0b\0\0c")), folder)).toThrow(/^is no text/);
  });

  test("is guessed for no file without zero bytes, an empty one included", () => {
    expect(readTextFile(write(Buffer.alloc(0)), folder)).toBe("");
    expect(readTextFile(write(Buffer.from("日本")), folder)).toBe("日本");
  });
});
