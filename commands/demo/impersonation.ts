// The story of the document's procedure: brought up, used, changed by hand, repaired, undone.
import { waitUntil } from "../../exchange/waiting.ts";
import { handMadeChanges, openAdministration } from "./administrator.ts";
import { differencesOf } from "./difference.ts";
import { compareDrift, readDrift } from "./drift.ts";
import { openCalendars, type Calendars } from "./ews.ts";
import { signIn } from "./http.ts";
import { judgeReach, type Chapter } from "./reach.ts";
import type { Stage } from "./stage.ts";
import { demand, type Step } from "./step.ts";

/** The field staff of the embedded tenant's organisation that the call centre plans for. */
const mailboxes = [
  "ad.viseur@buitendienst.example",
  "bram.buitenhuis@buitendienst.example",
  "carla.dewit@buitendienst.example",
  "eva.smit@buitendienst.example",
  "joost.visser@buitendienst.example",
];
const adviser = "ad.viseur@buitendienst.example";
const director = "dirk.directeur@buitendienst.example";

/** The document's names, which are the defaults of the settings. */
const names = {
  group: "SecurityGroup-CallPro Calendar Access",
  scope: "Scope-CallPro Calendar Access",
  assignment: "ApplicationImpersonation-CallPro Calendar Access",
};

/** The stack's settings in this story. */
export const settings = { mailboxes, owner: "sander.brouwer@buitendienst.example", mustStayOut: [director] };

/** What the preview has to show after the changes by hand, and nothing else. */
const expectedDrift = {
  SecurityGroup: ["hiddenFromAddressLists", "members"],
  ManagementScope: ["filter"],
  RoleAssignment: ["scope", "writeScope"],
  AccessCheck: ["verdict"],
};

/** Types in the order in which a destroy has to remove them: access first (design.md §7.2). */
const undoOrder = ["RoleAssignment", "ManagementScope", "SecurityGroup", "RoleGroup", "User"];

const appointment = {
  subject: "CallPro: adviesgesprek mevrouw De Vries",
  start: "2027-03-01T09:00:00Z",
  end: "2027-03-01T10:00:00Z",
};

const refusal = "ErrorImpersonateUserDenied";

/** How long the tenant's authorisation cache may hold an old decision in the demo, in seconds. */
const cachePatience = 30;

/** What steps leave to later ones. */
interface Memory {
  before: unknown;
  calendars: Calendars | undefined;
  appointmentId: string;
  userName: string;
  readonly chapters: Chapter[];
}

/** The steps of the story on a stage; `keep` leaves the undo out. */
export function impersonationStory(stage: Stage, say: (line: string) => void, keep: boolean): readonly Step[] {
  const memory: Memory = { before: undefined, calendars: undefined, appointmentId: "", userName: "", chapters: [] };
  const told = (line: string): void => {
    say(`     ${line}`);
  };
  const steps = [
    lookBefore(stage, memory, told),
    bringUp(stage, memory),
    useAccess(memory, told),
    changeByHand(stage, memory, told),
    preview(stage, told),
    repair(stage, memory, told),
    ...(keep ? [] : [undo(stage, memory, told), compare(stage, memory, told)]),
    readBack(stage, memory, told),
  ];
  return steps;
}

function lookBefore(stage: Stage, memory: Memory, told: (line: string) => void): Step {
  return {
    title: "A tenant without any of it",
    told: ["An organisation in an embedded Microsoft 365 tenant; its state is kept for the comparison at the end."],
    async run() {
      memory.before = await stage.tenant.readState();
      told(`${stage.tenant.displayName} answers on ${stage.tenant.origin}.`);
    },
  };
}

function bringUp(stage: Stage, memory: Memory): Step {
  return {
    title: "pulumi up: the access is made, and proved",
    told: [
      `The document's seven steps for ${mailboxes.length} mailboxes: user, role group, security group, scope, assignment, and the`,
      "proof (step 7) that the call centre reaches exactly these mailboxes. A preview comes later in the story.",
    ],
    run: () => up(stage, memory, "up"),
  };
}

