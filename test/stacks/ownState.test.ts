/** What the stack holds, told from its own state. */
import { describe, expect, test } from "@jest/globals";
import { markOf } from "../../resources/lifecycle/mark.ts";
import { nothingKnown } from "../../resources/tenant/tenantInputs.ts";
import { heldBy, movedProblems, stateIn, tenantProblems, type StateResource } from "../../stacks/ownState.ts";

const id = "0c0ffee0-0000-4000-8000-00000000000a";
const mark = markOf("calendar-access", "contoso", id);
const guid = (digit: number): string => `0e0e0e0e-0000-4000-8000-00000000000${digit}`;

const own = (type: string, outputs: Record<string, unknown>): StateResource => ({
  type: `pulumi-nodejs:dynamic/calendarAccess:${type}`,
  outputs,
});
const tenant = (outputs: Record<string, unknown> = {}): StateResource =>
  own("Tenant", { mark, initialDomain: "contoso.onmicrosoft.com", ownsUser: true, ownsApp: true, ...outputs });
const user = (outputs: Record<string, unknown> = {}): StateResource => ({
  type: "azuread:index/user:User",
  outputs: { objectId: guid(1).toUpperCase(), userPrincipalName: "svc@contoso.example", jobTitle: mark, ...outputs },
});
const principal = (outputs: Record<string, unknown> = {}): StateResource => ({
  type: "azuread:index/servicePrincipal:ServicePrincipal",
  outputs: { objectId: guid(2), clientId: guid(3), notes: mark, ...outputs },
});

describe("the stack's own state", () => {
  test("of a brand-new stack, and of one whose first run broke off, holds nothing", () => {
    const nothing = {
      mark: "",
      initialDomain: "",
      tenantId: "",
      user: undefined,
      application: undefined,
      enterpriseApp: undefined,
      certificates: "",
      asked: { access: "", user: "", reach: "", roles: "", application: "", assignment: "" },
      stopped: "",
      known: nothingKnown,
    };
    expect(stateIn([])).toEqual(nothing);
    const begun = [{ type: "pulumi:pulumi:Stack", outputs: {} }, { type: "pulumi:providers:pulumi" }];
    expect(stateIn(begun)).toEqual(nothing);
  });

  test("tells the account that it made on Exchange Server as its user", () => {
    const state = stateIn([tenant(), own("ServiceAccount", { guid: guid(1).toUpperCase(), name: "svc@ad.example" })]);
    expect(state.user).toEqual({ objectId: guid(1), userPrincipalName: "svc@ad.example", isAdopted: false });
    expect(state.known).toMatchObject({
      heldUser: `svc@ad.example ${guid(1)}`,
      heldUserIsAdopted: false,
      names: { [guid(1)]: "svc@ad.example" },
    });
    expect(heldBy(state).impersonation).toBe(true);
  });

  test("tells every object, whether or not an up ever came to its end", () => {
    const state = stateIn([
      tenant({ tenantId: guid(4).toUpperCase(), reach: "group" }),
      user(),
      principal(),
      { type: "azuread:index/application:Application", outputs: { objectId: guid(4), clientId: guid(3) } },
      own("ApplicationCertificates", { contents: "TUlJ" }),
      own("RoleGroup", { guid: guid(5), name: "Role group" }),
      own("SecurityGroup", { guid: guid(6), name: "Group", adoption: { name: "Old", as: "Group" }, onDestroy: "keep" }),
      own("ManagementScope", { guid: guid(7), name: "Scope" }),
      own("RoleAssignment", { guid: guid(8), name: "Assignment", app: "", role: "ApplicationImpersonation" }),
      own("RoleAssignment", { guid: guid(9), name: "Of the app", app: guid(2), role: "Application Calendars.Read" }),
      own("ExchangeServicePrincipal", { guid: guid(0), objectId: guid(2) }),
    ]);
    expect(state).toEqual({
      mark,
      initialDomain: "contoso.onmicrosoft.com",
      tenantId: guid(4),
      user: { objectId: guid(1), userPrincipalName: "svc@contoso.example", isAdopted: false },
      application: { objectId: guid(4), clientId: guid(3) },
      enterpriseApp: { objectId: guid(2), clientId: guid(3), isAdopted: false },
      certificates: "TUlJ",
      asked: { access: "", user: "", reach: "group", roles: "", application: "", assignment: "" },
      stopped: "",
      known: {
        roleGroup: guid(5),
        securityGroup: guid(6),
        scope: guid(7),
        assignment: guid(8),
        exchangeServicePrincipal: guid(0),
        applicationAssignments: `Application Calendars.Read ${guid(9)}`,
        applicationHeldSince: "",
        impersonationHeldSince: "",
        app: guid(2),
        names: {
          [guid(5)]: "Role group",
          [guid(6)]: "Group",
          [guid(7)]: "Scope",
          [guid(8)]: "Assignment",
          [guid(9)]: "Of the app",
        },
        heldUserIsAdopted: false,
        keepsUser: false,
        heldUser: `svc@contoso.example ${guid(1)}`,
        heldApp: guid(3),
        adopted: "securityGroup keep",
        accessClaim: "",
        applicationClaim: "",
      },
    });
  });

  test("tells who was there before: unmarked, and not the stack's own", () => {
    const adopted = stateIn([
      tenant({ ownsUser: false, ownsApp: false }),
      user({ jobTitle: "Adviseur" }),
      principal({ notes: "" }),
    ]);
    expect([adopted.user?.isAdopted, adopted.enterpriseApp?.isAdopted]).toEqual([true, true]);
    // Another access mode is asked for, so that the stack owns no user now: the one that it made is still its own.
    const left = stateIn([tenant({ ownsUser: false, ownsApp: false }), user(), principal()]);
    expect([left.user?.isAdopted, left.enterpriseApp?.isAdopted]).toEqual([false, false]);
    // Somebody wrote over the title.
    expect(stateIn([tenant(), user({ jobTitle: "" })]).user?.isAdopted).toBe(false);
  });

  test("tells that a user stays only where the last run began and ended so", () => {
    const keepsUser = (onDestroy: string, check: Readonly<Record<string, unknown>>): boolean =>
      stateIn([tenant({ onDestroy }), user(), own("ImpersonationCheck", check)]).known.keepsUser;
    expect(keepsUser("keep", { keepsUser: true })).toBe(true);
    // A run that was to keep it and did not come to its end, or one that was not to.
    expect(keepsUser("keep", { keepsUser: false })).toBe(false);
    expect(keepsUser("keep", {})).toBe(false);
    expect(keepsUser("remove", { keepsUser: true })).toBe(false);
  });

  test("does not know an object whose create broke off half-way: it has to be looked up", () => {
    const broken = { objectId: "" };
    const { user: found, enterpriseApp, known } = stateIn([tenant(), user(broken), principal(broken)]);
    expect([found, enterpriseApp, known.heldUser]).toEqual([undefined, undefined, ""]);
  });

  test("tells of which modes it holds anything", () => {
    const [none, all] = [
      { impersonation: false, application: false, group: false },
      { impersonation: true, application: true, group: true },
    ];
    expect(heldBy(stateIn([tenant()]))).toEqual(none);
    expect(heldBy(stateIn([user()]))).toEqual({ ...none, impersonation: true });
    expect(heldBy(stateIn([principal()]))).toEqual({ ...none, application: true });
    const objects = ["RoleGroup", "ExchangeServicePrincipal", "ManagementScope"];
    expect(heldBy(stateIn(objects.map((type) => own(type, { guid: guid(5) }))))).toEqual(all);
  });

  test("keeps secrets to itself", () => {
    const secret = "a password in clear";
    const state = stateIn([
      tenant(),
      user({ password: secret }),
      own("ServiceUserPassword", { password: secret }),
      { type: "pulumi:pulumi:Stack", outputs: { password: secret } },
    ]);
    expect(JSON.stringify(state)).not.toContain(secret);
  });
});

