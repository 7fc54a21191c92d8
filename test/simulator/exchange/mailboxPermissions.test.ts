/** Permissions on mailboxes and calendars: given, shown and taken away, as the cmdlets do. */
import { describe, expect, test } from "@jest/globals";
import { globalReader, Organization, type Row } from "./organization.ts";
import { ad, carla, dirk, eva, gijs } from "../../support/people.ts";

const group = "Buitendienst medewerkers";

/** Rows that somebody gave, without the ones that every mailbox has. */
const given = (rows: readonly Row[], name = "User"): Row[] =>
  rows.filter((row) => row["IsInherited"] !== true && row[name] !== "NT AUTHORITY\\SELF");

const calendarOf = (organization: Organization, folder = "Calendar"): [unknown, unknown][] =>
  organization
    .run("Get-MailboxFolderPermission", { Identity: `${ad}:\\${folder}` })
    .map(({ User, AccessRights }) => [User, AccessRights]);

describe("permissions on a mailbox", () => {
  test("are the owner's and inherited ones where nobody was let in", () => {
    const rows = new Organization().run("Get-MailboxPermission", { Identity: ad });
    expect(given(rows)).toEqual([]);
    expect(rows).toContainEqual(expect.objectContaining({ User: "NT AUTHORITY\\SELF", Deny: "False" }));
    expect(rows.some(({ IsInherited, Deny }) => IsInherited === true && Deny === "True")).toBe(true);
  });

  test("name a user by UPN and a security group by its name; rights add up, and go one by one", () => {
    const organization = new Organization();
    const give = (User: string, ...AccessRights: string[]) =>
      organization.run("Add-MailboxPermission", { Identity: ad, User, AccessRights });
    give(dirk, "ReadPermission");
    give("Dirk Directeur", "FullAccess");
    give(group, "FullAccess");
    const shown = () => given(organization.run("Get-MailboxPermission", { Identity: ad }));
    expect(shown()).toMatchObject([
      { User: dirk, AccessRights: ["ReadPermission", "FullAccess"] },
      { User: group, AccessRights: ["FullAccess"] },
    ]);
    expect(organization.run("Get-MailboxPermission", { Identity: ad, User: dirk })).toHaveLength(1);
    organization.run("Remove-MailboxPermission", { Identity: ad, User: dirk, AccessRights: ["FullAccess"] });
    expect(shown()[0]).toMatchObject({ AccessRights: ["ReadPermission"] });
    organization.run("Remove-MailboxPermission", { Identity: ad, User: dirk, AccessRights: ["ReadPermission"] });
    expect(shown()).toMatchObject([{ User: group }]);
  });

  test("are not for distribution groups and contacts, nor without rights", () => {
    const organization = new Organization();
    const refused = organization.call("Add-MailboxPermission", { Identity: ad, User: dirk });
    expect(refused.text).toContain("missing mandatory parameters: AccessRights");
    for (const { type, name } of organization.simulator.tenant.recipients) {
      if (type !== "MailUniversalDistributionGroup" && type !== "MailContact") continue;
      const answer = organization.call("Add-MailboxPermission", {
        Identity: ad,
        User: name,
        AccessRights: "FullAccess",
      });
      expect(answer.text).toContain("isn't a security principal");
    }
    expect(given(organization.run("Get-MailboxPermission", { Identity: ad }))).toEqual([]);
  });

  test("outlive who has them, as a SID that shows on request", () => {
    const organization = new Organization();
    organization.run("Add-MailboxPermission", { Identity: ad, User: carla, AccessRights: ["FullAccess"] });
    organization.run("Remove-Mailbox", { Identity: carla });
    const shown = (more: Row = {}) => given(organization.run("Get-MailboxPermission", { Identity: ad, ...more }));
    expect(shown()).toEqual([]);
    expect(shown({ IncludeUnresolvedPermissions: true })).toMatchObject([
      { User: expect.stringMatching(/^S-1-5-21-/) },
    ]);
  });
});

