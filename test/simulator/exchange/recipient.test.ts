/** Finding people, mailboxes and groups. */
import { describe, expect, test } from "@jest/globals";
import { names, Organization } from "./organization.ts";
import { replicateUser } from "../../../simulator/tenant/replication.ts";
import { ad } from "../../support/people.ts";

describe("Get-Recipient", () => {
  test.each([
    ["address", "bram.buitenhuis@buitendienst.example"],
    ["alias address", "bram@buitendienst.example"],
    ["sign-in name", "b.buitenhuis@buitendienst.onmicrosoft.com"],
    ["alias", "Bram.Buitenhuis"],
    ["display name", "bram buitenhuis"],
  ])("finds a mailbox by its %s", (_kind, identity) => {
    const organization = new Organization();
    const found = organization.one("Get-Recipient", { Identity: identity });
    expect(found["PrimarySmtpAddress"]).toBe("bram.buitenhuis@buitendienst.example");
    for (const property of ["Guid", "ExternalDirectoryObjectId", "DistinguishedName"]) {
      expect(organization.one("Get-Recipient", { Identity: found[property] })).toEqual(found);
    }
  });

  test("without an identity, or with null, returns everybody", () => {
    const organization = new Organization();
    const all = organization.run("Get-Recipient").length;
    expect(all).toBeGreaterThan(40);
    expect(organization.run("Get-Recipient", { Identity: null })).toHaveLength(all);
  });

  test("previews a scope's filter, with every kind of recipient", () => {
    const organization = new Organization();
    const dn = organization.one("Get-Group", { Identity: "Alle medewerkers" })["DistinguishedName"];
    const found = organization.run("Get-Recipient", {
      RecipientPreviewFilter: `MemberOfGroup -eq '${String(dn)}'`,
      ResultSize: "Unlimited",
    });
    expect(names(found, "RecipientTypeDetails")).toEqual([
      "MailContact",
      "MailUniversalSecurityGroup",
      "UserMailbox",
      "UserMailbox",
      "UserMailbox",
    ]);
    const mailboxes = organization.run("Get-Recipient", {
      Filter: `MemberOfGroup -eq '${String(dn)}'`,
      RecipientTypeDetails: ["UserMailbox", "SharedMailbox"],
      Properties: ["ExternalDirectoryObjectId", "PrimarySmtpAddress"],
    });
    expect(mailboxes.map((row) => Object.keys(row))).toEqual(
      Array.from({ length: 3 }, () => ["PrimarySmtpAddress", "ExternalDirectoryObjectId"]),
    );
  });

  test("finds a group by its Entra id, which Get-Group does not tell", () => {
    const organization = new Organization();
    const group = organization.one("Get-DistributionGroup", { Identity: "Regio Noord" });
    const filter = `ExternalDirectoryObjectId -eq '${String(group["ExternalDirectoryObjectId"])}'`;
    expect(names(organization.run("Get-Recipient", { Filter: filter }))).toEqual(["Regio Noord"]);
  });

  test("shows deleted mailboxes only when asked", () => {
    const organization = new Organization();
    const deleted = "ewoud.exit@buitendienst.example";
    expect(organization.call("Get-Recipient", { Identity: deleted }).status).toBe(404);
    const found = organization.one("Get-Recipient", { Identity: deleted, IncludeSoftDeletedRecipients: true });
    expect(found["DisplayName"]).toBe("Ewoud Exit");
    expect(organization.call("Get-Mailbox", { Identity: deleted }).status).toBe(404);
    expect(names(organization.run("Get-Mailbox", { SoftDeletedMailbox: true }))).toEqual(["ewoud.exit"]);
  });

  test("returns the first 1000 with a warning, and all when asked for all", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    const [template] = tenant.recipients;
    if (template === undefined) throw new Error("no recipient");
    for (let number = 0; number < 1200; number += 1) {
      tenant.recipients.push({ ...template, guid: `guid-${number}`, name: `extra${number}` });
    }
    const cut = organization.call("Get-Recipient");
    expect(cut.rows).toHaveLength(1000);
    expect(cut.warnings).toEqual([expect.stringContaining("By default, only the first 1000 items are returned.")]);
    const some = organization.call("Get-Recipient", { ResultSize: 5 });
    expect(some.rows).toHaveLength(5);
    expect(some.warnings).toEqual([expect.stringContaining("There are more results available")]);
    const all = organization.call("Get-Recipient", { ResultSize: "Unlimited" });
    expect(all.rows).toHaveLength(1000);
    expect(all.nextLink).toBeDefined();
    expect(all.warnings).toEqual([]);
  });

  test("refuses a filter and an enumeration that are wrong", () => {
    const organization = new Organization();
    expect(organization.call("Get-Recipient", { Filter: "Nonsense -eq 'x'" }).text).toContain(
      "is not a recognized filterable property",
    );
    const wrong = organization.call("Get-Recipient", { RecipientTypeDetails: ["Mailbox"] });
    expect(wrong.text).toContain("Unable to match the identifier name Mailbox to a valid enumerator name");
  });
});

