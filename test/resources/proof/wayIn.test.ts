/** Whether the way in is open: every setting that shuts it, and everything that nobody can tell. */
import { say } from "../../../resources/proof/words/english.ts";
import { sayWayIn } from "../../../resources/proof/words/summariesEnglish.ts";
import { describe, expect, test } from "@jest/globals";
import {
  judgeWayIn,
  withWayIn,
  type WayInVerdict,
  type OrganizationSwitches,
  type WayInAsked,
  type WayInEvidence,
} from "../../../resources/proof/wayIn.ts";

const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";
const ad = { address: "ad@x.example", id: "00000000-0000-4000-8000-00000000000a" };
const eva = { address: "eva@x.example", id: "00000000-0000-4000-8000-00000000000e" };
const user = { address: "svc@x.example", id: "00000000-0000-4000-8000-000000000005" };
const asked: WayInAsked = {
  comesBy: "ews",
  clientId: vendor,
  advice: "sayClientId",
  members: [ad, eva],
  user,
};
const open: OrganizationSwitches = { isEnabled: undefined, policy: "", allowList: [], blockList: [] };
const during = Date.UTC(2026, 10, 25);

/** The verdict, in English. */
function inEnglish(verdict: WayInVerdict) {
  const { findings, notes, notProved } = verdict;
  return {
    ...verdict,
    summary: sayWayIn(verdict),
    findings: findings.map((each) => ({ text: say(each), mayPass: each.mayPass })),
    notes: notes.map(say),
    notProved: notProved.map(say),
  };
}

function judge(
  organization: Partial<OrganizationSwitches> | { unread: string },
  rest: Partial<WayInEvidence> = {},
  question: Partial<WayInAsked> = {},
): ReturnType<typeof inEnglish> {
  const switches = "unread" in organization ? organization : { ...open, ...organization };
  const evidence = { organization: switches, clientIds: undefined, shut: [], isServer: false, now: during, ...rest };
  return inEnglish(judgeWayIn({ ...asked, ...question }, evidence));
}

const state = (...args: Parameters<typeof judge>): string => judge(...args).state;

describe("the organisation's EwsEnabled", () => {
  test("False shuts it, whatever else says", () => {
    const verdict = judge({ isEnabled: false }, { clientIds: [vendor] });
    expect(verdict.state).toBe("shut");
    expect(verdict.findings).toEqual([
      { text: expect.stringMatching(/^the way in is shut: EWS is off for the whole organisation/), mayPass: false },
    ]);
    expect(verdict.summary).toMatch(/^shut: EWS is off for the whole organisation/);
  });

  test("not set leaves it open, with a note about what Microsoft does, and the list does not count", () => {
    const verdict = judge({}, { clientIds: ["another"] });
    expect(verdict).toMatchObject({ state: "open", summary: "open", findings: [] });
    expect(verdict.notes).toEqual([expect.stringMatching(/is not set: EWS is open until Microsoft turns it off/)]);
    expect(judge({}, { now: Date.UTC(2026, 8, 30) }).notes).toEqual([
      expect.stringMatching(/is not set: from 2026-10-01 on Microsoft turns it off/),
    ]);
    expect(judge({}, { now: undefined }).state).toBe("open");
    // Exchange Server keeps EWS, and knows no list of client ids.
    const onServer = judge({ isEnabled: true }, { isServer: true, now: Date.UTC(2027, 4, 1) });
    expect(onServer).toMatchObject({ state: "open", notes: [] });
  });

  test("True lets in who is listed, by client ids in any case", () => {
    expect(state({ isEnabled: true }, { clientIds: [vendor] })).toBe("open");
    expect(state({ isEnabled: true }, { clientIds: [vendor] }, { clientId: vendor.toUpperCase() })).toBe("open");
    const verdict = judge({ isEnabled: true }, { clientIds: ["another"] });
    expect(verdict.state).toBe("shut");
    expect(verdict.summary).toMatch(new RegExp(`${vendor} is none of them \\(EwsAllowedAppIDs`));
  });

  test("True with an empty list may be shut: the sources disagree", () => {
    for (const clientIds of [[], undefined]) {
      const verdict = judge({ isEnabled: true }, { clientIds });
      expect(verdict).toMatchObject({ state: "unknown", findings: [] });
      expect(verdict.notProved[0]).toMatch(/^whether the way in is open: it may be shut: .*EwsAllowedAppIDs is empty/);
    }
  });

  test("True with a list and a client id that nobody said is unknown, and names the setting", () => {
    const verdict = judge({ isEnabled: true }, { clientIds: ["another"] }, { clientId: "" });
    expect(verdict.state).toBe("unknown");
    expect(verdict.summary).toContain("callCentreClientId");
  });

  test("that cannot be read is unknown, and so is a list that cannot be", () => {
    expect(judge({ unread: "no right" }).summary).toMatch(/^unknown: .*could not be read \(no right\)/);
    expect(judge({ isEnabled: true }, { clientIds: { unread: "no right" } }).state).toBe("unknown");
  });

  test("says nothing sure once Exchange's own clock is past the end of EWS", () => {
    for (const isEnabled of [undefined, true]) {
      const verdict = judge({ isEnabled }, { clientIds: [vendor], now: Date.UTC(2027, 3, 1) });
      expect(verdict.state).toBe("unknown");
      expect(verdict.summary).toContain("2027-04-01");
    }
    expect(state({ isEnabled: false }, { now: Date.UTC(2028, 0, 1) })).toBe("shut");
  });
});