describe("permissions to send", () => {
  test("as a mailbox are given, shown and taken away", () => {
    const organization = new Organization();
    const change = { Identity: ad, Trustee: gijs, AccessRights: "SendAs" };
    organization.run("Add-RecipientPermission", change);
    organization.run("Add-RecipientPermission", change);
    const shown = () => given(organization.run("Get-RecipientPermission", { Identity: ad }), "Trustee");
    expect(shown()).toMatchObject([{ Trustee: gijs, AccessRights: ["SendAs"], AccessControlType: "Allow" }]);
    organization.run("Remove-RecipientPermission", change);
    expect(shown()).toEqual([]);
  });

  test("on behalf stand on the mailbox, by name, and can be asked for by a filter", () => {
    const organization = new Organization();
    const change = (GrantSendOnBehalfTo: unknown) =>
      organization.run("Set-Mailbox", { Identity: ad, GrantSendOnBehalfTo });
    change({ "@odata.type": "#Exchange.GenericHashTable", Add: [dirk, eva] });
    change({ "@odata.type": "#Exchange.GenericHashTable", Remove: ["Eva Smit"] });
    const [mailbox, ...others] = organization.run("Get-Mailbox", { Filter: "GrantSendOnBehalfTo -ne $null" });
    expect(others).toEqual([]);
    expect(mailbox).toMatchObject({ PrimarySmtpAddress: ad, GrantSendOnBehalfTo: ["dirk.directeur"] });
    change(null);
    expect(organization.run("Get-Mailbox", { Filter: "GrantSendOnBehalfTo -ne $null" })).toEqual([]);
    expect(organization.call("Get-Recipient", { Filter: "GrantSendOnBehalfTo -ne $null" }).status).not.toBe(200);
  });
});

describe("a calendar", () => {
  test("is found by its type, whatever it is called", () => {
    const organization = new Organization();
    const find = () =>
      organization
        .run("Get-MailboxFolderStatistics", { Identity: ad, FolderScope: "Calendar" })
        .map(({ Name, FolderPath, FolderType }) => [Name, FolderPath, FolderType]);
    expect(find()).toContainEqual(["Calendar", "/Calendar", "Calendar"]);
    organization.run("Set-MailboxRegionalConfiguration", {
      Identity: ad,
      Language: "nl-NL",
      LocalizeDefaultFolderName: true,
    });
    expect(find()).toEqual([
      ["Agenda", "/Agenda", "Calendar"],
      ["Verjaardagen", "/Agenda/Verjaardagen", "BirthdayCalendar"],
    ]);
    expect(organization.call("Get-MailboxFolderPermission", { Identity: `${ad}:\\Calendar` }).status).toBe(404);
    expect(calendarOf(organization, "Agenda")).toHaveLength(2);
    // A language without its folders' names changes none.
    organization.run("Set-MailboxRegionalConfiguration", { Identity: ad, Language: "de-DE" });
    expect(find()[0]?.[0]).toBe("Agenda");
  });

  test("shows Default and Anonymous beside whom it was given to, by display name", () => {
    const organization = new Organization();
    const change = (verb: string, User: string, AccessRights?: string[]) =>
      organization.call(`${verb}-MailboxFolderPermission`, {
        Identity: `${ad}:\\Calendar`,
        User,
        ...(AccessRights && { AccessRights }),
      });
    expect(calendarOf(organization)).toEqual([
      ["Default", ["AvailabilityOnly"]],
      ["Anonymous", ["None"]],
    ]);
    expect(change("Set", dirk, ["Reviewer"]).text).toContain("no existing permission entry");
    expect(change("Add", dirk, ["Editor"]).status).toBe(200);
    expect(change("Add", dirk, ["Owner"]).text).toContain("An existing permission entry was found");
    expect(change("Set", "Default", ["Reviewer"]).status).toBe(200);
    expect(calendarOf(organization)).toEqual([
      ["Anonymous", ["None"]],
      ["Dirk Directeur", ["Editor"]],
      ["Default", ["Reviewer"]],
    ]);
    expect(change("Remove", dirk).status).toBe(200);
    expect(calendarOf(organization)).toHaveLength(2);
  });
});

test("a reader sees the permissions and gives none; a user without a role sees nothing", () => {
  const organization = new Organization();
  const reader = { caller: organization.user(gijs, [globalReader]) };
  const user = { caller: organization.user(gijs) };
  const questions: [string, Row][] = [
    ["Get-MailboxPermission", { Identity: ad }],
    ["Get-RecipientPermission", { Identity: ad }],
    ["Get-MailboxFolderStatistics", { Identity: ad, FolderScope: "Calendar" }],
    ["Get-MailboxFolderPermission", { Identity: `${ad}:\\Calendar` }],
  ];
  for (const [cmdlet, parameters] of questions) {
    expect(organization.call(cmdlet, parameters, reader).status).toBe(200);
    expect(organization.call(cmdlet, parameters, user).status).toBe(403);
  }
  const give = { Identity: ad, User: gijs, AccessRights: "FullAccess" };
  expect(organization.call("Add-MailboxPermission", give, reader).status).toBe(403);
});
