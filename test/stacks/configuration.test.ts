/** A stack's configuration as settings: defaults, every way to be wrong, and that all of it is said at once. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { applicationRoles } from "../../resources/lifecycle/applicationRoles.ts";
import { readSettings, unreadKeys } from "../../stacks/configuration.ts";
import { nested, schema, type Settings } from "../../stacks/settings.ts";

type Values = Readonly<Record<string, unknown>>;

const good: Values = {
  access: ["impersonation"],
  mailboxes: ["ad.viseur@contoso.example", "eva.smit@contoso.example"],
  owner: "beheer@contoso.example",
};

const noFile = (path: string): string[] => {
  throw new Error(`does not exist (looked in /stacks, for ${path})`);
};

/** Settings as Pulumi holds them: texts as they are, everything else as JSON. */
function read(values: Values, readLines: (path: string) => string[] = noFile): ReturnType<typeof readSettings> {
  const raw = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  return readSettings(Object.fromEntries(raw) as Record<string, string>, readLines);
}

function settingsOf(values: Values): Settings {
  const { settings, problems } = read(values);
  if (settings === undefined) throw new Error(problems.join("\n"));
  return settings;
}

function problemsOf(values: Values): string {
  return (read(values).problems ?? []).join("\n");
}

describe("a stack's settings", () => {
  test("need a way in, a list of mailboxes and an owner; the rest is the document's", () => {
    expect(settingsOf(good)).toEqual({
      access: ["impersonation"],
      reach: "group",
      mailboxes: ["ad.viseur@contoso.example", "eva.smit@contoso.example"],
      mustStayOut: [],
      owner: "beheer@contoso.example",
      names: {
        roleGroup: "CallPro Calendar Access",
        securityGroup: "SecurityGroup-CallPro Calendar Access",
        scope: "Scope-CallPro Calendar Access",
        assignment: "ApplicationImpersonation-CallPro Calendar Access",
        application: "CallPro Calendar Access",
      },
      serviceUser: { name: "svcServiceAccount" },
      application: { certificates: [], removeKeys: [], roles: ["Application Calendars.ReadWrite"] },
      revokeTenantWideConsent: false,
      removeLeftovers: false,
      passwordRotation: "1",
      adopt: [],
      onDestroy: "remove",
      regrant: false,
      allowOrganizationCustomization: false,
      confirmedAddresses: [],
      exchange: { channel: "rest", runspace: "own" },
    });
  });

  test("keep every value that is given", () => {
    const given = {
      ...good,
      access: ["impersonation", "application"],
      mustStayOut: ["dirk@contoso.example"],
      names: { roleGroup: "G", securityGroup: "S", scope: "C", assignment: "A", application: "P" },
      serviceUser: { name: "svc", domain: "contoso.example", displayName: "Service", usageLocation: "NL" },
      application: {
        certificates: ["certificates/2026.pem", "certificates/2027.pem"],
        removeKeys: ["6d5f8c1e-0000-4000-8000-000000000001", "A".repeat(40)],
        roles: ["Application Calendars.Read", "Application MailboxSettings.Read"],
      },
      revokeTenantWideConsent: true,
      removeLeftovers: true,
      passwordRotation: "2026-11",
      adopt: ["roleGroup", "scope"],
      onDestroy: "keep",
      regrant: true,
      allowOrganizationCustomization: true,
      confirmedAddresses: ["eva.smit@contoso.example"],
      exchange: { channel: "powershell", runspace: "host" },
      exchangeEndpoint: "https://localhost:8443",
    };
    expect(settingsOf(given)).toEqual({ reach: "group", ...given });
  });

  test("take an existing service user, and adoption of everything at once", () => {
    const settings = settingsOf({ ...good, serviceUser: { existing: "Svc@Contoso.example" }, adopt: true });
    expect(settings.serviceUser.existing).toBe("svc@contoso.example");
    expect(settings.adopt).toEqual([
      "serviceUser",
      "roleGroup",
      "securityGroup",
      "scope",
      "assignment",
      "enterpriseApp",
      "exchangeServicePrincipal",
    ]);
    expect(settingsOf({ ...good, adopt: false }).adopt).toEqual([]);
  });

  test("need no owner where the whole organization is asked for by name", () => {
    expect(settingsOf({ ...good, owner: undefined, reach: "organization" }).reach).toBe("organization");
  });

  test("never show what may be a password", () => {
    expect(problemsOf({ ...good, passwordRotation: "Str0ng!Pass" })).not.toContain("Str0ng");
  });

  test("compare addresses without their casing and the white space around them", () => {
    expect(settingsOf({ ...good, mailboxes: ["  Ad.Viseur@Contoso.Example "] }).mailboxes).toEqual([
      "ad.viseur@contoso.example",
    ]);
  });

  test("hold a password rotation that looks like a number as a text", () => {
    expect(settingsOf({ ...good, passwordRotation: "2" }).passwordRotation).toBe("2");
  });
});

