/** OPATH filters: what they match, and what Exchange makes of them when it stores them. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonicalName, dnKey, normalizeDn, principalDn } from "../../../simulator/exchange/distinguishedName.ts";
import {
  filterableProperties,
  normalizeFilter,
  parseFilter,
  printFilter,
  type Filter,
} from "../../../simulator/exchange/opath.ts";
import { matchRecipients } from "../../../simulator/exchange/recipientFilter.ts";
import type { Tenant } from "../../../simulator/tenant/model.ts";
import { readSeed } from "../../../simulator/tenant/seed.ts";
import { makeTenant } from "../../../simulator/tenant/tenantBuilder.ts";

const tenant = makeTenant(readSeed(), "opath");

function groupDn(of: Tenant, name: string): string {
  const group = of.recipients.find((recipient) => recipient.name === name);
  if (group === undefined) throw new Error(`no group ${name}`);
  return principalDn(of, group);
}

function match(filter: string): string[] {
  return matchRecipients(tenant, filter)
    .map(({ displayName }) => displayName)
    .sort();
}

const staff = groupDn(tenant, "Buitendienst medewerkers");
const north = groupDn(tenant, "Regio Noord");

/** Values that some recipient has, and some that nobody has. */
const values = fc.oneof(
  fc.constantFrom(...tenant.recipients.map(({ displayName }) => displayName)),
  fc.constantFrom(...tenant.recipients.flatMap(({ primarySmtpAddress }) => primarySmtpAddress ?? [])),
  fc.constantFrom("UserMailbox", "RoomMailbox", "True", "False", "d'Artagnan", "O''Neill (x) -and y", "a,b\\c"),
  fc.string(),
);

const comparisons: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant("comparison" as const),
    property: fc.constantFrom(...filterableProperties),
    operator: fc.constantFrom("eq" as const, "ne" as const),
    value: fc.oneof(values, fc.constantFrom(staff, north, null, true, false)),
  }),
  fc.record({
    kind: fc.constant("comparison" as const),
    property: fc.constantFrom("Name", "DisplayName", "Alias", "EmailAddresses"),
    operator: fc.constantFrom("like" as const, "notlike" as const),
    value: values.map((value) => `${value.replaceAll("*", "")}*`),
  }),
);

const filters = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small" },
    comparisons,
    fc.record({ kind: fc.constant("not" as const), operand: tie("filter") }),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      left: tie("filter"),
      right: tie("filter"),
    }),
  ),
})).filter;

describe("a stored filter", () => {
  test("is the same however often it is stored", () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const stored = normalizeFilter(printFilter(filter));
        expect(normalizeFilter(stored)).toBe(stored);
      }),
    );
  });

  test("matches the same recipients as the filter that was sent", () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const sent = printFilter(filter);
        const dressed = `  { ( ${sent.replaceAll(" -", "   -")} ) } `;
        expect(match(normalizeFilter(sent))).toEqual(match(sent));
        expect(match(normalizeFilter(dressed))).toEqual(match(dressed));
      }),
    );
  });

  test("keeps every value, quotes included", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const filter: Filter = { kind: "comparison", property: "DisplayName", operator: "eq", value };
        expect(parseFilter(printFilter(filter))).toEqual(filter);
      }),
    );
  });

  test("has Exchange's parentheses, spaces and casing", () => {
    expect(normalizeFilter(`memberofgroup   -EQ "${staff.toLowerCase()}"`)).toBe(
      "MemberOfGroup -eq 'CN=buitendienst medewerkers20240304081500,OU=buitendienst.onmicrosoft.com," +
        "OU=microsoft exchange hosted organizations,DC=EURPR05A001,DC=PROD,DC=OUTLOOK,DC=COM'",
    );
    expect(normalizeFilter("Name -eq 'a' -or Alias -like 'b*' -and -not (Title -ne $null)")).toBe(
      "((Name -eq 'a') -or (((Alias -like 'b*') -and (-not(Title -ne $null)))))",
    );
  });
});

describe("a filter on a group", () => {
  test("matches direct members only", () => {
    expect(match(`MemberOfGroup -eq '${staff}'`)).toEqual(["Ad Viseur", "Eva Smit", "Regio Noord"]);
    expect(match(`MemberOfGroup -eq '${north}'`)).toEqual(["Gijs Bakker", "Hanneke Mulder"]);
  });

  test("matches whatever the DN's casing, and by canonical name", () => {
    expect(match(`MemberOfGroup -eq '${north.toUpperCase()}'`)).toEqual(["Gijs Bakker", "Hanneke Mulder"]);
    const group = tenant.recipients.find(({ name }) => name === "Regio Noord");
    expect(match(`MemberOfGroup -eq '${canonicalName(tenant, group ?? { cn: "" })}'`)).toHaveLength(2);
  });

  test("matches nobody when the group is gone or only named", () => {
    expect(match("MemberOfGroup -eq 'CN=gone,OU=buitendienst.onmicrosoft.com,DC=prod,DC=outlook,DC=com'")).toEqual([]);
    expect(match("MemberOfGroup -eq 'Regio Noord'")).toEqual([]);
  });

  test("joins groups with -or", () => {
    expect(match(`MemberOfGroup -eq '${staff}' -or MemberOfGroup -eq '${north}'`)).toEqual([
      "Ad Viseur",
      "Eva Smit",
      "Gijs Bakker",
      "Hanneke Mulder",
      "Regio Noord",
    ]);
  });
});

describe("other properties", () => {
  test.each([
    ["RecipientTypeDetails -eq 'RoomMailbox' -and DisplayName -like 'Spreek*'", ["Spreekkamer 1", "Spreekkamer 2"]],
    ["EmailAddresses -eq 'bram@buitendienst.example'", ["Bram Buitenhuis"]],
    ["EmailAddresses -eq 'smtp:BRAM@buitendienst.example'", ["Bram Buitenhuis"]],
    ["PrimarySmtpAddress -eq 'bram@buitendienst.example'", []],
    ["-not (RecipientType -ne 'MailContact')", ["Loodgieter Lek"]],
    ["CustomAttribute1 -ne $null", []],
  ])("%s", (filter, expected) => {
    expect(match(filter)).toEqual(expected);
  });

  test("a plain user and a deleted mailbox are no recipients", () => {
    const everybody = match("Name -ne $null");
    expect(everybody).not.toContain("Zeger Zonderbak");
    expect(everybody).not.toContain("Ewoud Exit");
    expect(everybody).toContain("Dirk Directeur");
  });
});

describe("a filter that Exchange would refuse", () => {
  test.each([
    "Name -eq",
    "Name 'a'",
    "Name -eq 'a",
    "(Name -eq 'a'",
    "Name -eq 'a' 'b'",
    "Name -gt 'a'",
    "Name -like '*a'",
    "MemberOfGroup -like 'CN=a*'",
    "Shoesize -eq '44'",
    "",
  ])("%s", (filter) => {
    expect(() => parseFilter(filter)).toThrow(/syntax|recognized/);
  });
});

describe("a DN", () => {
  test("is normalised to the same text once and for ever", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (cn) => {
        const dn = principalDn(tenant, { cn });
        expect(normalizeDn(normalizeDn(dn))).toBe(normalizeDn(dn));
        expect(dnKey(dn.toLowerCase())).toBe(dnKey(dn));
      }),
    );
  });
});
