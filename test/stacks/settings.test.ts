import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readSettings, type Settings } from "../../stacks/settings.ts";

type Values = Readonly<Record<string, unknown>>;

const good: Values = {
  mailboxes: ["ad.viseur@contoso.example", "eva.smit@contoso.example"],
  owner: "beheer@contoso.example",
};

const noFile = (path: string): string[] => {
  throw new Error(`ENOENT: no such file or directory, open '${path}'`);
};

/** Settings as Pulumi holds them: texts as they are, everything else as JSON. */
function read(values: Values, readLines: (path: string) => string[] = noFile): ReturnType<typeof readSettings> {
  const raw = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
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
  test("need a list of mailboxes and an owner; the rest is the document's", () => {
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
      },
      serviceUser: { name: "svcServiceAccount" },
      passwordRotation: "1",
      adopt: [],
      onDestroy: "remove",
      regrant: false,
      allowOrganizationCustomization: false,
      confirmedAddresses: [],
    });
  });

  test("keep every value that is given", () => {
    const given = {
      ...good,
      access: ["impersonation"],
      mustStayOut: ["dirk@contoso.example"],
      names: { roleGroup: "G", securityGroup: "S", scope: "C", assignment: "A" },
      serviceUser: { name: "svc", domain: "contoso.example", displayName: "Service", usageLocation: "NL" },
      passwordRotation: "2026-11",
      adopt: ["roleGroup", "scope"],
      onDestroy: "keep",
      regrant: true,
      allowOrganizationCustomization: true,
      confirmedAddresses: ["eva.smit@contoso.example"],
      exchangeEndpoint: "https://localhost:8443",
    };
    expect(settingsOf(given)).toEqual({ reach: "group", ...given });
  });

  test("take an existing service user, and adoption of everything at once", () => {
    const settings = settingsOf({ ...good, serviceUser: { existing: "Svc@Contoso.example" }, adopt: true });
    expect(settings.serviceUser.existing).toBe("svc@contoso.example");
    expect(settings.adopt).toEqual(["serviceUser", "roleGroup", "securityGroup", "scope", "assignment"]);
    expect(settingsOf({ ...good, adopt: false }).adopt).toEqual([]);
  });

  test("need no owner where the whole organization is asked for by name", () => {
    expect(settingsOf({ reach: "organization", mailboxes: good["mailboxes"] }).reach).toBe("organization");
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
    expect(problems).toMatch(/^mailboxes: "field-staff.txt" is no file of addresses that can be read \(ENOENT/);
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
    ["an empty list", { mailboxes: [] }, "mailboxes: the list is empty"],
    ["no list at all", { mailboxes: { a: 1 } }, "mailboxes: must be a list of addresses, or the path of a file"],
    ["a mailbox listed twice", { mailboxes: ["a@x.example", "A@x.example"] }, "a@x.example is listed twice"],
    ["something that is no address", { mailboxes: ["a@x.example", "ad viseur"] }, 'mailboxes[1]: "ad viseur" is no'],
    ["a number for an address", { mailboxes: [5] }, "mailboxes[0]: must be an e-mail address"],
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
    ["a name for something unknown", { names: { group: "x" } }, "Known: roleGroup, securityGroup, scope, assignment"],
    ["names that are no object", { names: ["x"] }, "names: must be an object of names"],
    ["a user name with a blank", { serviceUser: { name: "svc account" } }, 'serviceUser.name: "svc account" may hold'],
    ["a user name with a domain", { serviceUser: { name: "svc@x.example" } }, "serviceUser.name: "],
    ["a domain with an at sign", { serviceUser: { domain: "@x" } }, 'serviceUser.domain: "@x" is no domain'],
    ["a country in words", { serviceUser: { usageLocation: "Nederland" } }, "two capital letters"],
    ["an existing user without a domain", { serviceUser: { existing: "svc" } }, 'serviceUser.existing: "svc" is no'],
    ["an object that cannot be adopted", { adopt: ["mailboxes"] }, "adopt: must be true, false or a list of"],
    ["adoption by word", { adopt: "yes" }, "adopt: "],
    ["an end that does not exist", { onDestroy: "leave" }, 'onDestroy: "leave" must be "remove" or "keep"'],
    ["a flag by word", { regrant: "ja" }, 'regrant: "ja" must be true or false'],
    [
      "a flag by number",
      { allowOrganizationCustomization: 1 },
      "allowOrganizationCustomization: must be true or false",
    ],
    [
      "a way in of a later version",
      { access: ["application"] },
      'access[0]: "application" can only hold "impersonation"',
    ],
    ["no way in", { access: [] }, "access: is empty"],
    ["a plain address of Exchange", { exchangeEndpoint: "http://exchange.example" }, "must be an https address"],
    ["a confirmed address that is none", { confirmedAddresses: ["x"] }, 'confirmedAddresses[0]: "x" is no'],
    [
      "a setting that does not exist",
      { mailbox: ["a@x.example"] },
      "mailbox: there is no such setting. Known: access,",
    ],
    [
      "mailboxes that must stay out of the whole organization",
      { reach: "organization", mustStayOut: ["d@x.example"] },
      'nothing stays out of reach "organization"',
    ],
  ])("%s", (_name, values, text) => {
    expect(problemsOf({ ...good, ...values })).toContain(text);
  });

  test("no owner at all", () => {
    expect(problemsOf({ mailboxes: good["mailboxes"] })).toMatch(/^owner: is missing\./);
  });

  test("nothing at all: mailboxes and owner are asked for together", () => {
    expect(read({}).problems).toHaveLength(2);
  });
});

describe("all problems are reported at once", () => {
  const wrong: Record<string, unknown> = {
    access: ["application"],
    names: { scope: "" },
    adopt: ["x"],
    onDestroy: "leave",
    regrant: "ja",
    allowOrganizationCustomization: "nee",
    confirmedAddresses: ["x"],
    exchangeEndpoint: "ftp://x",
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

  test("a setting that could not be read contradicts nothing", () => {
    expect(read({ mailboxes: good["mailboxes"], reach: "al" }).problems).toHaveLength(1);
    expect(read({ ...good, mailboxes: ["x"] }).problems).toHaveLength(1);
  });

  test("every problem is one line", () => {
    const { problems = [] } = read({ ...wrong, mailboxes: "x.txt" });
    for (const problem of problems) expect(problem).not.toMatch(/\n/);
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
