/** What an operator is warned of before every run. */
import { describe, expect, test } from "@jest/globals";
import { applicationRoles, isCalendarRole } from "../../resources/lifecycle/applicationRoles.ts";
import type { Certificate } from "../../stacks/certificate.ts";
import { readSettings } from "../../stacks/configuration.ts";
import type { Settings } from "../../stacks/settings.ts";
import { warningsOf } from "../../stacks/warning.ts";

const day = 24 * 60 * 60 * 1000;
const now = Date.parse("2026-11-23T12:00:00Z");

const ending = (daysLeft: number, thumbprint = "A1"): Certificate => {
  const notAfter = new Date(now + daysLeft * day).toISOString().replace(".000Z", "Z");
  return { thumbprint, content: "", notBefore: "2026-01-01T00:00:00Z", notAfter };
};

function warnings(values: Readonly<Record<string, unknown>>, ...certificates: Certificate[]): string[] {
  return warningsOf(settingsOf(values), certificates, now);
}

function settingsOf(values: Readonly<Record<string, unknown>>): Settings {
  const good = {
    access: ["impersonation"],
    mailboxes: ["ad@x.example"],
    ...(values["reach"] === "organization" ? {} : { owner: "bea@x.example" }),
    ...("access" in values ? { application: { certificates: ["a.pem"] } } : {}),
  };
  const raw = Object.entries({ ...good, ...values }).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { settings, problems } = readSettings(Object.fromEntries(raw), () => []);
  if (settings === undefined) throw new Error(problems.join("\n"));
  return settings;
}

describe("before every run the operator is warned", () => {
  test("of nothing where only calendars of the group are opened", () => {
    expect(warnings({})).toEqual([]);
    expect(warnings({ access: ["application"] }, ending(365))).toEqual([]);
  });

  test("of what it shares with another stack's state, in the runs that take that over", () => {
    const movedFrom = "0c0ffee0-0000-4000-8000-00000000000b";
    expect(warningsOf(settingsOf({ movedFrom }), [], now, true)).toEqual([
      expect.stringMatching(
        /^movedFrom: .*-00000000000b\. .*a destroy of EITHER removes them for both.*stack rm --force/,
      ),
    ]);
    expect(warnings({ movedFrom })).toEqual([]);
  });

  test("of the whole organization", () => {
    expect(warnings({ reach: "organization" })).toEqual([expect.stringContaining("EVERY mailbox")]);
  });

  test("of every role that opens more than the calendar, by its name", () => {
    for (const role of applicationRoles) {
      const said = warnings({ access: ["application"], application: { certificates: ["a.pem"], roles: [role] } });
      expect(said.join("")).toBe(
        isCalendarRole(role) ? "" : `application.roles: ${role} opens more of each mailbox than its calendar.`,
      );
    }
    expect(applicationRoles.filter(isCalendarRole)).toEqual([
      "Application Calendars.Read",
      "Application Calendars.ReadWrite",
    ]);
  });

  test("of a certificate that is not valid yet", () => {
    const early = { ...ending(365, "E5"), notBefore: "2026-12-01T00:00:00Z" };
    expect(warnings({ access: ["application"] }, early)).toEqual([
      "application.certificates: E5 is not valid before 2026-12-01T00:00:00Z: until then it signs nobody in.",
    ]);
  });

  test("of a certificate from 30 days before its end, and after it", () => {
    const own = { access: ["application"] };
    expect(warnings(own, ending(30))).toEqual([]);
    expect(warnings(own, ending(29.9, "B2"))).toEqual([
      expect.stringMatching(/^application\.certificates: B2 expires on 2026-12-23T09:36:00Z\. Add its successor/),
    ]);
    expect(warnings(own, ending(0.1))).toEqual([expect.stringContaining(" expires on 2026-11-23T14:24:00Z")]);
    expect(warnings(own, ending(-2))).toEqual([expect.stringContaining(" expired on 2026-11-21T12:00:00Z")]);
  });

  test("of each certificate that comes to it, and not of its successor", () => {
    const said = warnings({ access: ["application"] }, ending(-1, "A1"), ending(10, "B2"), ending(365, "C3"));
    expect(said.map((line) => line.split(" ")[1])).toEqual(["A1", "B2"]);
  });
});
