/** What the evidence about an impersonation means, case by case and as properties. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judgeWayIn, withWayIn } from "../../../resources/proof/wayIn.ts";
import { say } from "../../../resources/proof/words/english.ts";
import { describeSample } from "../../../resources/proof/sentence.ts";
import { summarizeImpersonation } from "../../../resources/proof/words/summariesEnglish.ts";
import type { EntrantsEvidence } from "../../../resources/proof/entrants.ts";
import {
  judgeImpersonation as judgeEvidence,
  type ImpersonationAsked,
  type ImpersonationAssignmentEvidence,
  type ImpersonationEvidence,
  type ImpersonationProbe,
} from "../../../resources/proof/impersonationVerdict.ts";

/** The verdict, in English. */
function judge(...given: Parameters<typeof judgeEvidence>) {
  const verdict = judgeEvidence(...given);
  const graph = { comesBy: "graph", clientId: "", advice: "sayClientId", members: [], user: undefined } as const;
  return {
    ...verdict,
    notes: verdict.notes.map(say),
    notProved: verdict.notProved.map(say),
    sample: describeSample(verdict.basis.sample),
    summary: summarizeImpersonation(withWayIn(verdict, judgeWayIn(graph, undefined))),
  };
}

const role = "ApplicationImpersonation";
const ada = { address: "ada@contoso.example", id: "a" };
const bob = { address: "bob@contoso.example", id: "b" };
const director = { address: "director@contoso.example", id: "d" };
const asked: ImpersonationAsked = { reach: "group", role, members: [ada, bob] };

const own: ImpersonationAssignmentEvidence = {
  id: "assignment",
  name: "ApplicationImpersonation-CallPro",
  role,
  assigneeType: "RoleGroup",
  assignee: "CallPro",
  enabled: true,
  isRegular: true,
  writeScope: "CustomRecipientScope",
  customScope: "Scope-CallPro",
  isEndUserRole: false,
};

const listed = (mailbox: typeof ada): ImpersonationProbe => ({
  ...mailbox,
  isListed: true,
  mustStayOut: false,
  openedBy: ["assignment"],
});
const outside = (id: string): ImpersonationProbe => ({
  address: `${id}@contoso.example`,
  id,
  isListed: false,
  mustStayOut: false,
  openedBy: [],
});

const globalAdministrator = { template: "62e90394-69f5-4237-9190-012177145e10", name: "Global Administrator" };
const nobody: EntrantsEvidence = { entrants: [], notes: [], notProved: [] };

/** Everything as it should be. */
const good: ImpersonationEvidence = {
  assignment: own,
  roleGroup: "CallPro",
  scope: { id: "scope", name: "Scope-CallPro", filter: "MemberOfGroup -eq 'CN=g'" },
  scopeIsOurs: true,
  inside: [ada, bob].map((mailbox) => ({ ...mailbox, type: "UserMailbox" })),
  assignments: [own],
  probes: [listed(ada), listed(bob), ...["d", "e", "f", "g", "h"].map(outside)],
  userIsBlocked: false,
  isServer: false,
  userExists: true,
  userRoles: [],
  entrants: nobody,
  exclusive: [],
};

const organization: ImpersonationAsked = { ...asked, reach: "organization" };
const wide: ImpersonationAssignmentEvidence = { ...own, writeScope: "Organization", customScope: "" };
const goodWide: ImpersonationEvidence = {
  ...good,
  assignment: wide,
  assignments: [wide],
  scope: undefined,
  scopeIsOurs: false,
  inside: [],
  probes: [],
};

function findingsOf(evidence: ImpersonationEvidence, claim = asked): string {
  const verdict = judge(claim, evidence);
  const findings = [...verdict.scoped, ...verdict.wider, ...verdict.entrants.findings];
  expect(verdict.passed).toBe(findings.length === 0);
  return findings.map(say).join("\n");
}

const withAssignment = (change: Partial<ImpersonationAssignmentEvidence>): ImpersonationEvidence => ({
  ...good,
  assignment: { ...own, ...change },
});
const withOther = (change: Partial<ImpersonationAssignmentEvidence>): ImpersonationEvidence => ({
  ...good,
  assignments: [own, { ...own, id: "other", name: "Other", ...change }],
});

