// The story of the way from impersonation to application access: add, prove, remove.
import { makeApplicationKey } from "./applicationKey.ts";
import { graphRefusal, openAsApplication, type CallCentreApp } from "./callCentreApp.ts";
import { adviser, director, names } from "./customer.ts";
import {
  awaitMailbox,
  calendarsOf,
  demandDirectorShut,
  placeAppointment,
  refusedUp,
  up,
  type Scene,
  type StepMaker,
} from "./scene.ts";
import { demand, type Step } from "./step.ts";
import { tenantWideConsent } from "./tenantWideConsent.ts";
import { removedTypes } from "./undo.ts";

/** Hours that a new grant to an app may need to be effective everywhere, as documented. */
const propagationHours = 2;

/** From a stack with impersonation to one with application access. */
export function migrationStory(): readonly StepMaker[] {
  const app: CallCentreApp = { key: undefined, clientId: "", appointmentId: "" };
  const steps = [goStraight, addApplication, goTooEarly, dropImpersonation, useApplication];
  return [...steps, ...tenantWideConsent].map((step) => (scene) => step(scene, app));
}

function goStraight(scene: Scene, app: CallCentreApp): Step {
  const { stage, told } = scene;
  return {
    title: "Straight to application access: refused",
    told: [
      "Microsoft retires impersonation, so the call centre gets an app. Its key is made now and stays in .demo/application;",
      'the program gets the public certificate. access: ["application"] alone would close the old way before the new one holds.',
    ],
    async run() {
      const key = await makeApplicationKey(`${stage.folder}/application`, names.application);
      app.key = key;
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

function addApplication(scene: Scene, app: CallCentreApp): Step {
  return {
    title: "Stage 1, both ways: the app is added, and proved",
    told: ["The app gets Application Calendars.ReadWrite on the same scope; the service user keeps its access."],
    async run() {
      scene.stage.configure({ access: ["impersonation", "application"] });
      const { clientId } = (await up(scene, "stage 1")).outputs;
      demand(typeof clientId === "string", "the outputs hold no client id");
      app.clientId = clientId;
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

function useApplication(scene: Scene, app: CallCentreApp): Step {
  const { told } = scene;
  return {
    title: "Graph: an appointment placed; director and inbox refused",
    told: ["The call centre signs in as the app, with the certificate's key, and uses Microsoft Graph."],
    async run() {
      const mailboxes = await openAsApplication(scene, app);
      await awaitMailbox(scene, adviser, async () => mailboxes, "open");
      app.appointmentId = await placeAppointment(mailboxes, told);
      await demandDirectorShut(mailboxes, graphRefusal);
      told(`${director}: refused, ${graphRefusal}.`);
      const { refused } = await mailboxes.readInbox(adviser);
      demand(
        refused === graphRefusal,
        `the inbox of ${adviser} was not refused with ${graphRefusal}, but: ${refused ?? "read"}`,
      );
      told(`The inbox of ${adviser}: refused, ${refused}. The role opens calendars and nothing else.`);
    },
  };
}
