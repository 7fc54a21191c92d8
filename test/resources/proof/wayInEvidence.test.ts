/** What is asked about the way in, on a tenant that has it shut in every way. */
import { sayWayIn } from "../../../resources/proof/words/summariesEnglish.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { sessionWith } from "../../../exchange/sessionWith.ts";
import type { Context, Properties } from "../../../resources/lifecycle/contract.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { askedByApplication, askedByImpersonation, examineWayIn } from "../../../resources/proof/wayInEvidence.ts";
import type { WayInVerdict } from "../../../resources/proof/wayIn.ts";
import { applicationTenantInputs, listed, tenantInputs } from "../../support/access.ts";
import { vendorId } from "../../support/application.ts";
import { parseMembers } from "../../../resources/recipients/memberList.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs, serviceUser } from "../../support/people.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

/** The questions of the last look. */
let cmdlets: string[] = [];

async function open(): Promise<Context> {
  cmdlets = [];
  const context = await tenant.open();
  const exchange = sessionWith(context.exchange, {
    read: (cmdlet, parameters, options) => {
      cmdlets.push(cmdlet);
      return context.exchange.read(cmdlet, parameters, options);
    },
  });
  return { ...context, exchange };
}

async function impersonation(callCentreClientId = ""): Promise<WayInVerdict> {
  const claim = { members: parseMembers(tenant.lines(...listed)), user: `${serviceUser}\n`, callCentreClientId };
  return examineWayIn(await open(), askedByImpersonation(claim));
}

async function application(role: string): Promise<WayInVerdict> {
  const claim = { members: parseMembers(tenant.lines(...listed)), roles: role, appId: vendorId };
  return examineWayIn(await open(), askedByApplication(claim));
}

const reset = (settings: Record<string, unknown>): void => tenant.running.reset({ settings });

describe("who comes by EWS", () => {
  test("finds it open in an organisation where nobody set anything, in two questions", async () => {
    expect(await impersonation()).toMatchObject({ state: "open" });
    expect(cmdlets).toEqual(["Get-OrganizationConfig", "Get-CASMailbox"]);
  });

  test("finds the organisation's switch", async () => {
    reset({ ewsEnabled: false });
    expect(await impersonation()).toMatchObject({ state: "shut" });
    expect(await application("Application EWS.AccessAsApp")).toMatchObject({ state: "shut" });
  });

  test("finds a mailbox's own switch, by one filtered question", async () => {
    await tenant.byHand("Set-CASMailbox", { Identity: eva, EwsEnabled: false });
    await tenant.byHand("Set-CASMailbox", { Identity: gijs, EwsEnabled: false });
    const verdict = await impersonation();
    expect(verdict.state).toBe("shut");
    expect(sayWayIn(verdict)).toContain(`EWS is off for ${eva} (`);
  });

  test("is looked for in the list of client ids, which takes a third question", async () => {
    reset({ ewsEnabled: true, ewsAllowedAppIds: `${vendorId.toUpperCase()},f9d374ce-f7cf-4028-831d-112d731869a2` });
    expect(await application("Application EWS.AccessAsApp")).toMatchObject({ state: "open" });
    expect(cmdlets).toHaveLength(3);
    expect(await impersonation()).toMatchObject({ state: "unknown" });
    expect(await impersonation(vendorId)).toMatchObject({ state: "open" });
    expect(await impersonation("0aaaaaaa-1111-4222-8333-444444444444")).toMatchObject({ state: "shut" });
  });

  test("hears that it may be shut where the list is empty, whichever source is right", async () => {
    for (const emptyEwsAppList of ["everybody", "nobody"]) {
      reset({ ewsEnabled: true, emptyEwsAppList });
      expect(await impersonation(vendorId)).toMatchObject({ state: "unknown", findings: [] });
    }
  });

  test("hears of user agents", async () => {
    reset({ ewsApplicationAccessPolicy: "EnforceAllowList" });
    expect(await impersonation()).toMatchObject({ state: "shut" });
    reset({ ewsApplicationAccessPolicy: "EnforceBlockList", ewsBlockList: "OldClient/*" });
    expect(await impersonation()).toMatchObject({ state: "unknown" });
  });

  test("gets no error where something cannot be asked, but the reason", async () => {
    reset({ casMailboxFilter: "refused" });
    const verdict = await impersonation();
    expect(verdict.state).toBe("unknown");
    expect(sayWayIn(verdict)).toMatch(/which mailboxes have EWS off could not be read \(Get-CASMailbox: .*filterable/);
  });

  test("by Graph alone asks nothing", async () => {
    reset({ ewsEnabled: false });
    expect(await application("Application Calendars.ReadWrite")).toMatchObject({ state: "not asked", findings: [] });
    expect(cmdlets).toEqual([]);
  });
});

describe("the preflight of a new stack", () => {
  async function preflight(
    desired: Properties,
    recorded?: Properties,
  ): Promise<{ problems: readonly string[]; lines: readonly string[] }> {
    const context = await tenant.open();
    const { problems } = await tenantArtifact.check(context, recorded, desired);
    return { problems, lines: context.lines };
  }
  const graph = { roles: "Application Calendars.ReadWrite" };
  const ews = { roles: "Application EWS.AccessAsApp" };

  test("refuses what the call centre could not use, and writes nothing", async () => {
    reset({ ewsEnabled: false });
    const before = tenant.dump();
    const refused = [expect.stringMatching(/^the way in is shut: EWS is off for the whole.*Nothing was changed\.$/)];
    expect((await preflight(tenantInputs())).problems).toEqual(refused);
    expect((await preflight(applicationTenantInputs(ews))).problems).toEqual(refused);
    expect((await preflight(applicationTenantInputs(graph))).problems).toEqual([]);
    expect(tenant.dump()).toEqual(before);
  });

  test("names the mailboxes that are shut", async () => {
    await tenant.byHand("Set-CASMailbox", { Identity: ad, EwsEnabled: false });
    expect((await preflight(tenantInputs())).problems).toEqual([expect.stringContaining(`EWS is off for ${ad} (`)]);
  });

  test("says what is unknown and goes on", async () => {
    reset({ ewsEnabled: true, ewsAllowedAppIds: vendorId });
    const { problems, lines } = await preflight(tenantInputs());
    expect(problems).toEqual([]);
    expect(lines.join("\n")).toMatch(/^way in: unknown: EWS lets in listed client ids only .* as callCentreClientId/m);
    const named = await preflight({ ...tenantInputs(), callCentreClientId: vendorId });
    expect(named.lines.join("\n")).not.toContain("way in: unknown");
    const own = await preflight(applicationTenantInputs(ews));
    expect(own.lines.join("\n")).toMatch(/^way in: unknown: .*The own app gets its client id when it is made/m);
  });

  test("is not repeated for a stack that comes by EWS already, whose proof says it", async () => {
    reset({ ewsEnabled: false });
    expect((await preflight(tenantInputs(), tenantInputs())).problems).toEqual([]);
    const both = { ...tenantInputs(), access: "application\nimpersonation" };
    expect((await preflight({ ...both, ...ews, ownsApp: true }, tenantInputs())).problems).toEqual([
      expect.stringContaining("the way in is shut"),
    ]);
    expect((await preflight({ ...both, ...graph, ownsApp: true }, tenantInputs())).problems).toEqual([]);
  });
});