describe("the proof passes", () => {
  test("for a single mailbox, and says so in its number", () => {
    const probes = [listed(ada), outside("d")];
    const inside = [{ ...ada, type: "UserMailbox" }];
    const verdict = judge({ ...asked, members: [ada] }, { ...good, inside, probes });
    expect(verdict.summary).toBe("proved: exactly the one listed mailbox is inside the scope; nobody else gets in");
    expect(verdict.sample).toBe("1 listed and 1 other");
  });

  test("and says of those that must stay out that they are shut, and of a sample only where one was asked", () => {
    const mustStayOut = { ...outside("d"), mustStayOut: true };
    const other = { ...mustStayOut, address: "e@contoso.example", id: "e" };
    expect(judge(asked, { ...good, probes: [mustStayOut, other] })).toMatchObject({
      sample: "",
      summary:
        "proved: exactly the 2 listed mailboxes are inside the scope; the 2 mailboxes that must stay out are shut; nobody else gets in",
    });
    const open = { ...mustStayOut, openedBy: ["assignment"] };
    expect(judge(asked, { ...good, probes: [open] }).summary).not.toContain("is shut");
  });

  test("where exactly the listed mailboxes are inside and nothing reaches further", () => {
    const verdict = judge(asked, good);
    expect(verdict).toMatchObject({ passed: true, scoped: [], wider: [] });
    expect(verdict.summary).toBe("proved: exactly the 2 listed mailboxes are inside the scope; nobody else gets in");
  });

  test("for the whole organization where that was asked for by name", () => {
    const verdict = judge(organization, goodWide);
    expect(verdict.passed).toBe(true);
    expect(verdict.summary).toContain("opens every mailbox");
  });

  test("beside other assignments that open nobody else's mailbox, or go at the end of this up", () => {
    const ofPolicy = { assigneeType: "RoleAssignmentPolicy", assignee: "Default Role Assignment Policy" };
    expect(findingsOf(withOther({ ...ofPolicy, writeScope: "Self", customScope: "", role: "MyBaseOptions" }))).toBe("");
    expect(findingsOf(withOther({ enabled: false, writeScope: "Organization", customScope: "" }))).toBe("");
    expect(findingsOf(withOther({}))).toMatch(/gives the same access once more/);
    const going = withOther({}).assignments.at(-1)?.id;
    expect(judge({ ...asked, going }, withOther({})).wider).toEqual([]);
    const policy = { assigneeType: "RoleAssignmentPolicy", role: "MyTeamMailboxes", isEndUserRole: true };
    expect(findingsOf(withOther({ ...policy, writeScope: "Organization", customScope: "" }))).toBe("");
  });

  test("and says what it does not prove", () => {
    const { notProved } = judge(asked, good);
    expect(notProved.join("\n")).toContain("Full Access");
    expect(notProved.join("\n")).toContain("authorisation cache");
  });
});

