/** The Pulumi program: one customer's calendar access from one stack's settings. */
import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { isServer, organizationIn, serverProblems } from "./connection/serverPlace.ts";
import { planConnection } from "./identity/credentials.ts";
import { visible } from "./network/visible.ts";
import { markOf } from "./resources/lifecycle/mark.ts";
import { partsOf } from "./resources/proof/sentence.ts";
import { refuseAutomationIdentity } from "./stacks/automationIdentity.ts";
import { CalendarAccess } from "./stacks/calendarAccess.ts";
import { readCertificates, unusableList } from "./stacks/certificate.ts";
import { readSettings, unreadKeys } from "./stacks/configuration.ts";
import { cutOffs } from "./stacks/cutOff.ts";
import { entraProvider, pluginProblems } from "./stacks/entraProvider.ts";
import { findIdentities } from "./stacks/identities.ts";
import { underProject } from "./stacks/namespace.ts";
import { heldBy, movedProblems, organizationProblems, readOwnState, tenantProblems } from "./stacks/ownState.ts";
import { idleKeys, providerProblems } from "./stacks/providerSettings.ts";
import { readSecretKeys } from "./stacks/secretKeys.ts";
import { readBytes, readList } from "./stacks/textFile.ts";
import { warningsOf } from "./stacks/warning.ts";

const config = underProject(pulumi.runtime.allConfig(), pulumi.getProject());
const prefix = `${pulumi.getProject()}:`;
const read = (key: string): string | undefined => config[key.includes(":") ? key : prefix + key];
const report = (line: string): void => void pulumi.log.info(visible(line));

function fail(problems: readonly string[]): never {
  const lines = problems.map((problem) => `  - ${visible(problem)}`).join("\n");
  throw new pulumi.RunError(`Nothing was changed. Please correct:\n${lines}`);
}

/** What is wrong with how a tenant of Microsoft 365 is reached. */
function problemsOfOnline(): readonly string[] {
  const connection = planConnection(read, process.env);
  return [
    ...("problems" in connection
      ? connection.problems
      : refuseAutomationIdentity(settings, connection.plan.clientId, connection.plan.tenantId)),
    ...pluginProblems(read, process.env),
  ];
}

const own = await readOwnState();
const given = Object.entries(config).filter(([key]) => key.startsWith(prefix));
const {
  settings,
  certificateFiles,
  notices,
  problems = [],
} = readSettings(
  Object.fromEntries(given.map(([key, value]) => [key.slice(prefix.length), value])),
  (path) => readList(path),
  heldBy(own),
);
const connectionProblems = isServer(read) ? serverProblems(read, process.env) : problemsOfOnline();
const now = Date.now();
const { certificates, problems: certificateProblems } = readCertificates(certificateFiles, readBytes);
// What cannot be read says so itself; the rest of the list says nothing then.
const unusable = certificateProblems.length === 0 ? unusableList(certificates, own.certificates, now) : [];
const wrong = [
  ...unreadKeys(Object.keys(config), pulumi.getProject()),
  ...providerProblems(Object.keys(config), {
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    secretKeys: readSecretKeys(process.env, pulumi.getProject()),
  }),
  ...problems,
  ...movedProblems(settings?.movedFrom, own),
  ...(isServer(read)
    ? [...organizationProblems(organizationIn(read), own), ...idleKeys(Object.keys(config))]
    : tenantProblems(read("azuread:tenantId"), own)),
  ...connectionProblems,
  ...certificateProblems,
  ...unusable,
];
if (settings === undefined || wrong.length > 0) fail(wrong);

for (const line of [...notices, ...warningsOf(settings, certificates, now, own.mark === "")])
  await pulumi.log.warn(visible(line));
// The stack's first run gives it its id; the tenant's artifact, which everything with a mark waits for, records it.
const mark = own.mark || markOf(pulumi.getProject(), pulumi.getStack(), settings.movedFrom ?? randomUUID());
const identities = await findIdentities(settings, own, mark, read, report);
if ("problems" in identities) fail(identities.problems);

const after = {
  settings,
  account: identities.account?.userPrincipalName,
  certificates: certificates.map(({ content }) => content),
};
for (const line of cutOffs(own, after)) await pulumi.log.warn(visible(line));

let entra: ReturnType<typeof entraProvider> | undefined;
const provider = (): ReturnType<typeof entraProvider> => (entra ??= entraProvider(read, process.env));
const { impersonation, application, scope, mailboxes } = new CalendarAccess("calendar-access", {
  ...identities,
  settings,
  known: own.known,
  certificates,
  mark,
  provider,
});

const check = impersonation?.check;
const proof = application?.check;
const outputs = {
  // What the call centre gets: user name and password, or the client id of the app; and the mailboxes.
  userName: impersonation?.userName,
  password: impersonation?.password,
  clientId: application?.clientId,
  // A text, which a plan shows by its differences; a list would be shown whole.
  mailboxes: mailboxes.apply((addresses) => addresses.map((address) => `${address}\n`).join("")),
  // What the customer's administrator gets as proof.
  impersonationAssignment: impersonation?.assignment.identity,
  applicationAssignments: application && application.assignments.map(({ identity }) => identity),
  scopeFilter: scope?.recipientFilter,
  certificateExpiry: application?.certificates?.expiry,
  impersonationVerification: check && {
    verdict: check.verdict,
    summary: check.summary.apply(partsOf),
    whoGetsIn: check.whoGetsIn,
    wayIn: check.wayIn,
    notProved: check.notProved,
  },
  applicationVerification: proof && {
    verdict: proof.verdict,
    summary: proof.summary.apply(partsOf),
    scopedAccess: proof.scopedAccess,
    widerAccess: proof.widerAccess,
    whoGetsIn: proof.whoGetsIn,
    wayIn: proof.wayIn,
    notes: proof.notes,
    notProved: proof.notProved,
  },
};
/** The stack's outputs: only those of the access modes in use, because the engine warns of each that has no value. */
export default Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
