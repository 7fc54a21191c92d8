/** What stands in the way of an object: conflicts, as properties. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Found } from "../../resources/lifecycle.ts";
import { conflictOf } from "../../resources/acquisition.ts";

const found = fc.record<Found>({
  id: fc.uuid(),
  title: fc.constantFrom('role group "A"', 'role group "B"'),
  ours: fc.boolean(),
  obstacles: fc.array(fc.constantFrom("it has other members", "it has other roles"), { maxLength: 2 }),
});

describe("what stands in the way of an object", () => {
  test("is nothing where nothing is there", () => {
    expect(conflictOf("role group", [], false)).toBeUndefined();
  });

  test("is nothing where it is the stack's own, and what the mark alone does not prove", () => {
    fc.assert(
      fc.property(found, fc.boolean(), (one, adopt) => {
        const conflict = conflictOf("role group", [{ ...one, ours: true }], adopt);
        expect(conflict === undefined).toBe(one.obstacles.length === 0);
        for (const obstacle of one.obstacles) expect(conflict).toContain(obstacle);
      }),
    );
  });

  test("is everything that others made, until adopt is set, and obstacles even then", () => {
    fc.assert(
      fc.property(found, fc.boolean(), (one, adopt) => {
        const conflict = conflictOf("role group", [{ ...one, ours: false }], adopt);
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
        const conflict = conflictOf("role group", several, adopt) ?? "";
        for (const { id } of several) expect(conflict).toContain(id);
      }),
    );
  });

  test("names the setting that takes an object over", () => {
    const foreign = { id: "1", title: 'role group "A"', ours: false, obstacles: [] };
    expect(conflictOf("role group", [foreign], false)).toContain("set adopt");
  });
});
