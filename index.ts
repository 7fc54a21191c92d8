/** The Pulumi program: one customer's calendar access from one stack's settings. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { planConnection } from "./directory/credentials.ts";
import { markOf } from "./resources/mark.ts";
import { CalendarAccess } from "./stacks/calendarAccess.ts";
import { entraProvider } from "./stacks/entraProvider.ts";
import { readRecord } from "./stacks/record.ts";
import { findServiceAccount } from "./stacks/serviceAccount.ts";
import { readSettings } from "./stacks/settings.ts";

const config = pulumi.runtime.allConfig();
const prefix = `${pulumi.getProject()}:`;
const read = (key: string): string | undefined => config[key.includes(":") ? key : prefix + key];
const report = (line: string): void => void pulumi.log.info(line);

function fail(problems: readonly string[]): never {
  const lines = problems.map((problem) => `  - ${problem}`).join("\n");
  throw new pulumi.RunError(`Nothing was changed. Please correct:\n${lines}`);
}

const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
const { settings, problems = [] } = readSettings(
  Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
  (path) => readFileSync(path, "utf8").split("\n"),
);
const connection = planConnection(read, process.env);
const connectionProblems = "problems" in connection ? connection.problems : [];
if (settings === undefined || connectionProblems.length > 0) fail([...problems, ...connectionProblems]);

if (settings.reach === "organization") {
  await pulumi.log.warn('Reach "organization": the call centre can open EVERY mailbox of the organization.');
}
const mark = markOf(pulumi.getProject(), pulumi.getStack());
const record = await readRecord();
const account =
  settings.serviceUser.existing === undefined
    ? await findServiceAccount(settings, record, mark, read, report)
    : undefined;
if (account !== undefined && "problems" in account) fail(account.problems);

const access = new CalendarAccess("calendar-access", {
  settings,
  record,
  account,
  mark,
  provider: entraProvider(read, process.env),
});

/** What the call centre gets: user name, password, mailboxes. */
export const userName = access.userName;
export const password = access.password;
export const mailboxes = settings.mailboxes;
/** What the customer's administrator gets as proof. */
export const assignment = access.assignment.identity;
export const scopeFilter = access.scope?.recipientFilter;
export const verification = {
  verdict: access.check.verdict,
  summary: access.check.summary,
  notProved: access.check.notProved,
};
/** What the next run needs to know (stacks/record.ts). */
export { lastRun as record };
const lastRun = pulumi.output({
  initialDomain: account?.initialDomain ?? "",
  userPrincipalName: access.userName,
  serviceUserAdopted: account?.isAdopted ?? false,
  roleGroup: access.roleGroup.id,
  securityGroup: access.securityGroup?.id ?? "",
  scope: access.scope?.id ?? "",
  assignment: access.assignment.id,
});
