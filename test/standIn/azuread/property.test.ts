// Secrets and sameness of properties, and the inputs that a read derives.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  conceal,
  concealSome,
  isSame,
  isUnknown,
  reveal,
  secretNames,
  unknown,
} from "../../../standIn/azuread/property.ts";
import { applyDefaults, deriveInputs, findDifferences, findFailures } from "../../../standIn/azuread/resourceType.ts";
import { user } from "../../../standIn/azuread/user.ts";

const json = fc.jsonValue();

describe("a secret", () => {
  test("comes out as it went in, at any depth, wrapped once", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(reveal({ list: [conceal(conceal(value))] })).toEqual({ list: [value] });
      }),
    );
  });

  test("is found by the name of its property", () => {
    const wrapped = concealSome({ password: "x", displayName: "y" }, ["password", "absent"]);
    expect(secretNames(wrapped)).toEqual(["password"]);
    expect(JSON.stringify(reveal(wrapped))).toBe('{"password":"x","displayName":"y"}');
  });
});

describe("sameness", () => {
  test("is blind to the order of lists and to what is not set", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        expect(isSame(list, [...list].reverse())).toBe(true);
      }),
    );
    expect(isSame("", null)).toBe(true);
    expect(isSame(false, undefined)).toBe(true);
    expect(isSame([], null)).toBe(true);
    expect(isSame("a", "b")).toBe(false);
    expect(isSame([{ id: "a", note: "" }], [{ id: "a" }])).toBe(true);
  });

  test("is never claimed of what is unknown", () => {
    expect(isUnknown({ list: [unknown] })).toBe(true);
    const inputs = { userPrincipalName: "a@b", displayName: "a", managerId: unknown };
    expect(
      findDifferences(user, { ...inputs, accountEnabled: true, showInAddressList: true, managerId: "" }, inputs),
    ).toEqual(["managerId"]);
  });
});

describe("the inputs of a user", () => {
  const asked = { userPrincipalName: "a@b", displayName: "a", password: conceal("secret") };
  const state = {
    userPrincipalName: "a@b",
    displayName: "a",
    password: "secret",
    accountEnabled: true,
    showInAddressList: true,
    mailNickname: "a",
    jobTitle: "",
  };

  test("get defaults, which are named", () => {
    expect(applyDefaults(user, asked)).toMatchObject({
      accountEnabled: true,
      showInAddressList: true,
      __defaults: ["accountEnabled", "showInAddressList"],
    });
  });

  test("stay as they were where nothing changed", () => {
    const inputs = applyDefaults(user, asked);
    expect(deriveInputs(user, state, inputs)).toEqual(inputs);
    expect(findDifferences(user, state, { ...asked, password: "secret" })).toEqual([]);
  });

  test("show what somebody changed, and what somebody added", () => {
    const inputs = applyDefaults(user, asked);
    const drifted = { ...state, displayName: "b", jobTitle: "director", accountEnabled: false };
    expect(deriveInputs(user, drifted, inputs)).toEqual({
      ...inputs,
      displayName: "b",
      jobTitle: "director",
      accountEnabled: false,
    });
    expect(findDifferences(user, drifted, { ...asked, password: "secret" })).toEqual(
      ["displayName", "jobTitle", "accountEnabled"].sort(byRule),
    );
  });

  test("at an import are all that is set, but no password", () => {
    expect(deriveInputs(user, { ...state, password: "", accountEnabled: false }, undefined)).toEqual({
      __defaults: [],
      userPrincipalName: "a@b",
      displayName: "a",
      mailNickname: "a",
      accountEnabled: false,
    });
  });

  test("are refused where one is missing or unheard of", () => {
    expect(findFailures(user, { displayName: "a", shoeSize: 43 }).map(({ reason }) => reason)).toEqual([
      `the embedded tenant's stand-in for azuread does not serve the input "shoeSize"`,
      "Missing required property 'userPrincipalName'",
    ]);
  });
});

/** The order in which the rules stand. */
function byRule(one: string, other: string): number {
  const names = Object.keys(user.inputs);
  return names.indexOf(one) - names.indexOf(other);
}
