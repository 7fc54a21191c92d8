// Another automation identity than in the last run is seen before the run, by what the state recorded.
import { describe, expect, test } from "@jest/globals";

import { adviceAfterInit, partialRun, recoverFirst } from "../../../commands/run/afterwards.ts";
import { hasOwnSecret, identityChanges } from "../../../commands/run/identity.ts";
import {
  copiedSaltProblem,
  foreignSaltProblem,
  foreignSecrets,
  passphraseProblem,
} from "../../../commands/run/passphrase.ts";
import { engineArguments, readCall, type Configuration } from "../../../commands/run/state.ts";

const tenant = "11111111-2222-3333-4444-555555555555";
const encrypted = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

const stateOf = (inputs: Readonly<Record<string, unknown>>) => ({
  resources: [
    { urn: "urn:pulumi:a::b::pulumi:providers:azuread::azuread", type: "pulumi:providers:azuread", inputs: {} },
    { urn: "urn:pulumi:a::b::pulumi:providers:pulumi-nodejs::default", type: "pulumi:providers:pulumi-nodejs", inputs },
  ],
});
const configured = (values: Readonly<Record<string, string | null>>): Configuration =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      `azuread:${key}`,
      value === null ? { secret: true } : { value, secret: false },
    ]),
  );

describe("a run that does not do the whole", () => {
  test.each(["--target=x", "--exclude", "--continue-on-error"])("is said: %s", (option) => {
    expect(partialRun(readCall(["up", "--stack", "a", option]))).toEqual([
      expect.stringContaining("this run does not do the whole"),
    ]);
    expect(partialRun(readCall(["up", "--stack", "a"]))).toEqual([]);
    expect(recoverFirst("a")).toBe("Before the next run: npm run recover -- --stack a");
  });
});

