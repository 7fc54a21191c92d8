/** What stands in the way of an object: conflicts, as properties. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Found } from "../../../resources/lifecycle/contract.ts";
import { calledBy, conflictOf } from "../../../resources/lifecycle/acquisition.ts";
import { exchangeServicePrincipalLifecycle } from "../../../resources/exchangeServicePrincipal.ts";
import { managementScopeLifecycle } from "../../../resources/managementScope.ts";
import { roleAssignmentLifecycle } from "../../../resources/roleAssignment.ts";

const found = fc.record<Found>({
  id: fc.uuid(),
  title: fc.constantFrom('role group "A"', 'role group "B"'),
  ours: fc.boolean(),
  obstacles: fc.array(fc.constantFrom("it has other members", "it has other roles"), { maxLength: 2 }),
});

const roleGroup = { title: "role group", setting: "names.roleGroup" };

describe("what stands in the way of an object", () => {
  test("is nothing where nothing is there", () => {
    expect(conflictOf(roleGroup, [], false)).toBeUndefined();
  });

  test("is nothing where it is the stack's own, and what the mark alone does not prove", () => {
    fc.assert(
      fc.property(found, fc.boolean(), (one, adopt) => {
        const conflict = conflictOf(roleGroup, [{ ...one, ours: true }], adopt);
        expect(conflict === undefined).toBe(one.obstacles.length === 0);
        for (const obstacle of one.obstacles) expect(conflict).toContain(obstacle);
      }),
    );
  });

  test("is everything that others made, until adopt is set, and obstacles even then", () => {
    fc.assert(
      fc.property(found, fc.boolean(), (one, adopt) => {
        const conflict = conflictOf(roleGroup, [{ ...one, ours: false }], adopt);
        expect(conflict === undefined).toBe(adopt && one.obstacles.length === 0);
        if (conflict === undefined) return;
        expect(conflict).toContain(one.id);
        expect(conflict).toContain("Nothing was touched");
        for (const obstacle of one.obstacles) expect(conflict).toContain(obstacle);
      }),
    );
  });

  test("is always several candidates, all of them named", () => {
    fc.assert(
      fc.property(fc.array(found, { minLength: 2, maxLength: 4 }), fc.boolean(), (several, adopt) => {
        const conflict = conflictOf(roleGroup, several, adopt) ?? "";
        for (const { id } of several) expect(conflict).toContain(id);
      }),
    );
  });

  test("names the setting that takes an object over", () => {
    const foreign = { id: "1", title: 'role group "A"', ours: false, obstacles: [] };
    expect(conflictOf(roleGroup, [foreign], false)).toContain("set adopt");
    expect(conflictOf(roleGroup, [foreign], false)).toContain("Choose another name (names.roleGroup)");
  });

  test("is told with the setting that holds the name: an app's assignments are called after the app", () => {
    const role = { role: "ApplicationImpersonation" };
    const settingOf = (lifecycle: Parameters<typeof calledBy>[0], inputs: object): string =>
      calledBy(lifecycle as typeof roleAssignmentLifecycle, inputs as never).setting;
    expect(settingOf(roleAssignmentLifecycle as never, role)).toBe("names.assignment");
    expect(settingOf(roleAssignmentLifecycle as never, { role: "Application Calendars.Read" })).toBe(
      "names.application",
    );
    expect(settingOf(managementScopeLifecycle as never, {})).toBe("names.scope");
    expect(settingOf(exchangeServicePrincipalLifecycle as never, {})).toBe("names.application");
  });
});
