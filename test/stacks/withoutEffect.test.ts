/** Settings that do nothing in what the stack asks for are refused by name, unless what they name still has to go. */
import { describe, expect, test } from "@jest/globals";
import { readSettings } from "../../stacks/configuration.ts";
import { nested, schema } from "../../stacks/settings.ts";

type Values = Readonly<Record<string, unknown>>;

const base: Values = { access: ["impersonation"], mailboxes: ["ad@x.example"], owner: "bea@x.example" };
const application = { certificates: ["a.pem"] };
const inApplication: Values = { ...base, access: ["application"], application };
const nothing = { impersonation: false, application: false, group: false };

function read(values: Values, held: Partial<typeof nothing> = {}) {
  const raw = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  return readSettings(Object.fromEntries(raw), () => [], { ...nothing, ...held });
}

describe("a setting without effect", () => {
  test.each<[string, Values, RegExp]>([
    [
      "an app without access to it",
      { ...base, application },
      /^application: has no effect in access \["impersonation"\]: it is about the mode "application", which access has to name\. Add "application" to access, or leave it out\.$/,
    ],
    [
      "an app's name",
      { ...base, names: { application: "X" } },
      /^names\.application: has no effect in access .*\. Leave it out, or add "application" to access\.$/,
    ],
    [
      "a server where there is another channel",
      { ...base, exchange: { server: { uri: "http://ex01/PowerShell/" } } },
      /^exchange\.server: has no effect over the channel "rest": it is about Exchange Server\. Leave it out, or set exchange\.channel to "server"\.$/,
    ],
    [
      "a runspace where there is no PowerShell",
      { ...base, exchange: { runspace: "host" } },
      /^exchange\.runspace: has no effect over the channel "rest".*Leave it out, or set exchange\.channel to "powershell"\.$/,
    ],
    ["revoking an app's consent", { ...base, revokeTenantWideConsent: true }, /^revokeTenantWideConsent: has no/],
    ["leftovers of what is used", { ...base, removeLeftovers: true }, /^removeLeftovers: has no effect/],
    ...["name", "domain", "displayName", "usageLocation", "existing"].map((name): [string, Values, RegExp] => {
      const value = { domain: "x.example", usageLocation: "NL", existing: "svc@x.example" }[name] ?? "svc";
      const text = new RegExp(`^serviceUser\\.${name}: has no effect in access \\["application"\\]`);
      return [`the service user's ${name} of an app`, { ...inApplication, serviceUser: { [name]: value } }, text];
    }),
    ["a password's mark of an app", { ...inApplication, passwordRotation: "2" }, /^passwordRotation: has no effect/],
    [
      "the call centre's client id of an app, which has its own",
      { ...inApplication, callCentreClientId: "12345678-aaaa-bbbb-cccc-1234567890ab" },
      /^callCentreClientId: has no effect in access \["application"\]/,
    ],
    [
      "the role group's name of an app",
      { ...inApplication, names: { roleGroup: "X" } },
      /^names\.roleGroup: has no effect in access \["application"\]/,
    ],
    [
      "the other mode's assignment",
      { ...inApplication, names: { assignment: "X" } },
      /^names\.assignment: has no effect/,
    ],
    [
      "an owner of no group",
      { ...base, reach: "organization" },
      /^owner: has no effect in reach "organization".*Leave it out, or set reach to "group"\.$/,
    ],
    [
      "a scope that is not made",
      { ...base, owner: undefined, reach: "organization", names: { scope: "X" } },
      /^names\.scope: has no effect in reach "organization"/,
    ],
    [
      "a group that is not made",
      { ...base, owner: undefined, reach: "organization", names: { securityGroup: "X" } },
      /^names\.securityGroup: has no effect in reach/,
    ],
    [
      "an organisational unit, where there is no Active Directory",
      { ...base, serviceUser: { organizationalUnit: "x.example/Service" } },
      /^serviceUser\.organizationalUnit: has no effect over the channel "rest": it is about Exchange Server/,
    ],
    [
      "a country, where there is no Entra",
      {
        ...base,
        exchange: {
          channel: "server",
          server: { uri: "http://ex01.x.example/PowerShell/", organization: "11111111-2222-3333-4444-555555555555" },
        },
        serviceUser: { domain: "x.example", usageLocation: "NL" },
      },
      /^serviceUser\.usageLocation: has no effect over the channel "server"/,
    ],
    [
      "a display name beside a user that is used as it is",
      { ...base, serviceUser: { existing: "svc@x.example", displayName: "X" } },
      /^serviceUser\.displayName: has no effect beside serviceUser\.existing/,
    ],
    [
      "a password's mark beside a user that is used as it is",
      { ...base, serviceUser: { existing: "svc@x.example" }, passwordRotation: "2" },
      /^passwordRotation: has no effect beside serviceUser\.existing/,
    ],
  ])("is refused: %s", (_, values, text) => {
    const { problems = [] } = read(values);
    expect(problems).toEqual([expect.stringMatching(text)]);
  });

  test("is refused together with every other one", () => {
    const names = { roleGroup: "R", assignment: "A", scope: "S", application: "P" };
    const { problems = [] } = read({ ...inApplication, names, serviceUser: { name: "svc" }, passwordRotation: "2" });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "serviceUser.name",
      "names.roleGroup",
      "names.assignment",
      "passwordRotation",
    ]);
  });
});

