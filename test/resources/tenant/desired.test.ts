/** The one recipe of what a stack wants: whoever fills its blanks gets the same artifacts. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { wholeOrganization } from "../../../resources/lifecycle/assignmentName.ts";
import { desiredOf, type Asked } from "../../../resources/tenant/desired.ts";
import { tenantInputs } from "../../support/access.ts";

const asked = tenantInputs() as unknown as Asked;

const names = {
  roleGroup: ["user"],
  pointer: ["appId", "objectId"],
  securityGroup: ["members", "owner", "roleGroup", "app", "accessClaim", "applicationClaim"],
  scope: ["group", "roleGroup", "app"],
  impersonationAssignment: ["roleGroup", "scope", "members", "stopped"],
  applicationAssignments: ["app", "scope", "members", "stopped"],
  impersonationCheck: [
    ...["members", "mustStayOut", "takenOver", "scope", "group", "roleGroup", "app", "appId", "assignment", "user"],
  ],
  applicationCheck: [
    ...["members", "mustStayOut", "takenOver", "scope", "group", "roleGroup", "app", "appId", "pointer", "assignments"],
  ],
};
type Artifact = keyof typeof names;

/** All artifacts with every blank filled by `fill`, which is told whose blank it is. */
function whole(of: Asked, fill: (name: string) => unknown): Record<Artifact, unknown> {
  const desired = desiredOf(of);
  const [user, members, owner, mustStayOut] = [fill("user"), fill("members"), fill("owner"), fill("mustStayOut")];
  const [roleGroup, app, appId] = [fill("roleGroup"), fill("app"), fill("appId")];
  const [scope, group] = [fill("scope"), fill("group")];
  const [stopped, takenOver] = [fill("stopped"), fill("takenOver")];
  const proofs = { accessClaim: fill("accessClaim"), applicationClaim: fill("applicationClaim") };
  const proved = { members, takenOver, mustStayOut, scope, group, roleGroup, app, appId };
  return {
    roleGroup: desired.roleGroup(user),
    pointer: desired.pointer({ appId, objectId: fill("objectId") }),
    securityGroup: desired.securityGroup({ members, owner, roleGroup, app, ...proofs }),
    scope: desired.scope({ group, roleGroup, app }),
    impersonationAssignment: desired.impersonationAssignment({ roleGroup, scope, members, stopped }),
    applicationAssignments: desired.applicationAssignments({ app, scope, members, stopped }),
    impersonationCheck: desired.impersonationCheck({ ...proved, user, assignment: fill("assignment") }),
    applicationCheck: desired.applicationCheck({
      ...proved,
      pointer: fill("pointer"),
      assignments: fill("assignments"),
      certificates: "A 2027-01-01 2026-01-01",
    }),
  };
}

/** What is asked for, in every way that decides how the objects are to be. */
const askedInAnyWay: fc.Arbitrary<Asked> = fc
  .record({
    reach: fc.constantFrom("group" as const, "organization" as const),
    onDestroy: fc.constantFrom("remove" as const, "keep" as const),
    regrant: fc.boolean(),
    ownsApp: fc.boolean(),
    userIsAdopted: fc.boolean(),
    clientId: fc.constantFrom("", "11111111-2222-4333-8444-555555555555"),
    adopt: fc.subarray(["roleGroup", "securityGroup", "scope", "assignment", "exchangeServicePrincipal"]),
    roles: fc.constantFrom(
      "Application Calendars.ReadWrite",
      "Application Calendars.Read\nApplication EWS.AccessAsApp",
    ),
    application: fc.constantFrom("CallPro Calendar Access", "x".repeat(64)),
  })
  .map((change) => ({ ...asked, ...change }));

describe("what a stack wants", () => {
  test("is the same for whoever fills the blanks: outputs of the program, or ids that were found", () => {
    fc.assert(
      fc.property(askedInAnyWay, fc.uuid(), (of, salt) => {
        const found = (name: string): string => `${salt} ${name}`;
        // As an output is: a value of another kind, of which the recipe knows nothing.
        const later = whole(of, (name) => ({ later: found(name) }));
        const resolved: unknown = JSON.parse(JSON.stringify(later), (_, value: unknown) =>
          typeof value === "object" && value !== null && "later" in value ? value.later : value,
        );
        expect(resolved).toEqual(JSON.parse(JSON.stringify(whole(of, found))));
      }),
    );
  });

  test.each(Object.keys(names) as Artifact[])(
    "leaves in the %s exactly the blanks that only others know",
    (artifact) => {
      const text = JSON.stringify(whole(asked, (name) => `<${name}>`)[artifact]);
      const blanks = new Set([...text.matchAll(/<(\w+)>/g)].map(([, name]) => name));
      expect([...blanks].toSorted()).toEqual(names[artifact].toSorted());
    },
  );

  test("gives every assignment the scope's name in reach group, and never a scope's name in reach organization", () => {
    for (const [reach, writeScope] of [
      ["group", asked.scope],
      ["organization", wholeOrganization],
    ] as const) {
      const { impersonationAssignment, applicationAssignments } = whole({ ...asked, reach }, () => "");
      expect(impersonationAssignment).toMatchObject({ writeScope });
      expect(applicationAssignments).toEqual([expect.objectContaining({ writeScope })]);
    }
  });

  test("lets be taken over what adopt names, and nothing else", () => {
    const wanted = whole({ ...asked, adopt: ["securityGroup", "assignment"] }, () => "");
    const adopted = Object.entries(wanted).filter(([, inputs]) => JSON.stringify(inputs).includes('"adopt":true'));
    expect(adopted.map(([artifact]) => artifact)).toEqual([
      "securityGroup",
      "impersonationAssignment",
      "applicationAssignments",
    ]);
  });
});
