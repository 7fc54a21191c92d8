// One set-up at a time.
import { afterAll, describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { isDead, withLock } from "../../../commands/setup/lock.mjs";

const folder = mkdtempSync(join(tmpdir(), "setup-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("two set-ups at once", () => {
  test("one waits for the other, and nothing is left of the lock", async () => {
    const path = join(folder, "locks", "setup.lock");
    const events: string[] = [];
    const work = (name: string) =>
      withLock(path, async () => {
        events.push(`${name} begins`);
        await new Promise((done) => setTimeout(done, 50));
        events.push(`${name} ends`);
      });
    await Promise.all([work("a"), work("b")]);
    expect(events).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    expect(readdirSync(join(folder, "locks"))).toEqual([]);
  });

  test("the lock of a set-up that was killed is taken over", async () => {
    const path = join(folder, "killed.lock");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(path, `${pid} 1 ${hostname()}\n`);
    expect(await withLock(path, async () => "done")).toBe("done");
    expect(existsSync(path)).toBe(false);
  });

  test("an owner is dead when its pid is gone or belongs to a process of another start; never on another machine", () => {
    expect(isDead(`${process.pid} 1 ${hostname()}`)).toBe(true);
    expect(isDead(`${process.pid} 1 elsewhere`)).toBe(false);
    expect(isDead("half a li")).toBe(true);
  });
});
