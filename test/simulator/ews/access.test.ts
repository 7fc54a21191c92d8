// Who may use EWS, and the refusals that clients see.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import {
  addServiceUser,
  assignRole,
  basic,
  callEws,
  consent,
  fetchAppToken,
  fetchToken,
  findRecipient,
  getFolder,
  pointTo,
  smtp,
  startTenant,
  type EwsAnswer,
  type ServiceUser,
} from "./client.ts";
import { ad, carla } from "../../support/people.ts";

let running: RunningSimulator;
let service: ServiceUser;

beforeAll(async () => {
  running = await startTenant();
});
afterAll(() => running.close());
beforeEach(() => {
  running.reset();
  service = addServiceUser(running);
});

const impersonate = (id: string): Promise<EwsAnswer> => callEws(running, basic(service), id, getFolder());
const grant = (mailboxes?: readonly string[]): void => {
  assignRole(running, "ApplicationImpersonation", { guid: service.guid, type: "User" }, mailboxes);
};

describe("impersonation", () => {
  test("opens a mailbox inside the scope, by SMTP address and by UPN", async () => {
    grant([ad]);
    for (const id of [smtp(ad), `<t:SmtpAddress>${ad}</t:SmtpAddress>`]) {
      expect(await impersonate(id)).toMatchObject({ status: 200, code: "NoError" });
    }
    const upn = findRecipient(running, ad).userPrincipalName ?? "";
    expect(await impersonate(`<t:PrincipalName>${upn}</t:PrincipalName>`)).toMatchObject({ status: 200 });
  });

  test("is refused outside the scope with the same fault as without any right", async () => {
    const without = await impersonate(smtp(carla));
    grant([ad]);
    const outside = await impersonate(smtp(carla));
    for (const answer of [without, outside]) {
      expect(answer).toMatchObject({ status: 500, code: "ErrorImpersonateUserDenied" });
      expect(answer.text).toContain("The account does not have permission to impersonate the requested user.");
      expect(answer.text).toContain(">a:ErrorImpersonateUserDenied</faultcode>");
      expect(answer.text).not.toContain("ServerVersionInfo");
    }
    expect(outside.text).toBe(without.text);
  });

  test("opens everything without a scope, shared and room mailboxes too", async () => {
    grant();
    const boxes = running.simulator.tenant.recipients.filter(({ type }) => /^(Shared|Room)Mailbox$/.test(type));
    expect(boxes.length).toBeGreaterThan(1);
    for (const { primarySmtpAddress } of [...boxes, findRecipient(running, carla)]) {
      expect(await impersonate(smtp(primarySmtpAddress ?? ""))).toMatchObject({ status: 200, code: "NoError" });
    }
  });

  test("ends with the assignment", async () => {
    grant([ad]);
    expect(await impersonate(smtp(ad))).toMatchObject({ status: 200 });
    running.simulator.tenant.assignments.pop();
    expect(await impersonate(smtp(ad))).toMatchObject({ status: 500, code: "ErrorImpersonateUserDenied" });
  });

  test("names an alias' primary address", async () => {
    grant();
    const answer = await impersonate(smtp("bram@buitendienst.example"));
    expect(answer).toMatchObject({ status: 500, code: "ErrorNonPrimarySmtpAddress" });
    expect(answer.text).toContain('<t:Value Name="Primary">bram.buitenhuis@buitendienst.example</t:Value>');
    const byAlias = await impersonate("<t:SmtpAddress>bram@buitendienst.example</t:SmtpAddress>");
    expect(byAlias).toMatchObject({ status: 200, code: "NoError" });
  });

  test.each([
    ["an unknown address", smtp("nobody@buitendienst.example"), "ErrorNonExistentMailbox"],
    ["an unknown UPN", "<t:PrincipalName>nobody@buitendienst.example</t:PrincipalName>", "ErrorNonExistentMailbox"],
    ["what is no UPN", "<t:PrincipalName>nobody</t:PrincipalName>", "ErrorInvalidUserPrincipalName"],
    ["a SID", "<t:SID>S-1-5-21-1-2-3-500</t:SID>", "ErrorInvalidUserSid"],
    ["an empty header", "", "ErrorInvalidExchangeImpersonationHeaderData"],
  ])("refuses %s", async (_what, id, code) => {
    grant();
    expect(await impersonate(id)).toMatchObject({ status: 500, code });
  });

  test("reaches neither contacts nor mail users nor soft-deleted mailboxes", async () => {
    grant();
    const others = running.simulator.tenant.recipients.filter(
      ({ type, softDeleted, primarySmtpAddress }) =>
        primarySmtpAddress !== null && (softDeleted || ["MailContact", "MailUser"].includes(type)),
    );
    expect(others.length).toBeGreaterThan(1);
    for (const { primarySmtpAddress } of others) {
      expect(await impersonate(smtp(primarySmtpAddress ?? ""))).toMatchObject({ code: "ErrorNonExistentMailbox" });
    }
  });

  test("refuses the mailbox of a disabled account", async () => {
    grant();
    findRecipient(running, carla).accountDisabled = true;
    expect(await impersonate(smtp(carla))).toMatchObject({ status: 500, code: "ErrorAccountDisabled" });
  });

  test("opens only the mailbox in the header", async () => {
    grant();
    const other = getFolder().replace(
      '<t:DistinguishedFolderId Id="calendar"/>',
      `<t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${carla}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`,
    );
    const answer = await callEws(running, basic(service), smtp(ad), other);
    expect(answer).toMatchObject({ status: 200, code: "ErrorAccessDenied" });
  });
});

