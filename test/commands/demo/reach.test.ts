// Judging a journal: who could reach what after each write, against what was there and what was asked for.
import { describe, expect, test } from "@jest/globals";

import { judgeReach, reachAfterEach, type Chapter } from "../../../commands/demo/reach.ts";
import type { JournalEntry } from "../../../simulator/journal.ts";

type Told = JournalEntry["reach"][string];

const write = (operation: string, reach: Told): JournalEntry => ({
  at: "2026-01-01T00:00:00.000Z",
  actor: "somebody",
  operation,
  target: "it",
  status: 200,
  reach: { svc: reach, other: ["somebody.else"] },
  cachedReach: {},
});

const chapter = (from: number, to: number, more: Partial<Chapter> = {}): Chapter => ({
  title: "up",
  from,
  to,
  byHand: false,
  endsWith: ["a", "b"],
  ...more,
});

describe("the reach of a principal over a journal", () => {
  test("a run that opens what is asked for, and no other mailbox on the way, holds", () => {
    const journal = [write("New-RoleGroup", []), write("New-ManagementRoleAssignment", ["a", "b"])];
    expect(judgeReach(journal, "svc", ["a", "b"], [chapter(0, 2)])).toEqual([]);
  });

  test("a write after which it was wider for a moment is named, though the end is right", () => {
    const journal = [write("Remove-ManagementScope", ["a", "b", "director"]), write("Set-It", ["a"])];
    expect(judgeReach(journal, "svc", ["a", "b"], [chapter(0, 2)])).toEqual([
      "up: after Remove-ManagementScope it it also reached director",
    ]);
  });

  test("writes by hand may widen; the repair may find it so, but must not leave it so", () => {
    const journal = [write("by hand", ["a", "director"]), write("Set-A", ["a", "director"]), write("Set-B", ["a"])];
    const byHand = chapter(0, 1, { byHand: true });
    expect(judgeReach(journal, "svc", ["a"], [byHand, chapter(1, 3)])).toEqual([]);
    expect(judgeReach(journal, "svc", ["a"], [byHand, chapter(1, 2)])).toEqual([
      "up: at its end it still reached director",
    ]);
  });

  test("a chapter without a write is judged by what was there", () => {
    const journal = [write("by hand", ["a", "director"])];
    expect(judgeReach(journal, "svc", ["a"], [chapter(1, 1)])).toEqual(["up: at its end it still reached director"]);
    expect(judgeReach([], "svc", ["a"], [chapter(0, 0)])).toEqual([]);
  });

  test("large sets are followed by what was added and removed", () => {
    const large = { count: 51, sha256: "", added: ["c"], removed: ["a"] };
    const reach = reachAfterEach([write("one", ["a", "b"]), write("two", large), write("three", [])], "svc");
    expect(reach.map((set) => [...set].toSorted())).toEqual([["a", "b"], ["b", "c"], []]);
  });
});
