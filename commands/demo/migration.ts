// The story of the way from impersonation to application access: add, prove, remove; and a drift that hides.
import { openConsents, type Consents } from "./consents.ts";
import { makeApplicationKey, type ApplicationKey } from "./applicationKey.ts";
import { adviser, director, names } from "./customer.ts";
import { compareDrift, readDrift } from "./drift.ts";
import { openMailboxes, type Mailboxes } from "./graph.ts";
import { microsoftGraph, signIn } from "./http.ts";
import {
  awaitMailbox,
  byHand,
  calendarsOf,
  demandDirectorShut,
  placeAppointment,
  refusedUp,
  up,
  type Scene,
  type StepMaker,
} from "./scene.ts";
import { demand, type Step } from "./step.ts";
import { removedTypes } from "./undo.ts";

/** Graph's code for a mailbox that an app may not open. */
const refusal = "ErrorAccessDenied";

/** What the administrator consents by hand, and what lends the program the right to take that away. */
const wideConsent = "Calendars.ReadWrite";
const rightToRevoke = "AppRoleAssignment.ReadWrite.All";

/** Hours that a new grant to an app may need to be effective everywhere, as documented. */
const propagationHours = 2;

/** What steps leave to later ones. */
interface Memory {
  key: ApplicationKey | undefined;
  clientId: string;
  appointmentId: string;
}

type MigrationStep = (scene: Scene, memory: Memory) => Step;

/** From a stack with impersonation to one with application access. */
export function migrationStory(): readonly StepMaker[] {
  const memory: Memory = { key: undefined, clientId: "", appointmentId: "" };
  const steps: readonly MigrationStep[] = [goStraight, addApplication, goTooEarly, dropImpersonation];
  const drift: readonly MigrationStep[] = [useApplication, consentByHand, preview, revoke];
  return [...steps, ...drift].map((step) => (scene) => step(scene, memory));
}

function goStraight(scene: Scene, memory: Memory): Step {
  const { stage, told } = scene;
  return {
    title: "Straight to application access: refused",
    told: [
      "Microsoft retires impersonation, so the call centre gets an app. Its key is made now and stays in .demo/application;",
      'the program gets the public certificate. access: ["application"] alone would close the old way before the new one holds.',
    ],
    async run() {
      const key = await makeApplicationKey(`${stage.folder}/application`, names.application);
      memory.key = key;
      stage.configure({ access: ["application"], application: { certificates: [key.certificateFile] } });
      await refusedUp(
        scene,
        "straight change",
        /Set access to \["impersonation", "application"\] and run up; two hours/,
      );
      told("Nothing was changed; the message names both stages.");
    },
  };
}

function addApplication(scene: Scene, memory: Memory): Step {
  return {
    title: "Stage 1, both ways: the app is added, and proved",
    told: ["The app gets Application Calendars.ReadWrite on the same scope; the service user keeps its access."],
    async run() {
      scene.stage.configure({ access: ["impersonation", "application"] });
      const { clientId } = (await up(scene, "stage 1")).outputs;
      demand(typeof clientId === "string", "the outputs hold no client id");
      memory.clientId = clientId;
    },
  };
}

function goTooEarly(scene: Scene): Step {
  const { stage, told } = scene;
  return {
    title: "Stage 2 at once: refused, it is too early",
    told: [`A new grant may take ${propagationHours} hours to be effective everywhere: until then the old way stays.`],
    async run() {
      stage.configure({ access: ["application"] });
      const [, wait = ""] = await refusedUp(scene, "too early", /impersonation stays for now.* in (\d+) minutes/);
      told(`Nothing was changed; it says to come back in ${wait} minutes.`);
      await stage.tenant.advanceClock(propagationHours * 3600);
      told(`The demo does not wait: it moves the embedded tenant's clock ${propagationHours} hours forward.`);
    },
  };
}

function dropImpersonation(scene: Scene): Step {
  const { told } = scene;
  const order = ["RoleAssignment", "RoleGroup", "User"];
  return {
    title: "Stage 2, two hours later: the service user goes",
    told: [
      "The application's access is proved once more, then the old one is taken away: assignment, role group, user.",
    ],
    async run() {
      const user = calendarsOf(scene);
      const removed = removedTypes((await up(scene, "stage 2")).output, order);
      demand(removed.join() === order.join(), `removed in this order: ${removed.join(", ")}`);
      told(`Removed in this order: ${removed.join(", ")}.`);
      await awaitMailbox(scene, adviser, async () => user, { refused: "401 Unauthorized" });
      told(`${scene.userName} no longer opens the calendar of ${adviser} over EWS, with a token from before.`);
    },
  };
}