describe("a file of addresses", () => {
  test.each([
    ["semicolons", "Naam;E-mail\nAd;ad@x.example\nEva;eva@x.example", 'parted by ";"'],
    ["commas", "ad@x.example,Ad\neva@x.example,Eva", 'parted by ","'],
    ["tabs", "ad@x.example\tAd", "parted by tabs"],
  ])("out of a spreadsheet, parted by %s, is told once and not for each line", (_name, text, part) => {
    const { problems = [] } = read({ ...good, mailboxes: "lists/a.csv" }, () => text.split("\n"));
    expect(problems).toEqual([
      `mailboxes: "lists/a.csv" has several columns, ${part}. Keep the column with the addresses alone, without its heading: an address a line.`,
    ]);
  });

  test("holds one address a line, with remarks, blank lines and any line ending", () => {
    const lines = ["\uFEFFad.viseur@contoso.example\r", "", "# left in May", "Eva.Smit@contoso.example # north\r"];
    const { settings } = read({ ...good, mailboxes: "field-staff.txt" }, (path) => {
      expect(path).toBe("field-staff.txt");
      return lines;
    });
    expect(settings?.mailboxes).toEqual(["ad.viseur@contoso.example", "eva.smit@contoso.example"]);
  });

  test("that cannot be read is named, and not taken for an empty list", () => {
    const problems = problemsOf({ ...good, mailboxes: "field-staff.txt" });
    expect(problems).toMatch(/^mailboxes: "field-staff.txt" does not exist \(looked in \/stacks/);
    expect(problems).toMatch(/Write a list of addresses, or the path of a file of addresses\.$/);
    expect(problems).not.toContain("is missing");
    expect(problems).not.toContain("the list is empty");
  });

  test("is checked line by line", () => {
    const { problems } = read({ ...good, mailboxes: "x.txt" }, () => ["a@contoso.example", "nobody"]);
    expect(problems).toEqual(['mailboxes[1]: "nobody" is no e-mail address. Write it as name@example.com.']);
  });
});

describe("a wrong setting is named with its place", () => {
  const longName = "x".repeat(65);
  test.each<[string, Values, string]>([
    [
      "a list for a text",
      { owner: ["a@b.nl"] },
      'owner: ["a@b.nl"] must be an e-mail address, not a list. Write the one value alone.',
    ],
    ["an object for a text", { onDestroy: { remove: true } }, 'onDestroy: must be "remove" or "keep", not an object.'],
    ["a list for the reach", { reach: ["group"] }, 'reach: ["group"] must be "group" or "organization", not a list.'],
    [
      "a text for a list",
      { mustStayOut: "out.txt" },
      'mustStayOut: "out.txt" must be a list of addresses, not a text. Write each on a line of its own, with "- " before it.',
    ],
    [
      "a text for an inner list",
      { application: { certificates: "a.pem" } },
      'application.certificates: "a.pem" must be a list of paths, not a text.',
    ],
    [
      "a list for settings",
      { names: ["a"] },
      'names: ["a"] must be an object of names, not a list. Write what belongs to it indented below it',
    ],
    [
      "a number for a name",
      { names: { scope: 5 } },
      "names.scope: 5 must be a text, not a number. Put it between quotation marks.",
    ],
    ["what may be a password, in a list", { passwordRotation: ["hunter2"] }, "passwordRotation: is kept in clear"],
    ["an empty list", { mailboxes: [] }, "mailboxes: the list is empty"],
    ["no list at all", { mailboxes: { a: 1 } }, "mailboxes: must be a list of addresses, or the path of a file"],
    ["a mailbox listed twice", { mailboxes: ["a@x.example", "A@x.example"] }, "a@x.example is listed twice"],
    ["something that is no address", { mailboxes: ["a@x.example", "ad viseur"] }, 'mailboxes[1]: "ad viseur" is no'],
    ["a number for an address", { mailboxes: [5] }, "mailboxes[0]: 5 must be an e-mail address"],
    ["a wildcard in an address", { mailboxes: ["*@x.example"] }, 'mailboxes[0]: "*@x.example" is no e-mail address'],
    ["a curly quotation mark", { mailboxes: ["o’brien@x.example"] }, "mailboxes[0]: "],
    [
      "a list where one must stay out that is listed",
      { mustStayOut: ["eva.smit@contoso.example"] },
      "mustStayOut: eva",
    ],
    [
      "one who must stay out twice",
      { mustStayOut: ["d@x.example", "D@x.example"] },
      "mustStayOut: d@x.example is listed",
    ],
    ["an unknown reach", { reach: "all" }, 'reach: "all" must be "group" or "organization"'],
    ["no owner in reach group", { owner: "" }, "owner: is no e-mail address"],
    ["a listed mailbox as owner", { owner: "Eva.Smit@contoso.example" }, "owner: eva.smit@contoso.example is one of"],
    ["the service user as owner", { owner: "svcserviceaccount@x.example" }, "is the service user"],
    [
      "the existing service user as owner",
      { owner: "svc@x.example", serviceUser: { existing: "SVC@x.example" } },
      "is the service user",
    ],
    ["a name that is too long", { names: { scope: longName } }, "is longer than the 64 characters"],
    ["an empty name", { names: { roleGroup: " " } }, "names.roleGroup: "],
    ["a wildcard in a name", { names: { assignment: "Access*" } }, 'names.assignment: "Access*" holds'],
    ["a slash in a name", { names: { securityGroup: "Sales/North" } }, "names.securityGroup: "],
    [
      "a name for something unknown",
      { names: { group: "x" } },
      "Known: roleGroup, securityGroup, scope, assignment, application",
    ],
    ["names that are no object", { names: ["x"] }, 'names: ["x"] must be an object of names'],
    ["a user name with a blank", { serviceUser: { name: "svc account" } }, 'serviceUser.name: "svc account" may hold'],
    ["a user name with a domain", { serviceUser: { name: "svc@x.example" } }, "serviceUser.name: "],
    ["a domain with an at sign", { serviceUser: { domain: "@x" } }, 'serviceUser.domain: "@x" is no domain'],
    ["a country in words", { serviceUser: { usageLocation: "Nederland" } }, "two capital letters"],
    ["an existing user without a domain", { serviceUser: { existing: "svc" } }, 'serviceUser.existing: "svc" is no'],
    ["an existing user by number", { serviceUser: { existing: 5 } }, "serviceUser.existing: 5 must be an e-mail"],
    ["an object that cannot be adopted", { adopt: ["mailboxes"] }, 'adopt: ["mailboxes"] must be true, false or'],
    ["adoption by word", { adopt: "yes" }, 'adopt: "yes" must be true'],
    ["an end that does not exist", { onDestroy: "leave" }, 'onDestroy: "leave" must be "remove" or "keep"'],
    ["a flag by word", { regrant: "ja" }, 'regrant: "ja" must be true or false'],
    [
      "a flag by number",
      { allowOrganizationCustomization: 1 },
      "allowOrganizationCustomization: 1 must be true or false",
    ],
    [
      "a way in that does not exist",
      { access: ["graph"] },
      'access[0]: "graph" can hold "impersonation", "application"',
    ],
    [
      "a way in that is no list",
      { access: "application" },
      'access: "application" must be a list, e.g. ["application"]',
    ],
    ["a way in twice", { access: ["impersonation", "impersonation"] }, 'access: "impersonation" is listed twice'],
    [
      "an app on Exchange Server",
      {
        access: ["application"],
        application: { clientId: "12345678-aaaa-bbbb-cccc-1234567890ab" },
        exchange: { channel: "server" },
      },
      'access: "application" is RBAC for Applications, which Exchange Server does not have.',
    ],
    [
      "no account on Exchange Server",
      { exchange: { channel: "server" } },
      "serviceUser: domain is missing. On Exchange Server write serviceUser.domain",
    ],
    [
      "a setting of the server with another letter in it",
      { exchange: { channel: "server", server: { url: "http://ex01/PowerShell/" } } },
      "exchange.server.url: there is no such setting. Did you mean exchange.server.uri?",
    ],
    ["no way in", { access: [] }, "access: is empty"],
    ["a confirmed address that is none", { confirmedAddresses: ["x"] }, 'confirmedAddresses[0]: "x" is no'],
    [
      "a setting that does not exist",
      { mailbox: ["a@x.example"] },
      "mailbox: there is no such setting. Did you mean mailboxes? Known: access,",
    ],
    ["a setting that is like none", { frequency: 5 }, "frequency: there is no such setting. Known: access,"],
    [
      "a setting with another letter in it",
      { serviceUser: { dispalyName: "x" } },
      "serviceUser.dispalyName: there is no such setting. Did you mean serviceUser.displayName?",
    ],
    [
      "a setting that slipped out of another",
      { certificates: ["a.pem"] },
      "certificates: there is no such setting here. It belongs in application: write it as application.certificates, indented by two blanks below application.",
    ],
    [
      "a setting that may have slipped out of two others",
      { scope: "x" },
      "scope: there is no such setting here. It belongs in names: write it as names.scope",
    ],
    [
      "a setting that slipped into another",
      { serviceUser: { owner: "b@x.example" } },
      "serviceUser.owner: there is no such setting here. Write it beside serviceUser, not in it",
    ],
    [
      "a setting with a path for a name",
      { "names.scope": "x" },
      "names.scope: there is no such setting here. Write scope in the setting names, or set it with: npm run pulumi -- config set --path calendar-access:names.scope",
    ],
    [
      "a setting with a character that nobody sees",
      { "mail\u200bboxes": ["a@x.example"] },
      "mail<U+200B>boxes: there is no such setting. Did you mean mailboxes?",
    ],
    [
      "a password for the mark of a rotation",
      { passwordRotation: "Str0ng!Pass" },
      "passwordRotation: is kept in clear, so it must not be a password",
    ],
    [
      "mailboxes that must stay out of the whole organization",
      { reach: "organization", mustStayOut: ["d@x.example"] },
      'nothing stays out of reach "organization"',
    ],
  ])("%s", (_name, values, text) => {
    expect(problemsOf({ ...good, ...values })).toContain(text);
  });

  test("no mailboxes at all: missing, not empty", () => {
    expect(problemsOf({ ...good, mailboxes: undefined })).toMatch(/^mailboxes: is missing\. Write the addresses/);
  });

  test("no owner at all", () => {
    expect(problemsOf({ ...good, owner: undefined })).toMatch(/^owner: is missing\./);
  });

  test("no way in: both are spelled out, with the line to write and where each runs", () => {
    const { problems = [] } = read({ ...good, access: undefined });
    expect(problems).toEqual([expect.stringMatching(/^access: is missing\. /)]);
    for (const text of [
      "an app with a certificate, on Exchange Online: `calendar-access:access: [application]`",
      "a user with a password, where the organisation still has the role ApplicationImpersonation",
      "`calendar-access:access: [impersonation]`",
    ]) {
      expect(problems[0]).toContain(text);
    }
  });

  test("nothing at all: way in, mailboxes and owner are asked for together", () => {
    expect(read({}).problems).toEqual(
      ["access", "mailboxes", "owner"].map((name) => expect.stringMatching(`^${name}: is missing`)),
    );
  });
});

const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";
const ownApp: Values = { ...good, access: ["application"], application: { certificates: ["app.pem"] } };

/** The own app's settings with others among them. */
function withApp(application: Values, more: Values = {}): Values {
  return { ...ownApp, application: { certificates: ["app.pem"], ...application }, ...more };
}

describe("the application", () => {
  test("is the customer's own with its certificates, and may write calendars unless told otherwise", () => {
    const { access, application, serviceUser } = settingsOf(ownApp);
    expect({ access, application }).toEqual({
      access: ["application"],
      application: { certificates: ["app.pem"], removeKeys: [], roles: ["Application Calendars.ReadWrite"] },
    });
    // Nothing of the other way in has to be set.
    expect(serviceUser).toEqual({ name: "svcServiceAccount" });
  });

  test("is the vendor's by its client id alone, in any casing", () => {
    const { application } = settingsOf({ ...ownApp, application: { clientId: vendor.toUpperCase() } });
    expect(application).toEqual({
      clientId: vendor,
      certificates: [],
      removeKeys: [],
      roles: ["Application Calendars.ReadWrite"],
    });
  });

  test("can be there beside impersonation, during a change-over", () => {
    const both = settingsOf({ ...ownApp, access: ["impersonation", "application"] });
    expect(both.access).toEqual(["impersonation", "application"]);
  });

  test.each([undefined, {}, { certificates: [] }, { roles: ["Application Calendars.Read"] }])(
    "with neither a client id nor a certificate is asked for, with both ways: %j",
    (application) => {
      for (const access of [["application"], ["impersonation", "application"]]) {
        expect(problemsOf({ ...good, access, ...(application === undefined ? {} : { application }) })).toBe(
          "application: is missing. Write application.clientId (the vendor's app), or application.certificates (files with the public certificates of an own app).",
        );
      }
    },
  );

  test("is not asked for where nobody uses it", () => {
    expect(settingsOf({ ...good, access: ["impersonation"] }).application.certificates).toEqual([]);
  });

  test("with both a client id and certificates is refused: the vendor's app has its own", () => {
    expect(problemsOf(withApp({ clientId: vendor }))).toBe(
      "application.certificates: the vendor's app has certificates of its own. Leave them out, or application.clientId.",
    );
  });

  test("of the vendor has no keys here that a stack could remove", () => {
    const removeKeys = ["6d5f8c1e-0000-4000-8000-000000000001"];
    expect(problemsOf({ ...ownApp, application: { clientId: vendor, removeKeys } })).toBe(
      "application.removeKeys: the keys of the vendor's app are with the vendor. Leave it out; a key on its enterprise app in this tenant is removed in Entra.",
    );
  });

  test.each<[string, Values, string]>([
    ["a client id that is none", { clientId: "CallPro" }, 'application.clientId: "CallPro" is no client id. Write the'],
    ["an empty client id", { clientId: "" }, "application.clientId: is no client id"],
    ["a client id with braces", { clientId: `{${vendor}}` }, "is no client id"],
    ["a client id with more behind it", { clientId: `${vendor}/x` }, "is no client id"],
    ["a client id that is a number", { clientId: 5 }, "application.clientId: 5 must be a GUID"],
    ["one certificate without a list", { certificates: "app.pem" }, "application.certificates: "],
    [
      "a certificate that is no path",
      { certificates: [5] },
      "application.certificates[0]: 5 must be the path of a PEM",
    ],
    ["a certificate without a name", { certificates: [""] }, "application.certificates[0]: "],
    ["a certificate listed twice", { certificates: ["a.pem", "a.pem"] }, "application.certificates: a.pem is listed"],
    ["a key that is none", { removeKeys: ["CN=app"] }, 'application.removeKeys[0]: "CN=app" is neither a key id'],
    ["keys that are no list", { removeKeys: "A".repeat(40) }, "must be a list of key ids or thumbprints"],
    ["no roles", { roles: [] }, "application.roles: is empty"],
    ["roles that are no list", { roles: "Application Calendars.Read" }, "must be a list of application roles"],
    [
      "a role listed twice",
      { roles: ["Application Calendars.Read", "Application Calendars.Read"] },
      "application.roles: Application Calendars.Read is listed twice. Write it once.",
    ],
    ["a secret", { clientSecret: "x" }, "application.clientSecret: there is no such setting. Known: clientId, cert"],
    ["a private key", { privateKey: "x" }, "application.privateKey: there is no such setting"],
  ])("%s is refused", (_name, application, text) => {
    expect(problemsOf(withApp(application))).toContain(text);
  });

  test("something else than settings is refused", () => {
    expect(problemsOf({ ...ownApp, application: ["app.pem"] })).toContain('application: ["app.pem"] must be an object');
  });

  test("never shows an object: nobody knows what it holds", () => {
    const { problems = [] } = read({ ...ownApp, mailboxes: { password: "geheim" }, mustStayOut: [{ key: "geheim" }] });
    expect(problems).toHaveLength(2);
    expect(problems.join("\n")).not.toContain("geheim");
  });

  test("gives its certificates on where another setting is wrong, so that theirs are told in the same run", () => {
    const application = { clientId: 5, certificates: ["a.pem", "b.pem"], roles: "x" };
    for (const values of [
      { ...ownApp, application },
      { ...withApp(application), adopt: "ja" },
    ]) {
      const { problems, certificateFiles } = read(values);
      expect(problems).toBeDefined();
      expect(certificateFiles).toEqual(["a.pem", "b.pem"]);
    }
    for (const certificates of [["a.pem", 5], "a.pem", undefined]) {
      expect(read(withApp({ certificates })).certificateFiles).toEqual([]);
    }
    expect(read(withApp({ certificates: ["c.pem"] })).certificateFiles).toEqual(["c.pem"]);
  });

  test("never shows a key that somebody wrote where a path belongs", () => {
    const lines = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";
    for (const certificates of [[lines], [lines, lines], lines, [lines.replaceAll("\n", " ")], [{ key: lines }]]) {
      const { problems = [] } = read(withApp({ certificates }));
      expect(problems.length).toBeGreaterThan(0);
      for (const problem of problems)
        expect(problem).toMatch(/^application\.certificates(\[\d\])?: (\(not shown.*\) )?must be /);
      expect(problems.join("")).not.toMatch(/BEGIN|MIIE|\n/);
    }
  });
});

const secret = "Xy18Q~ab_CDefGHijKLmnOPqrSTuvWXyz.012345";

describe("a secret that was pasted where another setting belongs", () => {
  const places = Object.entries({ "": schema.shape, ...nested }).flatMap(([holder, shape]) =>
    Object.keys(shape).map((name) => [holder, name] as const),
  );
  const written = (holder: string, value: unknown): Values =>
    holder === "" ? (value as Values) : Object.fromEntries([[holder.split(".")[0] ?? "", inner(holder, value)]]);
  const inner = (holder: string, value: unknown): unknown =>
    holder.includes(".") ? { [holder.split(".")[1] ?? ""]: value } : value;

  test.each(places)("is in no message: %s %s", (holder, name) => {
    for (const value of [secret, [secret], [secret, secret], `${secret}\u200b`]) {
      const { problems = [] } = read({ ...good, ...written(holder, { [name]: value }) }, () => {
        throw new Error("does not exist");
      });
      expect(problems.join("\n")).not.toContain(secret.slice(0, 12));
    }
  });

  test("is not named, but its setting is, and what to do with it", () => {
    expect(problemsOf({ ...good, owner: secret })).toBe(
      "owner: (not shown, as it may be a secret: if it is one, make a new one) is no e-mail address. Write it as name@example.com.",
    );
  });
});

describe("an application role", () => {
  test.each(applicationRoles.map((role) => [role]))("that Exchange documents can be named: %s", (role) => {
    expect(settingsOf(withApp({ roles: [role] })).application.roles).toEqual([role]);
  });

  test.each([
    ["Application Calendar.ReadWrite", "Application Calendars.ReadWrite"],
    ["Calendars.ReadWrite", "Application Calendars.ReadWrite"],
    ["application calendars.read", "Application Calendars.Read"],
    ["Application EWS.AccesAsApp", "Application EWS.AccessAsApp"],
    ["Application Mail.ReadBasics", "Application Mail.ReadBasic"],
    ["ApplicationMail.Send", "Application Mail.Send"],
  ])("that is misspelt is refused with the nearest one: %s", (role, nearest) => {
    expect(read(withApp({ roles: ["Application Calendars.Read", role] })).problems).toEqual([
      `application.roles[1]: "${role}" is no application role of Exchange. Did you mean "${nearest}"?`,
    ]);
  });

  test.each(["ApplicationImpersonation", "Organization Management", "Application *", "constructor", ""])(
    "is nothing else that Exchange has, nor what comes near: %j",
    (role) => {
      expect(problemsOf(withApp({ roles: [role] }))).toMatch(/^application\.roles\[0\]: .*is no application role/);
    },
  );

  test("with one letter changed is always refused with the right one", () => {
    const longRoles = applicationRoles.filter((role) => role.length > 24);
    fc.assert(
      fc.property(fc.constantFrom(...longRoles), fc.nat(), (role, at) => {
        const place = at % role.length;
        const misspelt = `${role.slice(0, place)}#${role.slice(place + 1)}`;
        expect(problemsOf(withApp({ roles: [misspelt] }))).toContain(`Did you mean "${role}"?`);
      }),
    );
  });
});

describe("the call centre's client id", () => {
  const id = "12345678-AAAA-BBBB-CCCC-1234567890AB";

  test("is a client id, kept in lower case, and is not needed", () => {
    expect(settingsOf({ ...good, callCentreClientId: id }).callCentreClientId).toBe(id.toLowerCase());
    expect(settingsOf(good).callCentreClientId).toBeUndefined();
  });

  test.each(["CallPro", `${id} `, "5", ""])("is refused where it is none: %j", (wrong) => {
    expect(problemsOf({ ...good, callCentreClientId: wrong })).toMatch(
      /^callCentreClientId: .*is no client id\. Write the GUID that the call centre gave\.$/,
    );
  });
});

describe("all problems are reported at once", () => {
  const wrong: Record<string, unknown> = {
    access: ["graph"],
    application: { clientId: "x" },
    revokeTenantWideConsent: "ja",
    removeLeftovers: 1,
    names: { scope: "" },
    adopt: ["x"],
    onDestroy: "leave",
    regrant: "ja",
    allowOrganizationCustomization: "nee",
    confirmedAddresses: ["x"],
    bogus: "1",
  };

  test("any set of wrong settings gives a line for each, beside what contradicts something else", () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(wrong)), (names) => {
        const chosen = Object.fromEntries(names.map((name) => [name, wrong[name]]));
        const twice = ["a@x.example", "a@x.example"];
        const { problems = [] } = read({ ...good, mailboxes: twice, ...chosen });
        for (const name of names) expect(problems.join("\n")).toContain(name);
        expect(problems).toContain("mailboxes: a@x.example is listed twice. Write it once.");
        expect(problems).toHaveLength(names.length + 1);
      }),
    );
  });

  test("within the application's settings too", () => {
    const application = { clientId: "x", certificates: [1, "a.pem"], roles: ["Application Mail"], tenant: "x" };
    const { problems = [] } = read({ ...good, mailboxes: [], access: ["application"], application });
    expect(problems).toHaveLength(5);
    for (const text of ["clientId: ", "certificates[0]: ", "roles[0]: ", "application.tenant: there is no such"]) {
      expect(problems.join("\n")).toContain(text);
    }
    expect(problems.join("\n")).toContain("mailboxes: the list is empty");
  });

  test("a setting that could not be read contradicts nothing", () => {
    expect(read({ ...good, access: ["application"], application: { clientId: "x" } }).problems).toHaveLength(1);
    expect(read({ ...good, access: ["application", "application", "x"] }).problems).toHaveLength(1);
    expect(read({ ...good, owner: undefined, reach: "al" }).problems).toHaveLength(1);
    expect(read({ ...good, mailboxes: ["x"] }).problems).toHaveLength(1);
  });

  test("every problem is one line", () => {
    const { problems = [] } = read({ ...wrong, mailboxes: "x.txt" });
    for (const problem of problems) expect(problem).not.toMatch(/\n/);
  });
});

describe("a key in a namespace that nothing reads", () => {
  test("is named with what may have been meant", () => {
    const keys = ["calendar-access:owner", "azuread:tenantId", "pulumi:tags", "calendar-acces:mustStayOut", "owner"];
    expect(unreadKeys(keys, "calendar-access")).toEqual([
      expect.stringMatching(
        /^calendar-acces:mustStayOut: nothing reads .* Did you mean calendar-access:mustStayOut\?$/,
      ),
      expect.stringMatching(/^owner: nothing reads/),
    ]);
  });
});

describe("names of 64 characters", () => {
  test("are taken to the last one, and refused beyond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 130 }), (length) => {
        const { settings } = read({ ...good, names: { roleGroup: "n".repeat(length) } });
        expect(settings !== undefined).toBe(length <= 64);
      }),
    );
  });
});