describe("the setting movedFrom", () => {
  const other = "0c0ffee0-0000-4000-8000-00000000000b";

  test("is for a stack that has no id yet, or that very id", () => {
    expect(movedProblems(undefined, stateIn([tenant()]))).toEqual([]);
    expect(movedProblems(other, stateIn([]))).toEqual([]);
    expect(movedProblems(id, stateIn([tenant()]))).toEqual([]);
  });

  test("is refused where the state has another id", () => {
    expect(movedProblems(other, stateIn([tenant()]))).toEqual([
      expect.stringMatching(
        new RegExp(`^movedFrom: this stack has an id of its own already, ${id}, .*Leave the setting`),
      ),
    ]);
  });
});

test("a stack stays with the tenant that holds its objects", () => {
  expect(tenantProblems(guid(4).toUpperCase(), { tenantId: guid(4) })).toEqual([]);
  expect(tenantProblems(guid(5), { tenantId: "" })).toEqual([]);
  expect(tenantProblems(guid(5), { tenantId: guid(4) })).toEqual([
    expect.stringMatching(`^azuread:tenantId is ${guid(5)}, but what this stack holds is in the tenant ${guid(4)}: `),
  ]);
});

test("what was proved last is told with its beginning, without its lists, and nothing of what the proof said", () => {
  const claim = { reach: "group", entrantsBaseline: "manager x" };
  const said = { members: "a@contoso.example 1\n", summary: "proved", verdict: "passed" };
  const state = stateIn([tenant(), own("ImpersonationCheck", { ...claim, ...said })]);
  expect(JSON.parse(state.known.accessClaim)).toEqual(claim);
});