/** Opens mailboxes with a token that the app gets at this moment: a token keeps what it was issued with. */
async function openAsApplication({ stage }: Scene, { key, clientId }: Memory): Promise<Mailboxes> {
  demand(key !== undefined, "the app has no key yet");
  const { send, origin, credentials } = stage.tenant;
  const { tenantId } = credentials;
  return openMailboxes(send, origin, await key.signIn(send, origin, { tenantId, clientId }, microsoftGraph));
}

function useApplication(scene: Scene, memory: Memory): Step {
  const { told } = scene;
  return {
    title: "Graph: an appointment placed; director and inbox refused",
    told: ["The call centre signs in as the app, with the certificate's key, and uses Microsoft Graph."],
    async run() {
      const mailboxes = await openAsApplication(scene, memory);
      await awaitMailbox(scene, adviser, async () => mailboxes, "open");
      memory.appointmentId = await placeAppointment(mailboxes, told);
      await demandDirectorShut(mailboxes, refusal);
      told(`${director}: refused, ${refusal}.`);
      const { refused } = await mailboxes.readInbox(adviser);
      demand(refused === refusal, `the inbox of ${adviser} was not refused with ${refusal}, but: ${refused ?? "read"}`);
      told(`The inbox of ${adviser}: refused, ${refused}. The role opens calendars and nothing else.`);
    },
  };
}

/** The second administrator in Entra. */
async function openConsentsByHand({ stage }: Scene): Promise<Consents> {
  const { send, origin, administrator, credentials } = stage.tenant;
  const app = { tenantId: credentials.tenantId, clientId: graphPowerShell };
  return openConsents(send, origin, await signIn(send, origin, administrator, app, microsoftGraph));
}

/** Microsoft's own client of Graph PowerShell. */
const graphPowerShell = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

function consentByHand(scene: Scene, memory: Memory): Step {
  return {
    title: "A drift that hides: a consent for the whole tenant",
    told: [
      `${scene.stage.tenant.administrator.userName} consents ${wideConsent} on Microsoft Graph to the app. No object of the`,
      "stack changes, but what Entra consents and what Exchange grants add up.",
    ],
    async run() {
      const consents = await openConsentsByHand(scene);
      await byHand(scene, `consent of ${wideConsent}`, async () => {
        await consents.give(memory.clientId, wideConsent);
      });
      await awaitMailbox(scene, director, () => openAsApplication(scene, memory), "open");
      scene.told(`With its next token the app opens the calendar of ${director}.`);
    },
  };
}

function preview({ stage, told }: Scene): Step {
  return {
    title: "pulumi preview: the scope holds, the proof does not",
    told: ["The scoped assignment is untouched. The proof reads the app's consents too, and names this one."],
    async run() {
      const { code, output } = await stage.pulumi("preview", "--diff", "--expect-no-changes", "--suppress-progress");
      demand(code > 0, `the preview of a changed tenant ended with exit code ${code}`);
      const wrong = compareDrift(readDrift(output), { ApplicationCheck: ["verdict"] });
      demand(wrong.length === 0, ...wrong);
      const verdict = /~ verdict\s*: "([^\n]*)" => "passed"/.exec(output)?.[1] ?? "";
      demand(
        verdict.startsWith("scoped access holds") &&
          verdict.includes(`the tenant-wide consent ${wideConsent} on Microsoft Graph`),
        `the application check does not name the consent: ${verdict}`,
      );
      told(`Exit code ${code}. Scoped access holds, but something reaches wider: ${wideConsent} on Microsoft Graph.`);
    },
  };
}

function revoke(scene: Scene, memory: Memory): Step {
  const { stage, told } = scene;
  return {
    title: "pulumi up: the consent is taken away, and proved again",
    told: [
      "With revokeTenantWideConsent, which acts once the scoped access is two hours old. The right to take consents away is",
      `not one of the program's standing rights: the administrator lends it ${rightToRevoke} for this one up.`,
    ],
    async run() {
      stage.configure({ revokeTenantWideConsent: true });
      const consents = await openConsentsByHand(scene);
      const takeBack = await consents.give(stage.tenant.credentials.clientId, rightToRevoke);
      try {
        await up(scene, "revocation");
      } finally {
        await takeBack();
      }
      await awaitMailbox(scene, director, () => openAsApplication(scene, memory), { refused: refusal });
      told(`The right is taken back. ${director}: refused again, ${refusal}.`);
      const cancelled = await (await openAsApplication(scene, memory)).cancel(adviser, memory.appointmentId);
      demand(cancelled.refused === undefined, `Graph did not cancel the appointment: ${cancelled.refused ?? ""}`);
      told(`${adviser}: still open; the call centre cancels its appointment.`);
    },
  };
}
