/** What a difference means for the engine: nothing, an update or a replacement, and in which order. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isUnknown, unknownValue } from "../../../resources/lifecycle/artifact.ts";
import { differences, plan } from "../../../resources/lifecycle/contract.ts";

interface Inputs {
  readonly name: string;
  readonly role: string;
  readonly members: string;
  readonly mark: string;
}

const lifecycle = {
  compared: ["name", "role", "members"],
  replacedBy: ["name", "role"],
  uniqueBy: "name",
} as const;

const value = fc.constantFrom("a", "b", "c");
const inputs = fc.record({ name: value, role: value, members: value, mark: value });

describe("the differences of an object", () => {
  test("are the compared inputs that differ, and no others", () => {
    fc.assert(
      fc.property(inputs, inputs, (live, desired) => {
        const expected = lifecycle.compared.filter((name) => live[name] !== desired[name]);
        expect(differences<Inputs>(lifecycle, live, desired)).toEqual(expected);
      }),
    );
  });
});

describe("the plan for an object", () => {
  test("is nothing where only the mark or other settings of ours differ", () => {
    const live: Inputs = { name: "a", role: "a", members: "a", mark: "a" };
    expect(plan<Inputs>(lifecycle, live, { ...live, mark: "b" }, isUnknown)).toEqual({
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  test("replaces exactly for what cannot be changed in place", () => {
    fc.assert(
      fc.property(inputs, inputs, (live, desired) => {
        const { changes, replaces } = plan<Inputs>(lifecycle, live, desired, isUnknown);
        expect(changes).toBe(differences<Inputs>(lifecycle, live, desired).length > 0);
        expect(replaces).toEqual(lifecycle.replacedBy.filter((name) => live[name] !== desired[name]));
      }),
    );
  });

  test("removes first, too, what opens more than its successor", () => {
    const narrowing = { ...lifecycle, deletesFirst: (live: Inputs) => live.members === "everybody" };
    const desired: Inputs = { name: "b", role: "a", members: "a", mark: "a" };
    const isFirst = (members: string): boolean =>
      plan<Inputs>(narrowing, { ...desired, name: "a", members }, desired, isUnknown).deleteBeforeReplace;
    expect([isFirst("everybody"), isFirst("a")]).toEqual([true, false]);
  });

  test("removes first only where the new object would need the old one's name", () => {
    fc.assert(
      fc.property(inputs, inputs, (live, desired) => {
        const { replaces, deleteBeforeReplace } = plan<Inputs>(lifecycle, live, desired, isUnknown);
        expect(deleteBeforeReplace).toBe(replaces.length > 0 && live.name === desired.name);
      }),
    );
  });

  test("never replaces for a value that a preview cannot know yet", () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom("name", "role"), (live, name) => {
        const { changes, replaces } = plan<Inputs>(lifecycle, live, { ...live, [name]: unknownValue }, isUnknown);
        expect(changes).toBe(true);
        expect(replaces).toEqual([]);
      }),
    );
  });
});