test("Get-User knows people without a mailbox, Get-Mailbox does not", () => {
  const organization = new Organization();
  const upn = "zeger.zonderbak@buitendienst.example";
  expect(organization.one("Get-User", { Identity: upn })).toMatchObject({
    UserPrincipalName: upn,
    RecipientTypeDetails: "User",
  });
  expect(organization.call("Get-Mailbox", { Identity: upn }).status).toBe(404);
  expect(organization.call("Get-Recipient", { Identity: upn }).status).toBe(404);
});

test("Get-Group shows role groups too", () => {
  const organization = new Organization();
  expect(organization.one("Get-Group", { Identity: "Help Desk" })["RecipientTypeDetails"]).toBe("RoleGroup");
  expect(names(organization.run("Get-Group"))).toEqual(expect.arrayContaining(["Help Desk", "Regio Noord"]));
  expect(organization.call("Get-Group", { Identity: ad }).status).toBe(404);
});

test("several people of one name: a question finds all, a change finds none", () => {
  const organization = new Organization();
  const [first, second] = organization.simulator.tenant.recipients;
  if (first === undefined || second === undefined) throw new Error("no recipients");
  second.displayName = first.displayName;
  expect(organization.run("Get-Recipient", { Identity: first.displayName })).toHaveLength(2);
  const change = organization.call("Set-Mailbox", { Identity: first.displayName, HiddenFromAddressListsEnabled: true });
  expect(change.text).toBe(
    `The operation couldn't be performed because '${first.displayName}' matches multiple entries.`,
  );
});

describe("a mailbox", () => {
  test("gets another primary address; the old one stays as an alias", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    organization.run("Set-Mailbox", { Identity: ad, WindowsEmailAddress: "ad@buitendienst.example" });
    expect(organization.one("Get-Mailbox", { Identity: ad })["EmailAddresses"]).toEqual([
      "SMTP:ad@buitendienst.example",
      `smtp:${ad}`,
    ]);
    expect(tenant.users.find(({ displayName }) => displayName === "Ad Viseur")?.mail).toBe("ad@buitendienst.example");
    organization.run("Set-Mailbox", {
      Identity: "ad@buitendienst.example",
      EmailAddresses: { "@odata.type": "#Exchange.GenericHashTable", Remove: [`smtp:${ad}`] },
    });
    // The address is free, and still the sign-in name.
    expect(organization.one("Get-Mailbox", { Identity: ad })["EmailAddresses"]).toEqual([
      "SMTP:ad@buitendienst.example",
    ]);
    const untyped = organization.call("Set-Mailbox", {
      Identity: ad,
      EmailAddresses: { Add: ["smtp:x@buitendienst.example"] },
    });
    expect(untyped.exceptionType).toContain("ParameterTransformationException");
  });

  test("that is removed leaves its groups and goes into the bin", () => {
    const organization = new Organization();
    organization.run("Remove-Mailbox", { Identity: ad, Confirm: false });
    expect(names(organization.run("Get-DistributionGroupMember", { Identity: "Buitendienst medewerkers" }))).toEqual([
      "Regio Noord",
      "eva.smit",
    ]);
    const user = organization.simulator.tenant.users.find(({ displayName }) => displayName === "Ad Viseur");
    expect(user?.deletedDateTime).toBe("2026-11-23T09:00:00.000Z");
  });
});

describe("the name of a mailbox", () => {
  test("is not its display name, can be changed, and takes the DN along", () => {
    const organization = new Organization();
    const rename = (Name: string): number => organization.call("Set-Mailbox", { Identity: ad, Name }).status;
    expect(rename("Eigen naam")).toBe(200);
    expect(organization.one("Get-Mailbox", { Identity: ad })).toMatchObject({
      Name: "Eigen naam",
      DisplayName: "Ad Viseur",
      DistinguishedName: expect.stringMatching(/^CN=Eigen naam,/),
    });
    expect(rename("eva.smit")).toBe(400);
  });

  test("of a new one is its object id", () => {
    const organization = new Organization({ newUsersGetMailbox: true });
    const { simulator } = organization;
    const [model] = simulator.tenant.users;
    if (model === undefined) throw new Error("The seed has no users.");
    const id = "0e0e0e0e-0000-4000-8000-000000000002";
    const name = "nieuw@buitendienst.example";
    simulator.tenant.users.push({
      ...model,
      id,
      userPrincipalName: name,
      mail: name,
      proxyAddresses: [`SMTP:${name}`],
    });
    replicateUser(simulator, id);
    organization.pass(1);
    expect(organization.one("Get-Mailbox", { Identity: name })).toMatchObject({ Name: id, DisplayName: "Ad Viseur" });
  });
});