describe("lists of user agents", () => {
  test.each([
    ["EnforceAllowList", [], [], "shut"],
    ["EnforceAllowList", ["CallPro/*"], [], "unknown"],
    ["EnforceAllowList", ["*"], [], "open"],
    ["EnforceBlockList", [], [], "open"],
    ["EnforceBlockList", [], ["OldClient/*"], "unknown"],
    ["EnforceBlockList", [], ["*"], "shut"],
    ["", ["x"], ["*"], "open"],
    ["EnforceSomething", [], [], "unknown"],
  ])("%s with %j and %j", (policy, allowList, blockList, expected) => {
    expect(state({ policy, allowList, blockList })).toBe(expected);
  });
});

describe("the mailboxes' own switch", () => {
  test("shuts it for those that are listed, by name; others do not matter", () => {
    const verdict = judge({ isEnabled: true }, { clientIds: [vendor], shut: [{ ...eva, address: "other@x.example" }] });
    expect(verdict.state).toBe("shut");
    expect(verdict.summary).toContain("EWS is off for eva@x.example (");
    expect(state({}, { shut: [{ address: "gijs@x.example", id: "00000000-0000-4000-8000-000000000009" }] })).toBe(
      "open",
    );
  });

  test("leaves no access to keep only where all of them are shut, or the organisation is", () => {
    const isWhollyShut = (...args: Parameters<typeof judge>): boolean => judge(...args).isWhollyShut;
    expect(isWhollyShut({}, { shut: [ad] })).toBe(false);
    expect(isWhollyShut({}, { shut: [ad, eva] })).toBe(true);
    expect(isWhollyShut({ isEnabled: false })).toBe(true);
    expect(isWhollyShut({ isEnabled: true }, { clientIds: [] })).toBe(false);
    expect(isWhollyShut({}, { shut: [] }, { members: [] })).toBe(false);
  });

  test("is found by address where Exchange tells no object id", () => {
    expect(state({}, { shut: [{ address: "AD@x.example", id: "" }] })).toBe("shut");
  });

  test("of the service user's own mailbox is said", () => {
    const verdict = judge({}, { shut: [user] });
    expect(verdict.state).toBe("unknown");
    expect(verdict.summary).toContain("the service user's own mailbox, svc@x.example");
  });

  test("that cannot be read is unknown", () => {
    expect(judge({}, { shut: { unread: "no such filter" } }).summary).toMatch(/could not be read \(no such filter\)/);
  });
});

test("everything that shuts it is said together, and what is unknown beside it under not proved", () => {
  const verdict = judge({ isEnabled: false, policy: "EnforceBlockList", blockList: ["x"] }, { shut: [ad, user] });
  expect(verdict.findings).toHaveLength(2);
  expect(verdict.notProved).toEqual([
    expect.stringContaining("the service user's own mailbox"),
    expect.stringContaining("single mailboxes"),
  ]);
});

test("access by Graph alone is not judged, and says what that leaves open", () => {
  const verdict = inEnglish(judgeWayIn({ ...asked, comesBy: "graph" }, undefined));
  expect(verdict).toMatchObject({ state: "not asked", findings: [], notes: [] });
  expect(verdict.notProved).toEqual([expect.stringContaining("EwsApplicationAccessPolicy")]);
});

describe("a proof", () => {
  const doubt = { code: "userSignIn" } as const;
  const proof = { passed: true, notes: [{ code: "ewsEnding" } as const], notProved: [doubt] };
  const shut = judgeWayIn(asked, {
    organization: { ...open, isEnabled: false },
    clientIds: undefined,
    shut: [],
    isServer: false,
    now: during,
  });
  const unread = judgeWayIn(asked, {
    organization: { unread: "x" },
    clientIds: undefined,
    shut: [],
    isServer: false,
    now: during,
  });

  test("fails where the way is shut, and only there", () => {
    expect(withWayIn(proof, shut)).toMatchObject({ passed: false, wayIn: { state: "shut" } });
    expect(withWayIn(proof, unread).passed).toBe(true);
    expect(withWayIn({ ...proof, passed: false }, unread).passed).toBe(false);
  });

  test("keeps its own notes and doubts before these", () => {
    const { notes, notProved } = withWayIn(proof, unread);
    expect(notes).toEqual(proof.notes);
    expect(notProved.slice(0, 2)).toMatchObject([doubt, { code: "wayInUnknown" }]);
  });
});
