/** Whom EWS lets in, by the settings of the organisation and of the mailbox. */
import { describe, expect, test } from "@jest/globals";
import { refusalOfMailbox, refusalOfOrganization } from "../../../simulator/access/ewsPolicy.ts";
import type { Recipient } from "../../../simulator/tenant/exchangeModel.ts";
import type { Organization } from "../../../simulator/tenant/model.ts";

const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";
const client = "ExchangeServicesClient/15.01";

function organization(change: Partial<Organization>): Organization {
  return {
    isDehydrated: false,
    hydrationRefusesUntil: 0,
    delegationRefusesUntil: 0,
    ewsEnabled: null,
    ewsAllowedAppIds: null,
    ewsApplicationAccessPolicy: null,
    ewsAllowList: [],
    ewsBlockList: [],
    groupNamingPolicy: null,
    ...change,
  };
}

function refusal(change: Partial<Organization>, appId: string | null = vendor, switches = {}): string | undefined {
  return refusalOfOrganization(organization(change), switches, appId, client);
}

describe("the organisation", () => {
  test("lets everybody in as long as nobody set EwsEnabled, whatever the list of client ids holds", () => {
    expect(refusal({})).toBeUndefined();
    expect(refusal({ ewsAllowedAppIds: ["another"] })).toBeUndefined();
  });

  test("shuts EWS altogether, or lets in who is listed", () => {
    expect(refusal({ ewsEnabled: false, ewsAllowedAppIds: [vendor] })).toBe("disabled");
    const listed = { ewsEnabled: true, ewsAllowedAppIds: [vendor.toUpperCase()] };
    expect(refusal(listed)).toBeUndefined();
    expect(refusal(listed, "another")).toBe("blocked by policy");
    expect(refusal(listed, null)).toBe("blocked by policy");
  });

  test("with an empty list does what the switch says", () => {
    for (const ewsAllowedAppIds of [null, [], [""]]) {
      expect(refusal({ ewsEnabled: true, ewsAllowedAppIds })).toBeUndefined();
      expect(refusal({ ewsEnabled: true, ewsAllowedAppIds }, vendor, { emptyEwsAppList: "nobody" })).toBe(
        "blocked by policy",
      );
    }
  });

  test("tells user agents apart by patterns", () => {
    const allow = (list: string[]) => refusal({ ewsApplicationAccessPolicy: "EnforceAllowList", ewsAllowList: list });
    const block = (list: string[]) => refusal({ ewsApplicationAccessPolicy: "EnforceBlockList", ewsBlockList: list });
    expect(allow([])).toBe("blocked by policy");
    expect(allow(["exchangeservicesclient/*"])).toBeUndefined();
    expect(allow(["ExchangeServicesClient"])).toBe("blocked by policy");
    expect(block([])).toBeUndefined();
    expect(block(["*ServicesClient*"])).toBe("blocked by policy");
    expect(refusal({ ewsBlockList: ["*"] })).toBeUndefined();
  });
});

test("a mailbox refuses only where it was switched off", () => {
  const mailbox = (ewsEnabled?: boolean | null): Recipient => ({ ewsEnabled }) as Recipient;
  expect(refusalOfMailbox(mailbox(false))).toBe("disabled");
  for (const open of [mailbox(true), mailbox(null), mailbox(), undefined])
    expect(refusalOfMailbox(open)).toBeUndefined();
});
