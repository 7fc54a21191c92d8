/** What Entra grants an app, itself and through groups, and which of it opens calendars or mailboxes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isNamed, opensCalendars, opensMailboxes, readGrants, type Consent } from "../../directory/consents.ts";
import type { GraphObject, GraphSession } from "../../directory/graph.ts";
import type { DirectoryGroup, DirectoryServicePrincipal } from "../../simulator/tenant/directoryModel.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";

const graphAppId = "00000003-0000-0000-c000-000000000000";
const exchangeAppId = "00000002-0000-0ff1-ce00-000000000000";
/** Calendars.ReadWrite on Microsoft Graph (facts/calendar-access.md §5). */
const readWrite = "ef54d2bf-783f-4e0f-bca1-3210c0444d99";
const unknownRole = "0f0f0f0f-0000-4000-8000-00000000000f";
const app = "0a0a0a0a-0000-4000-8000-000000000001";

let tenant: TestTenant;
let graph: GraphSession;
beforeAll(async () => {
  tenant = await startTenant();
  ({ graph } = (await tenant.open("reader")).entra);
});
afterAll(() => tenant.close());

const readConsents = async (session: GraphSession, id: string): Promise<Consent[]> =>
  (await readGrants(session, id)).consents;

function principalOf(id: string, displayName: string): DirectoryServicePrincipal {
  const rest = { accountEnabled: true, appRoles: [], ownerIds: [], directoryRoles: [], other: {} };
  return { id, appId: id.replace("0a0a", "0b0b"), displayName, ...rest };
}

function resource(appId: string): DirectoryServicePrincipal {
  const found = tenant.tenant.servicePrincipals.find((each) => each.appId === appId);
  if (found === undefined) throw new Error(`no resource ${appId}`);
  return found;
}

/** The id of an app role of a resource; a resource's own roles are data of the tenant. */
function roleOf(appId: string, value: string): string {
  const { appRoles } = resource(appId);
  const found = appRoles.find((role) => role.value === value);
  if (found !== undefined) return found.id;
  const id = `0c0c0c0c-0000-4000-8000-${String(appRoles.length).padStart(12, "0")}`;
  appRoles.push({ id, value, displayName: value });
  return id;
}

function grant(principalId: string, appId: string, appRoleId: string): string {
  const id = `consent-${tenant.tenant.appRoleAssignments.length}`;
  const createdDateTime = "2026-11-01T00:00:00Z";
  tenant.tenant.appRoleAssignments.push({
    id,
    appRoleId,
    principalId,
    resourceId: resource(appId).id,
    createdDateTime,
  });
  return id;
}

