// The report's page: what it says of a failing proof, and that no text of a tenant becomes markup.
import { expect, test } from "@jest/globals";
import fc from "fast-check";

import { h, render } from "../../../commands/report/markup.ts";
import { pageOf } from "../../../commands/report/page.ts";
import { pictureOf } from "../../../commands/report/picture.ts";
import type { ModeView } from "../../../commands/report/view.ts";
import { viewsOf } from "../../../commands/report/view.ts";
import type { Report } from "../../../commands/verify/report.ts";
import { ad, dirk, eva } from "../../support/people.ts";

const hostile = `</text></title><script>alert("1")</script>' onload='x`;

const role = "ApplicationImpersonation";

/** A proof in which a mailbox is open that must not be. */
function failing(assignment: string, mailboxes: readonly string[]): Report {
  return {
    schema: 1,
    stack: "contoso",
    tenantId: "1f0c5a3e-1111-4a4a-9b9b-000000000001",
    at: "2026-11-26T12:00:00.000Z",
    passed: false,
    application: null,
    notes: [],
    impersonation: {
      mode: "impersonation",
      passed: false,
      summary: "not proved",
      asked: { reach: "group", roles: [role], principal: "svc", mailboxes, mustStayOut: [dirk] },
      opens: [{ role, part: "wholeMailbox" }],
      assignments: [{ id: "0b7d", name: assignment, role, enabled: true, writeScope: "Organization" }],
      scopeFilter: null,
      scopedAccess: { holds: true, findings: [] },
      widerAccess: {
        none: false,
        findings: [{ code: "openOutside", mailboxes: [{ address: dirk }], mayPass: true, text: `open: ${assignment}` }],
      },
      whoGetsIn: { nobodyElse: true, findings: [], accepted: [] },
      wayIn: { state: "open", reasons: [], summary: "open", findings: [] },
      probes: [{ mailbox: dirk, listed: false, open: true }],
      notes: [],
      notProved: [{ code: "userSignIn", text: "that the service user can sign in" }],
      app: null,
    },
  };
}

function viewOf(report: Report): ModeView {
  const [view] = viewsOf(report);
  if (view === undefined) throw new Error("the report has no access mode");
  return view;
}

test("a failing proof is told as one, with the mailbox that is open, the stop and what is not proved", () => {
  const page = pageOf(failing("Assignment", [ad, eva]), [
    { what: "Role group", name: "CallPro", where: "Exchange admin center" },
  ]);
  expect(page).toContain("The access is NOT as asked for.");
  expect(page).toContain("Open, but must not be: 1");
  expect(page).toContain("Set-ManagementRoleAssignment &#39;Assignment&#39; -Enabled $false");
  expect(page).toContain("<td>CallPro</td>");
  expect(page).toContain("<li>that the service user can sign in</li>");
});

test("no text of a tenant becomes markup, and nothing is asked of the network", () => {
  const page = pageOf(failing(hostile, [hostile]), [{ what: hostile, name: hostile, where: hostile }]);
  expect(page).not.toMatch(/<script/i);
  expect(page).not.toMatch(/<[^>]* (onload|src|href)=/i);
  expect(page.match(/<title[ >]/g)).toHaveLength(2);
});

test("any text and any attribute comes out as text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(render(h("p", { title: text }, text))).toMatch(/^<p title="[^"<>]*">[^<>]*<\/p>$/);
    }),
  );
});

test("the picture of 500 mailboxes is no higher than that of ten", () => {
  const heightOf = (count: number): string => {
    const mailboxes = Array.from({ length: count }, (_each, index) => `${index}@contoso.example`);
    return /viewBox="0 0 960 (\d+)"/.exec(render(pictureOf(viewOf(failing("A", mailboxes)))))?.[1] ?? "";
  };
  expect(heightOf(500)).toMatch(/^\d+$/);
  expect(heightOf(500)).toBe(heightOf(10));
});