describe("a setting with effect is taken", () => {
  test.each<[string, Values]>([
    [
      "what the leftovers are called",
      { ...inApplication, removeLeftovers: true, names: { roleGroup: "Old" }, serviceUser: { name: "old" } },
    ],
    ["a switch that is off", { ...base, removeLeftovers: false, revokeTenantWideConsent: false }],
    ["an object that sets nothing", { ...inApplication, serviceUser: {} }],
    [
      "both modes' during a change-over",
      {
        ...inApplication,
        access: ["impersonation", "application"],
        names: { roleGroup: "R", assignment: "A", application: "P" },
        serviceUser: { name: "svc" },
        passwordRotation: "2",
        revokeTenantWideConsent: true,
      },
    ],
    ["an app's names", { ...inApplication, names: { application: "P", scope: "S", securityGroup: "G" } }],
  ])("%s", (_, values) => {
    expect(read(values).problems).toBeUndefined();
    expect(read(values).notices).toEqual([]);
  });

  test("in one mode or the other: no setting is without effect in all of them", () => {
    const modes = [base, { ...inApplication, removeLeftovers: true }];
    const paths = Object.entries(schema.shape).flatMap(([name]) =>
      name in nested ? Object.keys(nested[name] ?? {}).map((inner) => `${name}.${inner}`) : [name],
    );
    for (const path of paths) {
      const named = modes.map((values) => read(values).problems?.some((problem) => problem.startsWith(`${path}: has`)));
      expect(named).not.toEqual([true, true]);
    }
  });
});

describe("while the stack still holds what it is about", () => {
  test("a setting of the mode that is being left is noted, and refused when that is gone", () => {
    const values = { ...inApplication, serviceUser: { name: "svc" }, names: { roleGroup: "R" } };
    const leaving = read(values, { impersonation: true });
    expect(leaving.problems).toBeUndefined();
    expect(leaving.notices).toEqual([
      expect.stringMatching(/^serviceUser\.name: has no effect .*Leave it out when this run is through\.$/),
      expect.stringMatching(/^names\.roleGroup: /),
    ]);
    expect(read(values).problems).toHaveLength(2);
  });

  test("so are the group's in reach organization, and an app's on the way back", () => {
    expect(read({ ...base, reach: "organization" }, { group: true }).notices).toHaveLength(1);
    expect(read({ ...base, application }, { application: true }).notices).toHaveLength(1);
    expect(read({ ...base, application }, { impersonation: true, group: true }).problems).toHaveLength(1);
  });
});