function addGroup(number: number, displayName: string, ...memberIds: string[]): string {
  const id = `0d0d0d0d-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const kind = { mail: null, mailEnabled: false, securityEnabled: true, groupTypes: [] };
  const group: DirectoryGroup = { id, displayName, memberIds, ...kind };
  tenant.tenant.groups.push(group);
  return id;
}

describe("what Entra grants an app", () => {
  beforeEach(() => {
    tenant.running.reset();
    tenant.tenant.servicePrincipals.push(principalOf(app, "CallPro Calendar Access"));
  });

  test("is nothing without a consent: the wanted state beside a scoped assignment", async () => {
    expect(await readConsents(graph, app)).toEqual([]);
  });

  test("is its own consents, by name, with what a removal would take away", async () => {
    const id = grant(app, graphAppId, readWrite);
    const full = grant(app, exchangeAppId, roleOf(exchangeAppId, "full_access_as_app"));
    expect(await readConsents(graph, app)).toEqual([
      {
        id,
        permission: "Calendars.ReadWrite",
        resource: "Microsoft Graph",
        resourceAppId: graphAppId,
        inheritedFrom: "",
        path: `/servicePrincipals/${app}/appRoleAssignments/${id}`,
      },
      {
        id: full,
        permission: "full_access_as_app",
        resource: "Office 365 Exchange Online",
        resourceAppId: exchangeAppId,
        inheritedFrom: "",
        path: `/servicePrincipals/${app}/appRoleAssignments/${full}`,
      },
    ]);
  });

  test("is never another app's consent", async () => {
    const other = "0a0a0a0a-0000-4000-8000-000000000002";
    tenant.tenant.servicePrincipals.push(principalOf(other, "Backup"));
    grant(other, graphAppId, readWrite);
    expect(await readConsents(graph, app)).toEqual([]);
  });

  test("is what its groups have too, through groups in groups", async () => {
    const inner = addGroup(1, "Calendar apps", app);
    const outer = addGroup(2, "All apps", inner);
    addGroup(3, "Other apps", "0a0a0a0a-0000-4000-8000-000000000002");
    const first = grant(inner, graphAppId, readWrite);
    const second = grant(outer, graphAppId, roleOf(graphAppId, "Mail.Read"));
    grant("0d0d0d0d-0000-4000-8000-000000000003", graphAppId, readWrite);
    const consents = await readConsents(graph, app);
    expect(consents.map(({ permission, inheritedFrom, path }) => [permission, inheritedFrom, path])).toEqual([
      ["Calendars.ReadWrite", "Calendar apps", `/groups/${inner}/appRoleAssignments/${first}`],
      ["Mail.Read", "All apps", `/groups/${outer}/appRoleAssignments/${second}`],
    ]);
  });

  test("through a group whose name nobody may read is still inherited: never taken for the app's own", async () => {
    const id = addGroup(1, "", app);
    grant(id, graphAppId, readWrite);
    expect(await readConsents(graph, app)).toEqual([expect.objectContaining({ inheritedFrom: id })]);
  });

  test("is read page by page, own and inherited", async () => {
    for (let number = 0; number < 130; number += 1) {
      grant(app, graphAppId, roleOf(graphAppId, `Test.Read.${number}`));
      addGroup(number, `Group ${number}`, app);
    }
    const last = "0d0d0d0d-0000-4000-8000-000000000129";
    for (let number = 0; number < 130; number += 1) grant(last, graphAppId, roleOf(graphAppId, `Test.Read.${number}`));
    const hidden = grant(last, graphAppId, readWrite);
    const consents = await readConsents(graph, app);
    expect(consents).toHaveLength(261);
    expect(consents.filter(opensCalendars)).toEqual([
      expect.objectContaining({ id: hidden, inheritedFrom: "Group 129" }),
    ]);
  });

  test("of a permission that the resource does not name is shown by its id", async () => {
    grant(app, graphAppId, unknownRole);
    const [consent] = await readConsents(graph, app);
    expect(consent).toMatchObject({ permission: unknownRole, resource: "Microsoft Graph" });
  });

  test.each([
    ["GET /servicePrincipals/:id/appRoleAssignments", "forbidden"],
    ["GET /servicePrincipals/:id/transitiveMemberOf", "forbidden"],
    ["GET /groups/:id/appRoleAssignments", "forbidden"],
    ["GET /servicePrincipals/:id", "forbidden"],
    ["GET /servicePrincipals/:id/appRoleAssignments", "error500"],
    ["GET /groups/:id/appRoleAssignments", "error500"],
    ["GET /servicePrincipals/:id/appRoleAssignments", "truncatedPage"],
    ["GET /groups/:id/appRoleAssignments", "truncatedPage"],
  ] as const)("cannot be told where a part of it cannot be read: %s, %s", async (operation, effect) => {
    const group = addGroup(1, "Calendar apps", app);
    for (let number = 0; number < 3; number += 1) {
      grant(app, graphAppId, roleOf(graphAppId, `Test.Read.${number}`));
      grant(group, graphAppId, roleOf(graphAppId, `Test.Read.${number}`));
    }
    tenant.running.faults.set([{ match: { operation }, effect, times: 99 }]);
    expect((await failureOf(readConsents(graph, app))).name).toBe("DirectoryError");
  });

  test("of an app that is gone is an error, not nothing", async () => {
    const gone = app.replace("01", "99");
    expect((await failureOf(readConsents(graph, gone))).name).toBe("DirectoryError");
  });

  test("leaves out directory roles and administrative units, which hold no consents", async () => {
    const asked: string[] = [];
    const members = [
      { "@odata.type": "#microsoft.graph.directoryRole", id: "role", displayName: "Exchange Administrator" },
      { "@odata.type": "#microsoft.graph.administrativeUnit", id: "unit", displayName: "Noord" },
      { "@odata.type": "#microsoft.graph.group", id: "group", displayName: "Apps" },
      // Without a type nobody knows what it is: it is asked.
      { id: "untyped" },
    ];
    const fake: Pick<GraphSession, "list" | "readMany"> = {
      list: (path): Promise<readonly GraphObject[]> => {
        asked.push(path);
        return Promise.resolve(path.endsWith("transitiveMemberOf") ? members : []);
      },
      readMany: () => Promise.resolve([]),
    };
    expect(await readConsents(fake as GraphSession, "app")).toEqual([]);
    expect(asked.filter((path) => path.startsWith("/groups/"))).toEqual([
      "/groups/group/appRoleAssignments",
      "/groups/untyped/appRoleAssignments",
    ]);
  });
});

describe("which consents open", () => {
  const consentOf = (permission: string, resourceAppId = graphAppId): Consent => {
    return { id: "x", permission, resource: "A resource", resourceAppId, inheritedFrom: "", path: "/x" };
  };
  const verdict = (permission: string, resourceAppId?: string): string => {
    const consent = consentOf(permission, resourceAppId);
    return opensCalendars(consent) ? "calendars" : opensMailboxes(consent) ? "mailboxes" : "neither";
  };

  test.each([
    "Calendars.Read",
    "Calendars.ReadBasic.All",
    "Calendars.ReadWrite",
    "Calendars.Read.All",
    "Calendars.ReadWrite.All",
    "MailboxItem.Read.All",
    "MailboxItem.Export.All",
    "MailboxItem.ImportExport.All",
  ])("calendars, on Microsoft Graph: %s", (permission) => {
    expect(verdict(permission)).toBe("calendars");
    expect(verdict(permission.toLowerCase())).toBe("calendars");
  });

  test.each(["full_access_as_app", "Calendars.Read", "Calendars.ReadWrite.All"])(
    "calendars, on Office 365 Exchange Online: %s",
    (permission) => {
      expect(verdict(permission, exchangeAppId)).toBe("calendars");
    },
  );

  test.each([
    "Mail.Read",
    "Mail.ReadBasic",
    "Mail.ReadBasic.All",
    "Mail.ReadWrite",
    "Mail.Send",
    "Mail-Advanced.ReadWrite.All",
    "MailboxSettings.Read",
    "MailboxSettings.ReadWrite",
    "MailboxFolder.Read.All",
    "MailboxFolder.ReadWrite.All",
    "MailboxConfigItem.Read",
    "MailTips.ReadBasic.All",
    "Contacts.Read",
    "Contacts.ReadWrite",
    "Tasks.ReadWrite.All",
    "Notes.Read.All",
  ])("other parts of mailboxes, on Microsoft Graph: %s", (permission) => {
    expect(verdict(permission)).toBe("mailboxes");
  });

  test.each(["IMAP.AccessAsApp", "POP.AccessAsApp", "SMTP.SendAsApp", "Mail.Read"])(
    "other parts of mailboxes, on Office 365 Exchange Online: %s",
    (permission) => {
      expect(verdict(permission, exchangeAppId)).toBe("mailboxes");
    },
  );

  test.each(["User.Read.All", "Organization.Read.All", "Group.Read.All", "Sites.Read.All", "Place.Read.All"])(
    "nothing of a mailbox: %s",
    (permission) => {
      expect(verdict(permission)).toBe("neither");
    },
  );

  test("nothing of a mailbox on a resource that holds none, whatever the permission is called", () => {
    const other = "12345678-0000-0000-0000-000000000000";
    for (const permission of ["Calendars.ReadWrite", "full_access_as_app", "Mail.Read", unknownRole]) {
      expect(verdict(permission, other)).toBe("neither");
    }
  });

  test("calendars, for all that anybody knows, where the permission has no name and the resource could hold them", () => {
    for (const resourceAppId of [graphAppId, exchangeAppId, ""]) {
      expect(verdict(unknownRole, resourceAppId)).toBe("calendars");
    }
  });

  test("what anybody can tell, only where the permission has a name", () => {
    expect([unknownRole, unknownRole.toUpperCase()].some((permission) => isNamed(consentOf(permission)))).toBe(false);
    for (const permission of ["Calendars.Read", "full_access_as_app"])
      expect(isNamed(consentOf(permission))).toBe(true);
  });

  test("never both: what opens calendars is a finding, what opens the rest a remark", () => {
    const word = fc.constantFrom("Calendars", "Mail", "MailboxItem", "Exchange", "full_access_as_app", "User", "Notes");
    const right = fc.constantFrom("", ".Read", ".ReadWrite.All");
    fc.assert(
      fc.property(word, right, fc.constantFrom(graphAppId, exchangeAppId, ""), (name, suffix, resourceAppId) => {
        const consent = consentOf(name + suffix, resourceAppId);
        expect(opensCalendars(consent) && opensMailboxes(consent)).toBe(false);
      }),
    );
  });
});
