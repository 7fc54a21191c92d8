/** The files of a hand-over: all of them or none, for their owner alone. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeAll } from "../../../commands/handover/files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const pair = () => [
  { path: join(folder, "new", "one"), content: "1" },
  { path: join(folder, "new", "two"), content: "2" },
];

describe("files that are written together", () => {
  test("are readable by their owner only, in a folder that is, too", () => {
    writeAll(pair(), false);
    expect(pair().map(({ path }) => readFileSync(path, "utf8"))).toEqual(["1", "2"]);
    for (const { path } of pair()) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "new")).mode & 0o777).toBe(0o700);
  });

  test("are none where the second one is there already, and that stays as it is", () => {
    mkdirSync(join(folder, "new"));
    writeFileSync(join(folder, "new", "two"), "old");
    expect(() => {
      writeAll(pair(), false);
    }).toThrow("EEXIST");
    expect(readdirSync(join(folder, "new"))).toEqual(["two"]);
    expect(readFileSync(join(folder, "new", "two"), "utf8")).toBe("old");
  });

  test("replace what is there where that is asked for, and become their owner's alone", () => {
    mkdirSync(join(folder, "new"));
    writeFileSync(join(folder, "new", "two"), "old", { mode: 0o644 });
    writeAll(pair(), true);
    expect(readdirSync(join(folder, "new"))).toEqual(["one", "two"]);
    expect(readFileSync(join(folder, "new", "two"), "utf8")).toBe("2");
    expect(statSync(join(folder, "new", "two")).mode & 0o777).toBe(0o600);
  });

  test("leave nothing behind where one cannot be written", () => {
    const [one, two] = pair();
    if (one === undefined || two === undefined) throw new Error("no pair");
    writeFileSync(join(folder, "file"), "");
    expect(() => {
      writeAll([one, { ...two, path: join(folder, "file", "two") }], false);
    }).toThrow(/ENOTDIR|EEXIST/);
    expect(readdirSync(join(folder, "new"))).toEqual([]);
  });
});
