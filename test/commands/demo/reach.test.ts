// Judging a journal: who could reach what after each write, against what was there and what was asked for.
import { describe, expect, test } from "@jest/globals";

import { judgeReach, reachAfterEach, type Chapter } from "../../../commands/demo/reach.ts";
import type { JournalEntry } from "../../../simulator/server/journal.ts";

type Told = JournalEntry["reach"][string];

const write = (operation: string, reach: Told): JournalEntry => ({
  at: "2026-01-01T00:00:00.000Z",
  actor: "somebody",
  operation,
  target: "it",
  status: 200,
  reach: { svc: reach },
  cachedReach: {},
});

const chapter = (from: number, to: number, more: Partial<Chapter> = {}): Chapter => ({
  title: "up",
  from,
  to,
  byHand: false,
  asked: { svc: ["a", "b"] },
  ...more,
});

describe("the reach of every principal over a journal", () => {
  test("a run that opens what is asked for, and no other mailbox on the way, holds", () => {
    const journal = [write("New-RoleGroup", []), write("New-ManagementRoleAssignment", ["a", "b"])];
    expect(judgeReach(journal, [chapter(0, 2)])).toEqual([]);
  });

  test("a write after which it was wider for a moment is named, though the end is right", () => {
    const journal = [write("Remove-ManagementScope", ["a", "b", "director"]), write("Set-It", ["a"])];
    expect(judgeReach(journal, [chapter(0, 2)])).toEqual([
      "up: after Remove-ManagementScope it svc also reached director",
    ]);
  });

  test("writes by hand may widen; the repair may find it so, but must not leave it so", () => {
    const journal = [write("by hand", ["a", "director"]), write("Set-A", ["a", "director"]), write("Set-B", ["a"])];
    const byHand = chapter(0, 1, { byHand: true, asked: {} });
    expect(judgeReach(journal, [byHand, chapter(1, 3, { asked: { svc: ["a"] } })])).toEqual([]);
    const stoppedShort = [byHand, chapter(1, 2, { asked: { svc: ["a"] } }), chapter(2, 3)];
    expect(judgeReach(journal, stoppedShort)).toEqual(["up: at its end svc still reached director"]);
  });

  test("a chapter without a write is judged by what was there", () => {
    const journal = [write("by hand", ["a", "director"])];
    const byHand = chapter(0, 1, { byHand: true, asked: {} });
    expect(judgeReach(journal, [byHand, chapter(1, 1)])).toEqual(["up: at its end svc still reached director"]);
    expect(judgeReach([], [chapter(0, 0)])).toEqual([]);
  });

  test("an access that goes keeps what it had on the way, and nothing at the end", () => {
    const journal = [write("up", ["a", "b"]), write("Remove-A", ["a", "b"]), write("Remove-B", [])];
    const dropped = { asked: { svc: [] } };
    expect(judgeReach(journal, [chapter(0, 1), chapter(1, 3, dropped)])).toEqual([]);
    expect(judgeReach(journal, [chapter(0, 1), chapter(1, 2, dropped), chapter(2, 3)])).toEqual([
      "up: at its end svc still reached a, b",
    ]);
  });

  test("a principal that nothing was asked for may not gain anything, in a chapter or between two", () => {
    const gained = { ...write("Grant", ["a"]), reach: { svc: ["a"], other: ["director"] } };
    const journal = [write("up", ["a"]), gained, gained];
    const said = "after Grant it other also reached director";
    const from = (title: string): string[] => [
      `${title}: ${said}`,
      `${title}: at its end other still reached director`,
    ];
    const start = chapter(0, 1, { byHand: true, asked: {} });
    expect(judgeReach(journal, [start, chapter(1, 2), chapter(2, 3)])).toEqual(from("up"));
    expect(judgeReach(journal, [start, chapter(2, 3)])).toEqual(from("in between"));
    expect(judgeReach(journal, [start])).toHaveLength(3);
  });

  test("large sets are followed by what was added and removed", () => {
    const large = { count: 51, sha256: "", added: ["c"], removed: ["a"] };
    const reach = reachAfterEach([write("one", ["a", "b"]), write("two", large), write("three", [])], "svc");
    expect(reach.map((set) => [...set].toSorted())).toEqual([["a", "b"], ["b", "c"], []]);
  });
});
