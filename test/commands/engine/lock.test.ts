// When a lock may go: only with proof that its owner is dead.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { backendOf, lockFolder } from "../../../commands/engine/backend.ts";
import { judgeOwner, parseOwner, readLocks, releaseLock } from "../../../commands/engine/lock.ts";
import {
  placeHere,
  readNotes,
  removeOutdated,
  stackIn,
  watchLock,
  type OwnerNote,
} from "../../../commands/engine/lockOwner.ts";
import { findOccupant, type Occupant } from "../../../commands/engine/process.ts";
import { until } from "../../support/processes.ts";

const taken = new Date("2026-03-01T10:00:00Z");
const owner = { pid: 4711, username: "ann", hostname: "desk", timestamp: taken };
const place = { boot: "boot-1", namespace: "pid:[4026531836]" };
const here = { hostname: "desk", place };
const note: OwnerNote = { ...place, pid: 4711, start: "100", lock: "locks/organization/p/s/a.json" };
const occupiedBy = (name: string, start: string): Occupant => ({ names: [name], start, commandLine: name });

describe("the verdict on a lock's owner", () => {
  test.each<[string, Occupant, "dead" | "alive" | "unknown"]>([
    ["nobody has the pid any more", "nobody", "dead"],
    ["the pid belongs to another program by now", occupiedBy("cron", "200"), "dead"],
    ["the pid belongs to another engine by now", occupiedBy("pulumi", "200"), "dead"],
    ["the owner is an engine at work", occupiedBy("pulumi", "100"), "alive"],
    ["the owner goes by another name", occupiedBy("engine", "100"), "alive"],
    ["the process belongs to another user and cannot be read", "unknown", "unknown"],
  ])("where it is noted to live in this PID namespace: %s", (_case, occupant, expected) => {
    expect(judgeOwner(owner, [note], here, occupant).owner).toBe(expected);
  });

  test.each<[string, readonly OwnerNote[], string]>([
    ["nobody noted where it lives", [], "nobody noted in which one"],
    ["it lives in another PID namespace of this machine", [{ ...note, namespace: "pid:[1]" }], "another PID namespace"],
    ["it lived before this machine's last start", [{ ...note, boot: "boot-0" }], "last started, or on another one"],
    ["two containers claim it", [note, { ...note, namespace: "pid:[1]" }], "several containers named desk claim it"],
    ["the note speaks of another process", [{ ...note, pid: 1 }], "nobody noted in which one"],
  ])("is none, though nobody has its pid here, where %s", (_case, notes, reason) => {
    const verdict = judgeOwner(owner, notes, here, "nobody");
    expect(verdict.owner).toBe("unknown");
    expect(verdict.reason).toContain(reason);
  });

  test("is none for a lock of another machine, for one that cannot be read, and where this system tells no place", () => {
    expect(judgeOwner(owner, [note], { hostname: "rack", place }, "nobody").owner).toBe("unknown");
    expect(judgeOwner(undefined, [note], here, "nobody").owner).toBe("unknown");
    expect(judgeOwner({ ...owner, hostname: "" }, [note], { hostname: "", place }, "nobody").owner).toBe("unknown");
    const local = { hostname: "localhost", place };
    expect(judgeOwner({ ...owner, hostname: "localhost" }, [note], local, "nobody").owner).toBe("unknown");
    expect(judgeOwner(owner, [note], { hostname: "desk", place: undefined }, "nobody").owner).toBe("unknown");
  });

  test("calls nobody dead but a noted process of this very place", () => {
    const occupants = fc.oneof(
      fc.constantFrom<Occupant>("nobody", "unknown"),
      fc.record({ names: fc.array(fc.string(), { maxLength: 3 }), start: fc.string(), commandLine: fc.string() }),
    );
    const few = (...values: string[]) => fc.constantFrom(...values);
    const notes = fc.array(
      fc.record({
        boot: few("boot-1", "boot-2"),
        namespace: few("pid:[1]", "pid:[2]"),
        pid: fc.constantFrom(4711, 1),
        start: few("100", "200"),
        lock: few("a"),
      }),
      { maxLength: 2 },
    );
    const place = fc.option(fc.record({ boot: few("boot-1", "boot-2"), namespace: few("pid:[1]", "pid:[2]") }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(few("desk", "rack"), notes, place, occupants, (hostname, noted, place, occupant) => {
        if (judgeOwner({ ...owner, hostname }, noted, { hostname: "desk", place }, occupant).owner !== "dead") return;
        expect([hostname, noted]).toEqual(["desk", [{ ...noted[0], ...place, pid: 4711 }]]);
        expect(occupant).not.toBe("unknown");
        expect(typeof occupant === "string" ? undefined : occupant.start).not.toBe(noted[0]?.start);
      }),
    );
  });
});

describe("the note of a lock's owner", () => {
  const backend = mkdtempSync(join(tmpdir(), "owner-"));
  const url = `file://${backend}`;
  const folder = join(backend, ".pulumi/locks/organization/p/s");
  const children: ChildProcess[] = [];
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(backend, ".pulumi", "meta.yaml"), "version: 1\n");
  });
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(backend, { recursive: true, force: true });
  });
  const lockOf = (pid: number, name: string) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify({ pid, username: "ann", hostname: hostname(), timestamp: taken.toISOString() }));
    return { path };
  };
  const engine = (): number => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" });
    children.push(child);
    return child.pid ?? 0;
  };

  test("names place and process of the one that took the lock; it goes with the lock, and stays where that does", async () => {
    const old = lockOf(1, "old");
    const pid = engine();
    const end = watchLock(pid, url, "s");
    const foreign = lockOf(pid + 100_000, "foreign");
    const lock = lockOf(pid, "new");
    await until("the note", () => readNotes(url, lock).length === 1);
    const start = startOf(pid);
    expect(readNotes(url, lock)).toEqual([{ ...placeHere(), pid, start, lock: "locks/organization/p/s/new.json" }]);
    expect([...readNotes(url, old), ...readNotes(url, foreign)]).toEqual([]);
    end();
    expect(readNotes(url, lock)).toHaveLength(1);
    rmSync(lock.path);
    removeOutdated(url);
    expect(readNotes(url, lock)).toEqual([]);
  });

  test("is not made of a lock that was there before, nor without a file backend", () => {
    const pid = engine();
    const lock = lockOf(pid, "earlier");
    watchLock(pid, url, undefined)();
    watchLock(pid, "s3://bucket", undefined)();
    watchLock(undefined, url, undefined)();
    expect(readNotes(url, lock)).toEqual([]);
  });

  test.each([
    [["up", "--stack", "acme"], "acme"],
    [["-s", "organization/calendar-access/acme", "up"], "acme"],
    [["up", "--stack=acme", "--yes"], "acme"],
    [["up"], undefined],
    [["up", "--stack"], undefined],
  ])("looks for the stack that the command names: %j", (args, stack) => {
    expect(stackIn(args)).toBe(stack);
  });

  test("looks for the backend where the engine does: environment, project, the one that is logged in to", () => {
    const project = mkdtempSync(join(backend, "project-"));
    writeFileSync(join(project, "credentials.json"), '{"current":"file://~/c"}');
    const environment = { PULUMI_HOME: project };
    writeFileSync(join(project, "Pulumi.yaml"), "name: p\n");
    expect(backendOf(environment, project)).toBe("file://~/c");
    writeFileSync(join(project, "Pulumi.yaml"), "name: p\nbackend:\n  url: file:///b\n");
    expect(backendOf(environment, project)).toBe("file:///b");
    expect(backendOf({ ...environment, PULUMI_BACKEND_URL: "file:///a" }, project)).toBe("file:///a");
    expect(backendOf({ PULUMI_HOME: join(project, "none") }, join(project, "none"))).toBe("");
  });
});

function startOf(pid: number): string {
  const occupant = findOccupant(pid);
  return typeof occupant === "object" ? occupant.start : "?";
}

describe("who has a process id", () => {
  test("this process is there, under the name of its program", () => {
    const occupant = findOccupant(process.pid);
    expect(occupant).toMatchObject({ names: expect.arrayContaining(["node"]) });
    expect(findOccupant(process.pid)).toEqual(occupant);
    // Whoever started earlier or later has another start.
    expect(occupant).not.toMatchObject({ start: startOf(1) });
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
