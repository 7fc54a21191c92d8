/** What a run would let go of: nothing that is still needed, nothing of others that was not said before. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { judgeRelease, type Release } from "../../../resources/tenant/release.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown, type KnownObjects, type TenantInputs } from "../../../resources/tenant/tenantInputs.ts";
import { applicationTenantInputs, mark, tenantInputs } from "../../support/access.ts";
import { placeApp } from "../../support/application.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { serviceUser } from "../../support/people.ts";

const id = "0a0a0a0a-0000-4000-8000-000000000001";
const user = `${serviceUser} ${id}`;
const ownApp = "0b0b0b0b-0000-4000-8000-000000000002";
const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";
/** What can be taken over in each mode. */
const everything = ["managementScope", "roleAssignment", "roleGroup", "securityGroup"].map(removing).join("\n");
const ofAnApp = ["exchangeServicePrincipal", "managementScope", "applicationAssignment", "securityGroup"]
  .map(removing)
  .join("\n");

function removing(kind: string): string {
  return `${kind} remove`;
}

function judge(change: Properties, known: Partial<KnownObjects>, recorded: Properties = {}): Release {
  const desired = { ...tenantInputs(), ...change, known: { ...nothingKnown, ...known } } as unknown as TenantInputs;
  return judgeRelease(desired, { ...tenantInputs(), ...recorded } as unknown as TenantInputs);
}

/** Settings that name an existing user. */
const existing = (name: string): Properties => ({ ownsUser: false, userIsAdopted: false, user: name });
const nothing: Release = { problems: [], lines: [] };

describe("the user that the stack made", () => {
  test("cannot become an existing one, by name or by id: it would be deleted after the proof", () => {
    for (const name of [`${serviceUser.toUpperCase()}\n`, `renamed@buitendienst.example ${id}\n`]) {
      expect(judge(existing(name), { heldUser: user }).problems).toEqual([
        expect.stringMatching(
          /^serviceUser\.existing: .* was made by this stack: this up would prove its access and then delete it\. Leave serviceUser\.existing out/,
        ),
      ]);
    }
  });

  test("may give way to another user, and go with its mode", () => {
    expect(judge(existing("other@buitendienst.example\n"), { heldUser: user })).toEqual(nothing);
    const application = { access: "application", user: "", ownsUser: false };
    expect(judge(application, { heldUser: user })).toEqual(nothing);
  });

  test("is said to be deleted where it is an account of Exchange Server's, which no recycle bin of Entra's holds", () => {
    const desired = (change: Properties): TenantInputs =>
      ({ ...tenantInputs(), ...change, known: { ...nothingKnown, heldUser: user } }) as unknown as TenantInputs;
    const lines = [expect.stringMatching(/this up removes user .* deletes the account from Active Directory/)];
    expect(judgeRelease(desired(existing("other@ad.example\n")), undefined, true)).toEqual({ problems: [], lines });
    expect(judgeRelease(desired({}), undefined, true)).toEqual(nothing);
    expect(judgeRelease(desired(existing(`${serviceUser}\n`)), undefined, true).problems).toEqual([
      expect.stringContaining("make another one in Active Directory"),
    ]);
  });

  test("does not go while its mailbox is listed, or it owns the group", () => {
    const application = { access: "application", user: "", ownsUser: false };
    expect(judge({ ...application, members: `${user}\n` }, { heldUser: user }).problems).toEqual([
      expect.stringMatching(/^mailboxes: .* is the service user of this stack, which this up would delete at its end/),
    ]);
    expect(judge({ ...application, owner: `${user}\n` }, { heldUser: user }).problems).toEqual([
      expect.stringMatching(/^owner: /),
    ]);
  });

  test("is no matter while the stack keeps it", () => {
    expect(judge({}, { heldUser: user })).toEqual(nothing);
    expect(judge({ members: `${user}\n` }, { heldUser: user })).toEqual(nothing);
  });
});

describe("a user that was taken over", () => {
  const held = { heldUser: user, heldUserIsAdopted: true };

  test("cannot become an existing one before the state says that it stays, whatever onDestroy says now", () => {
    for (const onDestroy of ["remove", "keep"]) {
      expect(judge({ ...existing(`${serviceUser}\n`), onDestroy }, held).problems).toEqual([
        expect.stringMatching(
          /^serviceUser\.existing: .* was taken over by this stack.* Leave serviceUser\.existing out, set onDestroy to "keep" and run up; then make this change/,
        ),
      ]);
    }
    expect(judge(existing(`${serviceUser}\n`), { ...held, keepsUser: true })).toEqual(nothing);
  });

  test("is not deleted by naming another one", () => {
    const other = existing("other@buitendienst.example\n");
    expect(judge(other, held).problems).toEqual([
      expect.stringMatching(/^onDestroy: user .* would be deleted at the end of this up, though it was there before/),
    ]);
    expect(judge(other, { ...held, keepsUser: true })).toEqual(nothing);
  });

  test("goes with its mode, which is said; with onDestroy keep only once the state knows it", () => {
    const application = { access: "application", user: "", ownsUser: false };
    expect(judge(application, held)).toEqual({
      problems: [],
      lines: [`this up removes what was there before this stack, as onDestroy says: user ${serviceUser}.`],
    });
    expect(judge({ ...application, onDestroy: "keep" }, held).problems).toEqual([
      expect.stringMatching(/^onDestroy: user .* would be deleted at the end of this up/),
    ]);
    expect(judge({ ...application, onDestroy: "keep" }, { ...held, keepsUser: true })).toEqual(nothing);
  });
});