describe("the proof fails, and says why, where", () => {
  test.each<[string, ImpersonationEvidence, string]>([
    ["the assignment is gone", { ...good, assignment: undefined }, "does not exist"],
    ["the service user is gone", { ...good, userExists: false }, "the service user does not exist"],
    ["the service user is blocked", { ...good, userIsBlocked: true }, "blocked from signing in"],
    ["the service user is in the role group no more", { ...good, assignments: [] }, "no member of the role group"],
    ["the assignment is of another role", withAssignment({ role: "Mail Recipients" }), "assigns Mail Recipients"],
    ["the assignment is somebody else's", withAssignment({ assignee: "Other" }), "belongs to Other"],
    ["the role group is gone", { ...good, roleGroup: undefined }, "not to the stack's role group"],
    ["somebody stopped the access", withAssignment({ enabled: false }), "is disabled"],
    ["the assignment is for handing on", withAssignment({ isRegular: false }), "is a delegating one"],
    [
      "the assignment has lost its scope",
      { ...withAssignment({ writeScope: "Organization", customScope: "" }), scope: undefined, scopeIsOurs: false },
      "reaches beyond the listed mailboxes",
    ],
    [
      "the assignment has an exclusive scope",
      withAssignment({ writeScope: "ExclusiveRecipientScope" }),
      "reaches beyond the listed mailboxes",
    ],
    ["the scope cannot be found", { ...good, scope: undefined, scopeIsOurs: false }, "cannot be found"],
    ["the scope names another group", { ...good, scopeIsOurs: false }, "not limited to the stack's security group"],
    [
      "a mailbox is inside that is not listed",
      { ...good, inside: [...good.inside, { ...director, type: "UserMailbox" }] },
      "inside the scope but not listed: director@contoso.example",
    ],
    [
      "a listed mailbox is not inside",
      { ...good, inside: good.inside.slice(0, 1) },
      "listed but not inside the scope: bob@contoso.example",
    ],
    [
      "the user has the role by another assignment too",
      withOther({ writeScope: "Organization", customScope: "" }),
      '"Other" (ApplicationImpersonation through CallPro, Organization), which reaches further',
    ],
    [
      "the user has another role on the same scope",
      withOther({ role: "Mail Recipients" }),
      '"Other" (Mail Recipients through CallPro, Scope-CallPro (CustomRecipientScope)), which is more than ApplicationImpersonation',
    ],
    [
      "somebody put a role on the stack's role group that is written to no recipient",
      withOther({ role: "Transport Rules", writeScope: "NotApplicable", customScope: "" }),
      '"Other" (Transport Rules through CallPro, NotApplicable), which is more than ApplicationImpersonation',
    ],
    ["the user has another scope too", withOther({ customScope: "Everybody" }), "Everybody (CustomRecipientScope)"],
    ["the user may hand a role on", withOther({ isRegular: false, writeScope: "None", customScope: "" }), '"Other"'],
    [
      "another assignment uses a scope of ours that has been widened",
      { ...withOther({}), scopeIsOurs: false },
      "which reaches further",
    ],
    [
      "a mailbox outside opens",
      { ...good, probes: [...good.probes.slice(0, 6), { ...outside("h"), openedBy: ["x"] }] },
      "can be reached but must not: h@contoso.example",
    ],
    [
      "a listed mailbox stays shut",
      { ...good, probes: [{ ...listed(ada), openedBy: [] }, ...good.probes.slice(1)] },
      "cannot be reached but is listed: ada@contoso.example",
    ],
  ])("%s", (_name, evidence, text) => {
    expect(findingsOf(evidence)).toContain(text);
    expect(judge(asked, evidence).summary).toMatch(/^not proved: /);
  });

  test("the whole organization was asked for and the assignment is narrower, or not held", () => {
    expect(findingsOf({ ...goodWide, assignment: own }, organization)).toContain("is limited to Scope-CallPro");
    expect(findingsOf({ ...goodWide, assignments: [] }, organization)).toContain("no member of the role group");
  });

  test("names at most twenty mailboxes, and counts the rest", () => {
    const inside = Array.from({ length: 25 }, (_, n) => ({ address: `m${n + 10}@x.example`, id: `m${n}`, type: "" }));
    const text = findingsOf({ ...good, inside: [...good.inside, ...inside] });
    expect(text).toContain("m29@x.example and 5 more");
    expect(text).not.toContain("m30@x.example");
  });
});