/** One `pulumi up` that has to end with a passed proof. */
async function up(stage: Stage, memory: Memory, title: string): Promise<void> {
  await chapter(stage, memory, { title, byHand: false, endsWith: mailboxes }, async () => {
    const { code } = await stage.pulumi("up", "--yes", "--skip-preview", "--suppress-progress");
    demand(code === 0, `pulumi up ended with exit code ${code}`);
  });
  const outputs = await stage.readOutputs();
  const verification = outputs["verification"] as { verdict?: unknown; summary?: unknown } | undefined;
  demand(verification?.verdict === "passed", `the stack's output says: ${String(verification?.summary)}`);
  const { userName, password } = outputs;
  demand(typeof userName === "string" && typeof password === "string", "the outputs hold no user name or no password");
  memory.userName = userName;
  const { send, origin, vendor } = stage.tenant;
  memory.calendars = openCalendars(send, origin, await signIn(send, origin, { userName, password }, vendor));
}

/** Notes which part of the journal an action wrote. */
async function chapter(
  stage: Stage,
  memory: Memory,
  about: Omit<Chapter, "from" | "to">,
  action: () => Promise<void>,
): Promise<void> {
  const from = (await stage.tenant.readJournal()).length;
  await action();
  memory.chapters.push({ ...about, from, to: (await stage.tenant.readJournal()).length });
}

function useAccess(memory: Memory, told: (line: string) => void): Step {
  return {
    title: "EWS: an appointment placed, another one refused",
    told: ["The call centre signs in as the service user (name and password are outputs of the stack) and uses EWS."],
    async run() {
      const calendars = calendarsOf(memory);
      const placed = await calendars.place(adviser, appointment);
      demand(placed.refused === undefined, `EWS refused the appointment for ${adviser}: ${placed.refused ?? ""}`);
      memory.appointmentId = placed.value;
      const listed = await calendars.list(adviser, "2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z");
      demand(
        listed.refused === undefined && listed.value.includes(appointment.subject),
        `the calendar of ${adviser} does not show the appointment`,
      );
      told(`${adviser}: "${appointment.subject}" is in the calendar.`);
      const refused = await calendars.place(director, appointment);
      demand(
        refused.refused === refusal,
        `EWS did not refuse ${director} with ${refusal}, but: ${JSON.stringify(refused)}`,
      );
      told(`${director}: refused, ${refusal}.`);
    },
  };
}

function calendarsOf({ calendars }: Memory): Calendars {
  demand(calendars !== undefined, "nobody has signed in yet");
  return calendars;
}

function changeByHand(stage: Stage, memory: Memory, told: (line: string) => void): Step {
  return {
    title: "Somebody changes things by hand",
    told: [`${stage.tenant.administrator.userName} works in Exchange without the stack, and opens what was closed.`],
    async run() {
      const { send, origin, credentials, administrator } = stage.tenant;
      const { tenantId } = credentials;
      const token = await signIn(send, origin, administrator, { tenantId, clientId: powerShellClient });
      const runCmdlet = openAdministration(send, origin, { tenantId, token, userName: administrator.userName });
      await chapter(stage, memory, { title: "by hand", byHand: true, endsWith: [] }, async () => {
        for (const change of handMadeChanges(names, director)) {
          await runCmdlet(change.cmdlet, change.parameters);
          told(`${change.cmdlet}: ${change.told}.`);
        }
      });
      await awaitDirector(memory, told, "open");
      told(`So the call centre now opens the calendar of ${director}.`);
    },
  };
}

/** Microsoft's own client of Exchange Online PowerShell. */
const powerShellClient = "fb78d390-0c51-40cd-8e17-fdbfab77341b";