describe("the front end", () => {
  const expectOpen = ({ headers }: EwsAnswer): void => {
    expect(headers.get("connection")).toBe("keep-alive");
  };

  test("refuses a wrong password, an unknown and a blocked user with an empty 401", async () => {
    grant();
    const wrong = [
      basic({ upn: service.upn, password: "wrong" }),
      basic({ upn: "nobody@buitendienst.example", password: service.password }),
      "Basic !",
      undefined,
    ];
    const { users } = running.simulator.tenant;
    const user = users.find(({ id }) => id === service.id);
    for (const authorization of wrong) {
      const answer = await callEws(running, authorization, smtp(ad), getFolder());
      expect(answer).toMatchObject({ status: 401, text: "" });
      expect(answer.headers.get("www-authenticate")).toContain("Basic realm=");
      expectOpen(answer);
    }
    expect(await impersonate(smtp(ad))).toMatchObject({ status: 200 });
    if (user !== undefined) user.accountEnabled = false;
    expect(await impersonate(smtp(ad))).toMatchObject({ status: 401, text: "" });
  });

  test("takes a user's token for Exchange, and refuses one for Graph", async () => {
    grant([ad]);
    const form = {
      grant_type: "password",
      client_id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
      username: service.upn,
      password: service.password,
    };
    const token = await fetchToken(running, form);
    const answer = await callEws(running, `Bearer ${token}`, smtp(ad), getFolder());
    expect(answer).toMatchObject({ status: 200, code: "NoError" });
    const forGraph = await fetchToken(running, { ...form, scope: "https://graph.microsoft.com/.default" });
    for (const bad of [forGraph, "a.b.c"]) {
      const refused = await callEws(running, `Bearer ${bad}`, smtp(ad), getFolder());
      expect(refused).toMatchObject({ status: 401, text: "" });
      expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
      expectOpen(refused);
    }
  });

  test("applies the organisation's EWS policy", async () => {
    grant();
    const { organization } = running.simulator.tenant;
    organization.ewsEnabled = false;
    const disabled = await impersonate(smtp(ad));
    expect(disabled).toMatchObject({ status: 403, text: "" });
    expect(disabled.headers.get("x-ews-policy-reason")).toBe("EWS is disabled for this user or tenant");
    expectOpen(disabled);
    organization.ewsEnabled = true;
    expect(await impersonate(smtp(ad))).toMatchObject({ status: 200 });
    organization.ewsAllowedAppIds = ["f9d374ce-f7cf-4028-831d-112d731869a2"];
    const blocked = await impersonate(smtp(ad));
    expect(blocked.headers.get("x-ews-policy-reason")).toBe("EWS is blocked by policy for this user or tenant");
    organization.ewsEnabled = null;
    expect(await impersonate(smtp(ad))).toMatchObject({ status: 200 });
    organization.ewsApplicationAccessPolicy = "EnforceAllowList";
    expect(await impersonate(smtp(ad))).toMatchObject({ status: 403 });
  });

  test("applies the mailbox's own switch, also where the organisation is open", async () => {
    grant();
    running.simulator.tenant.organization.ewsEnabled = true;
    findRecipient(running, ad).ewsEnabled = false;
    const disabled = await impersonate(smtp(ad));
    expect(disabled).toMatchObject({ status: 403, text: "" });
    expect(disabled.headers.get("x-ews-policy-reason")).toBe("EWS is disabled for this user or tenant");
    expectOpen(disabled);
    expect(await impersonate(smtp(carla))).toMatchObject({ status: 200 });
  });
});

describe("an application", () => {
  const useOwnApp = () => pointTo(running, running.credentials.clientId);
  const callAsAutomation = async (id: string | undefined): Promise<EwsAnswer> =>
    callEws(running, `Bearer ${await fetchAppToken(running, running.credentials)}`, id, getFolder());

  test("without a permission that fits is refused before SOAP", async () => {
    const answer = await callAsAutomation(smtp(ad));
    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-ms-diagnostics")).toBe(
      '2000008;reason="The token contains not enough scope to make this call.";error_category="invalid_grant"',
    );
    const { tenant } = running.simulator;
    tenant.appRoleAssignments = [];
    const empty = await callAsAutomation(smtp(ad));
    expect(empty.status).toBe(401);
    expect(empty.headers.get("x-ms-diagnostics")).toContain("The token contains no permissions");
  });

  test("with Application EWS.AccessAsApp opens the scope's mailboxes, and only as somebody", async () => {
    const { pointer } = useOwnApp();
    assignRole(running, "Application EWS.AccessAsApp", { guid: pointer.guid, type: "ServicePrincipal" }, [ad]);
    expect(await callAsAutomation(smtp(ad))).toMatchObject({ status: 200, code: "NoError" });
    expect(await callAsAutomation(smtp(carla))).toMatchObject({ status: 500, code: "ErrorImpersonateUserDenied" });
    const anonymous = await callAsAutomation(undefined);
    expect(anonymous.status).toBe(500);
    expect(anonymous.text).toContain("ExchangeImpersonation SOAP header must be present for this type of OAuth token.");
  });

  test("with full_access_as_app opens every mailbox, beside any scope", async () => {
    const { pointer, servicePrincipal } = useOwnApp();
    assignRole(running, "Application EWS.AccessAsApp", { guid: pointer.guid, type: "ServicePrincipal" }, [ad]);
    consent(running, servicePrincipal.id, "full_access_as_app");
    expect(await callAsAutomation(smtp(carla))).toMatchObject({ status: 200, code: "NoError" });
  });

  test("with Application Calendars.ReadWrite opens nothing over EWS", async () => {
    const { pointer } = useOwnApp();
    assignRole(running, "Application Calendars.ReadWrite", { guid: pointer.guid, type: "ServicePrincipal" });
    expect(await callAsAutomation(smtp(ad))).toMatchObject({ status: 403 });
  });
});
