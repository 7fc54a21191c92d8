// When a lock may go: only with proof that its owner is dead.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import {
  findOccupant,
  judgeOwner,
  lockFolder,
  parseOwner,
  readLocks,
  releaseLock,
  type Occupant,
} from "../../commands/lock.ts";

const taken = new Date("2026-03-01T10:00:00Z");
const owner = { pid: 4711, username: "ann", hostname: "desk", timestamp: taken };
const at = (seconds: number): Date => new Date(taken.getTime() + seconds * 1000);
const process_ = (name: string, seconds: number): Occupant => ({ names: [name], startedAt: at(seconds) });

describe("the verdict on a lock's owner", () => {
  test.each<[string, string, Occupant, boolean]>([
    ["nobody has the pid any more", "desk", "nobody", true],
    ["the pid belongs to another program that started later", "desk", process_("cron", 3600), true],
    ["the owner is an engine at work", "desk", process_("pulumi", -2), false],
    [
      "an engine under that pid seems to have started later, as after a suspend",
      "desk",
      process_("pulumi", 3600),
      false,
    ],
    ["a renamed engine was there when the lock was taken", "desk", process_("engine", -2), false],
    ["another program started within the clock's rounding", "desk", process_("cron", 1), false],
    ["the process belongs to another user and cannot be read", "desk", "unknown", false],
    ["the lock is from another machine, where the pid is not ours to judge", "rack", "nobody", false],
  ])("%s", (_case, here, occupant, dead) => {
    expect(judgeOwner(owner, here, occupant).dead).toBe(dead);
  });

  test("a lock that cannot be read stays, and so does one whose host name names no machine", () => {
    expect(judgeOwner(undefined, "desk", "nobody").dead).toBe(false);
    expect(judgeOwner({ ...owner, hostname: "localhost" }, "localhost", "nobody").dead).toBe(false);
    expect(judgeOwner({ ...owner, hostname: "" }, "", "nobody").dead).toBe(false);
  });

  test("no lock of another machine is ever released, and none while an engine has the pid", () => {
    const occupants = fc.oneof(
      fc.constantFrom<Occupant>("nobody", "unknown"),
      fc.record({ names: fc.array(fc.string(), { maxLength: 3 }), startedAt: fc.date({ noInvalidDate: true }) }),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), occupants, (hostname, here, occupant) => {
        const { dead } = judgeOwner({ ...owner, hostname }, here, occupant);
        const engineThere = typeof occupant === "object" && occupant.names.some((name) => name.includes("pulumi"));
        expect(dead && (hostname !== here || engineThere || occupant === "unknown")).toBe(false);
      }),
    );
  });
});

describe("who has a process id", () => {
  test("this process is there, under the name of its program", () => {
    const occupant = findOccupant(process.pid);
    expect(occupant).toMatchObject({ names: expect.arrayContaining(["node"]) });
    const started = Date.now() - process.uptime() * 1000;
    expect(Math.abs((typeof occupant === "object" ? occupant.startedAt.getTime() : 0) - started)).toBeLessThan(5_000);
  });

  test("a process that ended is nobody", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    expect(findOccupant(child.pid ?? 0)).toBe("nobody");
  });
});

describe("lock files", () => {
  const backend = mkdtempSync(join(tmpdir(), "lock-"));
  mkdirSync(join(backend, ".pulumi"));
  writeFileSync(join(backend, ".pulumi", "meta.yaml"), "version: 1\n");

  test("the folder is the engine's own, for a file backend of the known layout only", () => {
    const folder = join(backend, ".pulumi/locks/organization/calendar-access/acme");
    expect(lockFolder(`file://${backend}`, "calendar-access", "acme")).toBe(folder);
    expect(lockFolder(`file://${backend}?no_tmp_dir=true`, "calendar-access", "acme")).toBe(folder);
    expect(lockFolder("https://api.example.com", "calendar-access", "acme")).toBeUndefined();
    expect(lockFolder("s3://bucket", "calendar-access", "acme")).toBeUndefined();
    expect(lockFolder(`file://~/${"x".repeat(40)}`, "calendar-access", "acme")).toBeUndefined();
    expect(homedir()).not.toBe("");
  });

  test("a lock is read with its owner, and released with its note", () => {
    const folder = join(backend, ".pulumi/locks/organization/p/s");
    expect(readLocks(folder)).toEqual([]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "a.json"),
      '{"pid":4711,"username":"ann","hostname":"desk","timestamp":"2026-03-01T10:00:00.000000123Z"}',
    );
    writeFileSync(join(folder, "a.json.attrs"), "{}");
    const locks = readLocks(folder);
    expect(locks).toEqual([{ path: join(folder, "a.json"), owner }]);
    locks.forEach(releaseLock);
    expect(readLocks(folder)).toEqual([]);
  });

  test("anything but the engine's form has no owner", () => {
    for (const text of [
      "",
      "{",
      "[]",
      "null",
      '{"pid":0,"hostname":"h","timestamp":"2026-01-01"}',
      '{"pid":1,"hostname":"h"}',
    ]) {
      expect(parseOwner(text)).toBeUndefined();
    }
  });
});
