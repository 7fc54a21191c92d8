/** What an operator is warned of that ends the call centre's own way in. */
import { describe, expect, test } from "@jest/globals";
import { readSettings } from "../../stacks/configuration.ts";
import { cutOffs } from "../../stacks/cutOff.ts";
import { stateIn } from "../../stacks/ownState.ts";
import type { Settings } from "../../stacks/settings.ts";

const clientId = "0e0e0e0e-0000-4000-8000-000000000003";
const vendor = "0e0e0e0e-0000-4000-8000-000000000004";
const user = "svc@x.example";
const calendars = "Application Calendars.ReadWrite";

const own = (type: string, outputs: Record<string, unknown>) => ({
  type: `pulumi-nodejs:dynamic/calendarAccess:${type}`,
  outputs,
});
const azuread = (type: string, outputs: Record<string, unknown>) => ({ type: `azuread:index/${type}`, outputs });

/** A stack with both ways in, a user and an app of its own. */
function held(change: Record<string, unknown> = {}, app = clientId) {
  return stateIn([
    own("Tenant", {
      access: "application\nimpersonation",
      user: `${user}\n`,
      reach: "group",
      application: "CallPro Calendar Access",
      assignment: "ApplicationImpersonation-CallPro Calendar Access",
      roles: calendars,
      ownsUser: true,
      ...change,
    }),
    own("ApplicationCertificates", { contents: "OLD\nOLDER" }),
    azuread("user:User", { objectId: vendor, userPrincipalName: user }),
    azuread("servicePrincipal:ServicePrincipal", { objectId: vendor, clientId: app }),
    ...(app === clientId ? [azuread("application:Application", { objectId: vendor, clientId })] : []),
  ]);
}

interface Change {
  readonly values?: Record<string, unknown>;
  readonly before?: ReturnType<typeof held>;
  readonly account?: string | undefined;
  readonly certificates?: readonly string[];
}

function said(change: Change = {}): string[] {
  const { values = {}, before = held(), certificates = ["NEW", "OLD"] } = change;
  const account = "account" in change ? change.account : user;
  return cutOffs(before, { settings: settingsOf(values), account, certificates });
}

function settingsOf(values: Record<string, unknown>): Settings {
  const good = {
    access: ["impersonation", "application"],
    ...(values["reach"] === "organization" ? {} : { owner: "bea@x.example" }),
    mailboxes: ["ad@x.example"],
    ...("application" in values ? {} : { application: { certificates: ["a.pem"] } }),
  };
  const raw = Object.entries({ ...good, ...values }).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { settings, problems } = readSettings(Object.fromEntries(raw), () => []);
  if (settings === undefined) throw new Error(problems.join("\n"));
  return settings;
}

describe("before the call centre is cut off the operator is told, and what it needs", () => {
  test("nothing where nothing changes, in a new stack, or for a way in that goes or comes as a whole", () => {
    expect(said()).toEqual([]);
    expect(said({ before: stateIn([]) })).toEqual([]);
    const other = { account: "other@x.example", values: { access: ["application"] } };
    expect(said(other)).toEqual([]);
    expect(said({ ...other, values: {}, before: held({ access: "application" }) })).toEqual([]);
  });

  test("of another user in place of the old one", () => {
    const existing = { values: { serviceUser: { existing: "other@x.example" } }, account: undefined };
    expect(said(existing)).toEqual([
      "serviceUser: this up lets other@x.example in instead of svc@x.example, whose access ends with it. The call centre stays out until it has the name and password of other@x.example: agree on the moment with it.",
    ]);
    const used = { ...held(), user: undefined, asked: { ...held().asked, user: `old@x.example ${vendor}\n` } };
    expect(said({ before: used })).toEqual([
      expect.stringMatching(
        /lets svc@x\.example in instead of old@.* until it has userName and password, which up makes/,
      ),
    ]);
    expect(
      said({ ...existing, before: { ...used, asked: { ...used.asked, user: `OTHER@x.example ${vendor}` } } }),
    ).toEqual([]);
  });

  test("of another name of the same user", () => {
    expect(said({ account: "new@x.example" })).toEqual([
      expect.stringMatching(/svc@x\.example is called new@x\.example from this up on.*Hand userName over/),
    ]);
  });

  test("of another app in place of the old one, whichever of both is the vendor's", () => {
    expect(said({ values: { application: { clientId: vendor.toUpperCase() } } })).toEqual([
      expect.stringMatching(
        new RegExp(`^application\\.clientId: .* the app ${vendor} in instead of ${clientId}, whose`),
      ),
    ]);
    expect(said({ before: held({}, vendor) })).toEqual([
      expect.stringMatching(/an app of the stack's own in instead of .*until it has the new clientId/),
    ]);
    expect(said({ values: { application: { clientId: vendor } }, before: held({}, vendor) })).toEqual([]);
  });

  test("of certificates that all go at once", () => {
    expect(said({ certificates: ["NEW"] })).toEqual([
      expect.stringMatching(/^application\.certificates: no certificate that the app has stays on the list/),
    ]);
  });

  test("of roles that all go at once", () => {
    const application = { certificates: ["a.pem"], roles: ["Application EWS.AccessAsApp"] };
    expect(said({ values: { application } })).toEqual([
      expect.stringMatching(/^application\.roles: .* by Application Calendars\.ReadWrite ends with this up/),
    ]);
    expect(said({ values: { application: { ...application, roles: [...application.roles, calendars] } } })).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["names.application", { names: { application: "Other" } }],
    ["names.assignment", { names: { assignment: "Other" } }],
    ["reach", { reach: "organization" }],
  ])("of assignments that are made anew, by %s", (setting, values) => {
    const lines = said({ values });
    expect(lines).toEqual([expect.stringMatching(/anew and removes the old.*credentials stay/)]);
    expect(lines[0]?.startsWith(`${setting}: `)).toBe(true);
  });
});