describe("whatever else the evidence says", () => {
  const text = fc.constantFrom("a", "b", "c", "Scope-CallPro", "CallPro", role, "assignment");
  const writeScope = fc.constantFrom("Organization", "CustomRecipientScope", "Self", "None", "OU", "Group");
  const assignment: fc.Arbitrary<ImpersonationAssignmentEvidence> = fc.record({
    id: text,
    name: text,
    role: text,
    assigneeType: fc.constantFrom("User", "RoleGroup"),
    assignee: text,
    enabled: fc.boolean(),
    isRegular: fc.boolean(),
    writeScope,
    customScope: fc.constantFrom("", "Scope-CallPro", "Other"),
    isEndUserRole: fc.constant(false),
  });
  const mailbox = fc.constantFrom(ada, bob, director);
  const probe = fc.record({
    id: text,
    address: text,
    isListed: fc.boolean(),
    mustStayOut: fc.boolean(),
    openedBy: fc.array(text, { maxLength: 2 }),
  });
  const entrant = {
    key: "member 1",
    fact: { code: "owner", holder: "registration", id: "1", name: "somebody" } as const,
    mayPass: true,
    mayBeThere: false,
  };
  const somebody: EntrantsEvidence = { ...nobody, entrants: [entrant] };
  const anything: fc.Arbitrary<ImpersonationEvidence> = fc.record({
    assignment: fc.option(fc.oneof(fc.constant(own), assignment), { nil: undefined }),
    roleGroup: fc.option(fc.constant("CallPro"), { nil: undefined }),
    scope: fc.option(fc.constant({ id: "scope", name: "Scope-CallPro", filter: "" }), { nil: undefined }),
    scopeIsOurs: fc.boolean(),
    inside: fc.uniqueArray(mailbox).map((list) => list.map((each) => ({ ...each, type: "UserMailbox" }))),
    assignments: fc.array(fc.oneof(fc.constant(own), assignment), { maxLength: 3 }),
    probes: fc.array(probe, { maxLength: 4 }),
    userIsBlocked: fc.boolean(),
    isServer: fc.boolean(),
    userExists: fc.boolean(),
    userRoles: fc.constantFrom(undefined, [], [globalAdministrator]),
    entrants: fc.constantFrom(nobody, somebody),
    exclusive: fc.constantFrom([], [{ id: "vip", name: "VIP", inside: [ada] }]),
  });
  /** Evidence that is right but for a few things, so that verdicts of both kinds occur. */
  const nearly = fc
    .tuple(anything, fc.subarray(Object.keys(good) as (keyof ImpersonationEvidence)[], { maxLength: 3 }))
    .map(([other, names]): ImpersonationEvidence => ({
      ...good,
      ...Object.fromEntries(names.map((name) => [name, other[name]])),
    }));

  const holds = (rule: (evidence: ImpersonationEvidence) => boolean): void => {
    fc.assert(
      fc.property(nearly, (evidence) => !judge(asked, evidence).passed || rule(evidence)),
      { numRuns: 2000 },
    );
  };

  test("both verdicts occur", () => {
    const verdicts = fc.sample(nearly, 500).map((evidence) => judge(asked, evidence).passed);
    expect(new Set(verdicts).size).toBe(2);
  });

  test("it never passes while a mailbox outside the list opens, or a listed one stays shut", () => {
    holds(({ probes }) => probes.every(({ isListed, openedBy }) => isListed === openedBy.length > 0));
  });

  test("it never passes while the service user has a directory role by which it lets itself in", () => {
    holds(({ userRoles }) => userRoles === undefined || userRoles.length === 0);
  });

  test("it never passes unless exactly the listed mailboxes are inside", () => {
    holds(({ inside }) => [...new Set(inside.map(({ id }) => id))].sort().join() === "a,b");
  });

  test("it never passes while any other enabled assignment reaches further", () => {
    const isFurther = (other: ImpersonationAssignmentEvidence): boolean =>
      other.id !== "assignment" && other.enabled && ["Organization", "OU", "Group"].includes(other.writeScope);
    holds(({ assignments }) => !assignments.some(isFurther));
  });

  test("it never passes while another enabled assignment gives another role on the stack's scope", () => {
    holds(({ assignments }) =>
      assignments.every(
        (other) =>
          other.id === "assignment" ||
          !other.enabled ||
          other.writeScope !== "CustomRecipientScope" ||
          other.role === role,
      ),
    );
  });

  test("it never passes unless the assignment is there, enabled, regular, scoped, ours and held", () => {
    holds(
      ({ assignment: live, assignments, roleGroup, scope, scopeIsOurs }) =>
        live !== undefined &&
        live.enabled &&
        live.isRegular &&
        live.role === role &&
        live.writeScope === "CustomRecipientScope" &&
        live.assignee === roleGroup &&
        scope !== undefined &&
        scopeIsOurs &&
        assignments.some(({ id }) => id === live.id),
    );
  });

  test("it never passes while the service user is blocked or gone", () => {
    holds(({ userIsBlocked, userExists }) => userExists && !userIsBlocked);
  });

  test("it never throws", () => {
    fc.assert(
      fc.property(anything, fc.constantFrom<ImpersonationAsked>(asked, organization), (evidence, claim) => {
        expect(typeof judge(claim, evidence).summary).toBe("string");
      }),
    );
  });
});