/** Waits until EWS opens the director's calendar, or no longer does: the authorisation cache takes its time. */
async function awaitDirector(memory: Memory, told: (line: string) => void, wanted: "open" | "shut"): Promise<void> {
  const calendars = calendarsOf(memory);
  const look = async (): Promise<true | undefined> => {
    const { refused } = await calendars.list(director, "2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z");
    if (refused !== undefined) demand(refused === refusal, `EWS answered for ${director}: ${refused}`);
    return (refused === undefined) === (wanted === "open") ? true : undefined;
  };
  const what = `the mailbox of ${director} to be ${wanted}`;
  await waitUntil(what, look, { timeoutSeconds: cachePatience, report: told, intervalSeconds: 0.1 });
}

function preview(stage: Stage, told: (line: string) => void): Step {
  return {
    title: "pulumi preview: exactly these changes, and the broken proof",
    told: [
      "Every preview reads the tenant first, so it is the drift check. It changes nothing, and exits with a code for it.",
    ],
    async run() {
      const { code, output } = await stage.pulumi("preview", "--diff", "--expect-no-changes", "--suppress-progress");
      demand(code > 0, `the preview of a changed tenant ended with exit code ${code}`);
      const wrong = compareDrift(readDrift(output), expectedDrift);
      demand(wrong.length === 0, ...wrong);
      const verdict = /~ verdict\s*: "([^\n]*)" => "passed"/.exec(output)?.[1] ?? "";
      demand(
        verdict.startsWith("not proved") && verdict.includes(names.assignment) && verdict.includes(director),
        `the access check does not name the assignment and ${director}: ${verdict}`,
      );
      told(`Exit code ${code}. The preview shows the four changes and that the proof fails, and nothing else.`);
    },
  };
}

function repair(stage: Stage, memory: Memory, told: (line: string) => void): Step {
  return {
    title: "pulumi up: repaired, and proved again",
    told: ["Each change is put back in place; no object is made anew."],
    async run() {
      await up(stage, memory, "repair");
      await awaitDirector(memory, told, "shut");
      told(`${director}: refused again, ${refusal}.`);
      const cancelled = await calendarsOf(memory).cancel(adviser, memory.appointmentId);
      demand(cancelled.refused === undefined, `EWS did not cancel the appointment: ${cancelled.refused ?? ""}`);
      told(`${adviser}: still open; the call centre cancels its appointment.`);
    },
  };
}

function undo(stage: Stage, memory: Memory, told: (line: string) => void): Step {
  return {
    title: "pulumi destroy: undone, access first",
    told: ["The assignment goes before the scope: the document's own order would open every mailbox for a moment."],
    async run() {
      await chapter(stage, memory, { title: "destroy", byHand: false, endsWith: [] }, async () => {
        const { code, output } = await stage.pulumi("destroy", "--yes", "--skip-preview", "--suppress-progress");
        demand(code === 0, `pulumi destroy ended with exit code ${code}`);
        const removed = [...output.matchAll(/^ - {2}\S+:(\w+) \S+ deleted/gm)].map((match) => match[1] ?? "");
        const order = removed.filter((type) => undoOrder.includes(type));
        demand(order.join() === undoOrder.join(), `removed in this order: ${order.join(", ")}`);
        told(`Removed in this order: ${order.join(", ")}.`);
      });
    },
  };
}

function compare(stage: Stage, memory: Memory, told: (line: string) => void): Step {
  return {
    title: "The tenant is as it was before",
    told: ["Everything that is in the tenant now, compared with the first step (recycle bin and journal aside)."],
    async run() {
      const differences = differencesOf(memory.before, await stage.tenant.readState());
      demand(differences.length === 0, ...differences);
      told("No difference.");
    },
  };
}

function readBack(stage: Stage, memory: Memory, told: (line: string) => void): Step {
  return {
    title: "The journal: never wider than before or asked for",
    told: ["The tenant notes after every write which mailboxes each principal can reach."],
    async run() {
      const journal = await stage.tenant.readJournal();
      const wider = judgeReach(journal, memory.userName, mailboxes, memory.chapters);
      demand(wider.length === 0, ...wider);
      const byHand = memory.chapters.filter((each) => each.byHand).reduce((sum, { from, to }) => sum + to - from, 0);
      told(`${journal.length} writes; only the ${byHand} that somebody made by hand reached further.`);
    },
  };
}
