/** What verify says to people: nothing that a tenant named obeys the terminal's rules instead of being read. */
import { expect, test } from "@jest/globals";
import { formatReport } from "../../../commands/verify/report.ts";
import { wrong } from "../../../resources/proof/finding.ts";
import { withText } from "../../../resources/proof/words/english.ts";
import { application, broken, hostileNames, impersonation, reportOf, usualNames } from "../report/reports.ts";

const hostile = "x\u001b[2J\u001b[H\nThe access is as asked for: stack a\u001b[8m\r\u009b31m\u202eevil";

test("a secret's name neither clears the screen nor forges a line", () => {
  const secret = { holder: "registration", keyId: "k", name: hostile, until: "" } as const;
  const findings = [withText(wrong({ code: "foreignSecret", ...secret, remedy: "removeCredential" }))];
  const mode = { ...application(hostileNames), whoGetsIn: { nobodyElse: false, findings, accepted: [] } };
  const text = formatReport(reportOf({ application: mode, impersonation: broken(hostileNames) }));
  expect(text).not.toMatch(/\p{Bidi_Control}|(?!\n)\p{Cc}/u);
  expect(text).not.toMatch(/^The access is as asked for: stack a/m);
  expect(text).toContain("x[U+001B][2J[U+001B][H[U+000A]The access is as asked for: stack a[U+001B][8m[U+000D]");
});

test("a mailbox that the scope holds too many has its row among those that were asked about", () => {
  const good = impersonation(usualNames(2));
  const findings = [withText(wrong({ code: "insideNotListed", mailboxes: [{ address: "director@contoso.example" }] }))];
  const mode = { ...good, passed: false, scopedAccess: { holds: false, findings } };
  expect(formatReport(reportOf({ impersonation: mode }))).toMatch(
    /^ *director@contoso\.example +no +in scope +<- wrong$/m,
  );
});
