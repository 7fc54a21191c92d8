// The application's own credential: from the environment only, one kind at a time, and never shown.
import { describe, expect, test } from "@jest/globals";
import { inspect } from "node:util";

import { readApplicationCredential } from "../../identity/applicationCredential.ts";

describe("the application's own credential", () => {
  test.each([
    ["nothing is set", {}],
    ["the variables are blank, as in a pipeline without them", { APPLICATION_CLIENT_SECRET: " " }],
    ["only the automation identity's is there", { ARM_CLIENT_SECRET: "of somebody else" }],
  ])("is absent where %s", (_when, environment) => {
    expect(readApplicationCredential(environment)).toBeUndefined();
  });

  test("can be a secret", () => {
    expect(readApplicationCredential({ APPLICATION_CLIENT_SECRET: "Geheim" })).toMatchObject({
      credential: { kind: "secret", secret: "Geheim" },
    });
  });

  test("can be a certificate's file, with a password", () => {
    const environment = { APPLICATION_CERTIFICATE_PATH: "/keys/app.pem", APPLICATION_CERTIFICATE_PASSWORD: "Geheim" };
    expect(readApplicationCredential(environment)).toMatchObject({
      credential: { kind: "certificate", path: "/keys/app.pem", password: "Geheim" },
    });
  });

  test("is refused where both are set, without telling them", () => {
    const environment = { APPLICATION_CLIENT_SECRET: "Geheim", APPLICATION_CERTIFICATE_PATH: "/keys/app.pem" };
    expect(readApplicationCredential(environment)).toEqual({
      problems: ["set APPLICATION_CLIENT_SECRET or APPLICATION_CERTIFICATE_PATH, not both"],
    });
  });

  test("is refused where its file cannot be read", () => {
    const environment = { APPLICATION_CLIENT_SECRET_FILE_PATH: "/nowhere/secret" };
    expect(readApplicationCredential(environment)).toEqual({
      problems: [expect.stringContaining("/nowhere/secret")],
    });
  });

  test.each([
    { APPLICATION_CLIENT_SECRET: "Geheim" },
    { APPLICATION_CERTIFICATE_PATH: "/keys/app.pem", APPLICATION_CERTIFICATE_PASSWORD: "Geheim" },
  ])("shows no secret when it is printed or serialised: %#", (environment) => {
    const found = readApplicationCredential(environment);
    expect(inspect(found, { depth: 5 }) + JSON.stringify(found)).not.toContain("Geheim");
  });
});