describe("the recorded identity", () => {
  const recorded = { "azuread:tenantId": tenant, "azuread:clientId": "A", "calendar-access:owner": "x" };

  test("is the present one where nothing about it was changed", () => {
    expect(identityChanges(stateOf(recorded), configured({ tenantId: tenant, clientId: "A" }))).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, string | null>>, string]>([
    ["the client", recorded, { tenantId: tenant, clientId: "B" }, "azuread:clientId was A and is B"],
    ["the tenant", recorded, { tenantId: "other", clientId: "A" }, `azuread:tenantId was ${tenant} and is other`],
    [
      "a secret that is new in the stack",
      recorded,
      { tenantId: tenant, clientId: "A", clientSecret: null },
      "azuread:clientSecret was not set and is now",
    ],
    [
      "a secret that is not in the stack any more",
      { ...recorded, "azuread:clientSecret": encrypted },
      { tenantId: tenant, clientId: "A" },
      "azuread:clientSecret was set and is not any more",
    ],
    ["OIDC", recorded, { tenantId: tenant, clientId: "A", useOidc: "true" }, "azuread:useOidc was not set and is now"],
  ])("is another by %s", (_, inputs, values, change) => {
    expect(identityChanges(stateOf(inputs), configured(values))).toEqual([change]);
  });

  test("is not shown where it may be a secret", () => {
    const [change] = identityChanges(stateOf(recorded), configured({ tenantId: tenant, clientId: "Xy18Q~ab_CDef" }));
    expect(change).toMatch(/^azuread:clientId was A and is \(not shown, /);
  });

  test("is none before the first run, and one of two secrets cannot be told apart", () => {
    expect(identityChanges({}, configured({ clientId: "A" }))).toEqual([]);
    const withSecret = configured({ tenantId: tenant, clientId: "A", clientSecret: null });
    expect(identityChanges(stateOf({ ...recorded, "azuread:clientSecret": encrypted }), withSecret)).toEqual([]);
    expect(hasOwnSecret(withSecret)).toBe(true);
    expect(hasOwnSecret(configured({ clientId: "A" }))).toBe(false);
  });
});

describe("a call of the engine", () => {
  test.each<[string[], string | undefined, string[]]>([
    [["up", "--stack", "a", "--yes"], "up", ["--stack", "a"]],
    [["-s", "a", "preview", "--diff"], "preview", ["--stack", "a"]],
    [["down", "-sa"], "destroy", ["--stack", "a"]],
    [["refresh", "--stack=up"], "refresh", ["--stack", "up"]],
    [["destroy", "--cwd", "elsewhere"], "destroy", ["--cwd", "elsewhere"]],
    [["stack", "output", "--stack", "a"], undefined, []],
    [["config", "set", "x"], undefined, []],
    [["up", "--help"], undefined, []],
    [["destroy", "-h"], undefined, []],
    [[], undefined, []],
  ])("%j", (args, command, stack) => {
    const call = readCall(args);
    expect(call?.command).toBe(command);
    expect(call?.stack ?? []).toEqual(stack);
  });
});

test("a refresh, which changes no output, prints none unless it is asked to; any other command is left as it is", () => {
  const startedWith = (...args: string[]): string[] => engineArguments(args, readCall(args));
  expect(startedWith("refresh", "--yes")).toEqual(["refresh", "--yes", "--suppress-outputs"]);
  expect(startedWith("refresh", "--suppress-outputs=false")).toEqual(["refresh", "--suppress-outputs=false"]);
  expect(startedWith("up", "--refresh")).toEqual(["up", "--refresh"]);
});

describe("a passphrase", () => {
  // As `pulumi stack init` left it, made with the passphrase "a passphrase of the test".
  const salt = "v1:p5tVA8QZcT0=:v1:RD7g7gTJKKWlBi7O:plggcAgXbTFcoBwLtJ7NEv/J1fj3yA==";

  test("that opens the stack is nothing to speak of", () => {
    expect(passphraseProblem(salt, { PULUMI_CONFIG_PASSPHRASE: "a passphrase of the test" })).toBeUndefined();
  });

  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ["another", { PULUMI_CONFIG_PASSPHRASE: "wrong" }, /^the passphrase in PULUMI_CONFIG_PASSPHRASE is not this/],
    ["none", {}, /^there is no passphrase: set PULUMI_CONFIG_PASSPHRASE_FILE/],
    [
      "itself where its file belongs",
      { PULUMI_CONFIG_PASSPHRASE_FILE: "hunter2" },
      /^the file \(not shown, .* cannot be/,
    ],
    ["a file that is not there", { PULUMI_CONFIG_PASSPHRASE_FILE: "/none" }, /^the file \/none .* cannot be read/],
  ])("that is %s is said, with what to do", (_, environment, text) => {
    expect(passphraseProblem(salt, environment)).toMatch(text);
  });

  test("that opens the state and not the salt in the settings file: the line to write there is told", () => {
    const made = "v1:v7ppTTjWmHA=:v1:AAAAAAAAAAAAAAAA:plggcAgXbTFcoBwLtJ7NEv/J1fj3yA==";
    const told = (state: string, text: string, passphrase = "a passphrase of the test"): string | undefined =>
      foreignSaltProblem(state, { path: "stacks/Pulumi.a.yaml", text }, { PULUMI_CONFIG_PASSPHRASE: passphrase });
    expect(told(salt, `config: {}\nencryptionsalt: ${made}\n`)).toContain(`(encryptionsalt: ${salt})`);
    expect(told(salt, `encryptionsalt: ${salt}\n`)).toBeUndefined();
    expect(told(salt, "config: {}\n")).toBeUndefined();
    expect(told(salt, `encryptionsalt: ${made}\n`, "wrong")).toBeUndefined();
  });

  test("does not open a secret that was copied from another stack, which is named; its own it opens", () => {
    // As `config set --secret` left them: one for this salt, one for a stack with another passphrase.
    const text = (secret: string): string =>
      `encryptionsalt: ${salt}\nconfig:\n  azuread:clientSecret:\n    secure: ${secret}\n  a:b: c\n`;
    const opened = (secret: string, passphrase = "a passphrase of the test"): readonly string[] =>
      foreignSecrets(text(secret), ["azuread:clientSecret"], { PULUMI_CONFIG_PASSPHRASE: passphrase });
    expect(opened("v1:lrTajkA9TELUMc37:CAYxkpYhwY+8iUcehyLdgvJvZW81")).toEqual(["azuread:clientSecret"]);
    expect(opened(salt.split(":").slice(2).join(":"))).toEqual([]);
    expect(opened("v1:lrTajkA9TELUMc37:CAYxkpYhwY+8iUcehyLdgvJvZW81", "wrong")).toEqual([]);
    expect(foreignSecrets("config: {}\n", ["azuread:clientSecret"], {})).toEqual([]);
  });

  test("in a settings file that was copied before its stack was made is told after stack init", () => {
    const told = (text: string, passphrase: string): string | undefined =>
      copiedSaltProblem("a", { path: "stacks/Pulumi.a.yaml", text }, { PULUMI_CONFIG_PASSPHRASE: passphrase });
    const copied = `encryptionsalt: ${salt}\nconfig: {}\n`;
    expect(told(copied, "mine")).toMatch(
      /^stacks\/Pulumi\.a\.yaml was there already, .* take that line out .*config set --secret KEY/,
    );
    expect(told(copied, "a passphrase of the test")).toBeUndefined();
    expect(told("config: {}\n", "mine")).toBeUndefined();
    expect(adviceAfterInit(["stack", "ls"], {})).toEqual([]);
    expect(adviceAfterInit(["stack", "init", "of-no-file"], {})).toEqual([]);
  });

  test("of another kind of salt is nobody's to judge", () => {
    expect(passphraseProblem("v2:x", {})).toBeUndefined();
  });
});
