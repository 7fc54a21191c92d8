/** The service user's password: what it holds, and when there is another one. */
import { describe, expect, test } from "@jest/globals";
import { generatePassword, serviceUserPassword } from "../../resources/serviceUserPassword.ts";
import type { Context } from "../../resources/lifecycle/contract.ts";

/** The password makes no call: a context that cannot be used is enough. */
const nobody = undefined as unknown as Context;

describe("a generated password", () => {
  const passwords = Array.from({ length: 300 }, generatePassword);

  test("has 32 characters of all four kinds, none of them easily confused", () => {
    for (const password of passwords) {
      expect(password).toHaveLength(32);
      for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(password).toMatch(kind);
      expect(password).not.toMatch(/[lIO01]/);
    }
  });

  test("is another one every time, and uses what it may", () => {
    expect(new Set(passwords).size).toBe(passwords.length);
    expect(new Set(passwords.join("")).size).toBeGreaterThan(60);
  });
});

describe("the service user's password", () => {
  test("is made once and stays through every refresh", async () => {
    const made = await serviceUserPassword.create(nobody, { rotation: "1" });
    const reading = await serviceUserPassword.read(nobody, made);
    expect(reading?.properties).toEqual(made.properties);
    expect(reading?.inputs).toEqual({ rotation: "1" });
    expect(serviceUserPassword.diff(reading?.properties ?? {}, { rotation: "1" }).changes).toBe(false);
  });

  test("is made anew, in place, when a rotation is asked for", async () => {
    const made = await serviceUserPassword.create(nobody, { rotation: "1" });
    const plan = serviceUserPassword.diff(made.properties, { rotation: "2" });
    expect(plan).toEqual({ changes: true, replaces: [], deleteBeforeReplace: false });
    const updated = await serviceUserPassword.update(nobody, made, { rotation: "2" });
    expect(updated["password"]).not.toBe(made.properties["password"]);
    expect(updated["rotation"]).toBe("2");
  });
});