describe("objects of Exchange that were taken over", () => {
  const application = { access: "application", user: "", ownsUser: false };
  const kept = everything.replaceAll("remove", "keep");

  test("go with their mode, and are named", () => {
    const { problems, lines } = judge(application, { adopted: everything });
    expect(problems).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/as onDestroy says: the role group, the role assignment\.$/)]);
    expect(judge(application, { adopted: kept.replace(/roleAssignment keep\n/, "") })).toEqual(nothing);
    expect(judge({ ...application, onDestroy: "keep" }, { adopted: everything }).problems).toHaveLength(1);
  });

  test("do not go by another reach", () => {
    expect(judge({ reach: "organization" }, { adopted: everything }).problems).toEqual([
      expect.stringMatching(/^onDestroy: .*the security group, the management scope would be deleted/),
    ]);
    expect(judge({ reach: "organization" }, { adopted: kept })).toEqual(nothing);
  });

  test("do not go by another app", () => {
    const ofApp = { access: "application", user: "", ownsUser: false, clientId: vendor };
    const recorded = { access: "application", clientId: ownApp };
    expect(judge(ofApp, { adopted: ofAnApp }, recorded).problems).toEqual([
      expect.stringMatching(/^onDestroy: .*the Exchange service principal would be deleted/),
    ]);
    expect(judge(ofApp, { adopted: ofAnApp }, { ...recorded, clientId: vendor })).toEqual(nothing);
  });

  test("do not stay open beside what would be proved: a kept role assignment keeps what replaces it from being made", () => {
    const stays = (change: Properties, kind: string, recorded: Properties): readonly unknown[] =>
      judge(change, { adopted: `${kind} keep` }, recorded).problems;
    const refused = [
      expect.stringMatching(/^onDestroy: the role assignment .* would leave it on, .* Set onDestroy to "remove"/),
    ];
    expect(stays(application, "roleAssignment", {})).toEqual(refused);
    expect(stays({ assignment: "Another" }, "roleAssignment", {})).toEqual(refused);
    const app = { access: "application", roles: "Application Calendars.ReadWrite\nApplication Mail.Read" };
    for (const change of [
      { ...app, application: "Another" },
      { ...app, roles: "Application Mail.Read" },
      {},
      { ...app, reach: "organization" },
      { ...app, clientId: vendor },
    ]) {
      expect(stays(change, "applicationAssignment", app)).toEqual(refused);
    }
    expect(stays({ ...app, members: "" }, "applicationAssignment", app)).toEqual([]);
    expect(stays({ ...app, roles: `${app.roles}\nApplication Mail.Send` }, "applicationAssignment", app)).toEqual([]);
  });

  test("are no matter while nothing changes", () => {
    for (const adopted of [everything, kept]) expect(judge({}, { adopted })).toEqual(nothing);
  });
});

describe("the own app", () => {
  const application = { access: "application", user: "", ownsUser: false };

  test("cannot become the vendor's: its registration would be deleted after the proof", () => {
    expect(judge({ ...application, clientId: ownApp }, { heldApp: ownApp }).problems).toEqual([
      expect.stringMatching(
        /^application\.clientId: .* is the app that this stack made: this up would prove its access and then delete its registration/,
      ),
    ]);
  });

  test("may give way to another one, and stays where nothing changes", () => {
    expect(judge({ ...application, clientId: vendor }, { heldApp: ownApp })).toEqual(nothing);
    expect(judge(application, { heldApp: ownApp })).toEqual(nothing);
  });
});

describe("the preflight", () => {
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await startTenant();
  });
  beforeEach(() => tenant.running.reset());
  afterAll(() => tenant.close());

  test("refuses the stack's own user as an existing one, and touches nothing", async () => {
    const line = (await tenant.makeUser(serviceUser, mark)).trim();
    const before = tenant.dump();
    const known = { ...nothingKnown, heldUser: line };
    const desired = { ...tenantInputs(), ...existing(`${serviceUser}\n`), known };
    const { problems } = await tenantArtifact.check(await tenant.open(), tenantInputs(), desired);
    expect(problems).toEqual([expect.stringContaining("was made by this stack")]);
    expect(tenant.dump()).toEqual(before);
  });

  test("refuses the stack's own app as the vendor's", async () => {
    const app = placeApp(tenant, mark);
    const known = { ...nothingKnown, heldApp: app.appId };
    const desired = applicationTenantInputs({ clientId: app.appId, app: app.objectId, ownsApp: false, known });
    const { problems } = await tenantArtifact.check(await tenant.open(), applicationTenantInputs(), desired);
    expect(problems).toEqual([expect.stringContaining("is the app that this stack made")]);
  });

  test("says what goes with a mode", async () => {
    const line = (await tenant.makeUser(serviceUser)).trim();
    const known = { ...nothingKnown, heldUser: line, heldUserIsAdopted: true };
    const context = await tenant.open();
    await tenantArtifact.check(context, tenantInputs(), applicationTenantInputs({ known }));
    expect(context.lines.join("\n")).toContain(`as onDestroy says: user ${serviceUser}.`);
  });
});
