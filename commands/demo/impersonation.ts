// The story of the document's procedure: brought up, used, changed by hand, repaired.
import { handMadeChanges, openAdministration } from "./administrator.ts";
import { adviser, director, mailboxes, names } from "./customer.ts";
import { signIn } from "./http.ts";
import {
  awaitMailbox,
  byHand,
  calendarsOf,
  demandDirectorShut,
  placeAppointment,
  previewDrift,
  up,
  type Scene,
  type StepMaker,
} from "./scene.ts";
import { demand, type Step } from "./step.ts";

/** What the preview has to show after the changes by hand, and nothing else. */
const expectedDrift = {
  SecurityGroup: ["hiddenFromAddressLists", "members"],
  ManagementScope: ["filter"],
  RoleAssignment: ["scope", "writeScope"],
  ImpersonationCheck: ["verdict"],
};

/** What EWS answers whoever impersonates outside the scope. */
export const refusal = "ErrorImpersonateUserDenied";

/** The stack's beginning, in every story. */
export const beginning: readonly StepMaker[] = [lookBefore, bringUp];

/** How impersonation is used, changed by hand and repaired. */
export function impersonationStory(): readonly StepMaker[] {
  return usedAndRepaired(changeByHand);
}

/** The same with another way to change things by hand. */
export function usedAndRepaired(change: StepMaker): readonly StepMaker[] {
  const memory = { appointmentId: "" };
  return [(scene) => useAccess(scene, memory), change, preview, (scene) => repair(scene, memory)];
}

function lookBefore(scene: Scene): Step {
  const { tenant } = scene.stage;
  return {
    title: "A tenant without any of it",
    told: [
      tenant.server === undefined
        ? "An organisation in an embedded Microsoft 365 tenant; its state is kept for the comparison at the end."
        : "An embedded organisation of Exchange Server, without Entra; its state is kept for the comparison at the end.",
    ],
    async run() {
      scene.before = await tenant.readState();
      scene.told(`${tenant.displayName} answers on ${tenant.origin}.`);
    },
  };
}

function bringUp(scene: Scene): Step {
  return {
    title: "pulumi up: the access is made, and proved",
    told: [
      `The document's seven steps for ${mailboxes.length} mailboxes: user, role group, security group, scope, assignment, and the`,
      "proof (step 7) that the call centre reaches exactly these mailboxes. A preview comes later in the story.",
    ],
    async run() {
      await up(scene, "up");
    },
  };
}

function useAccess(scene: Scene, memory: { appointmentId: string }): Step {
  return {
    title: "EWS: an appointment placed, another one refused",
    told: ["The call centre signs in as the service user (name and password are outputs of the stack) and uses EWS."],
    async run() {
      const calendars = calendarsOf(scene);
      memory.appointmentId = await placeAppointment(calendars, scene.told);
      await demandDirectorShut(calendars, refusal);
      scene.told(`${director}: refused, ${refusal}.`);
    },
  };
}

function changeByHand(scene: Scene): Step {
  const { send, origin, credentials, administrator } = scene.stage.tenant;
  return {
    title: "Somebody changes things by hand",
    told: [`${administrator.userName} works in Exchange without the stack, and opens what was closed.`],
    async run() {
      const { tenantId } = credentials;
      const token = await signIn(send, origin, administrator, { tenantId, clientId: powerShellClient });
      const runCmdlet = openAdministration(send, origin, { tenantId, token, userName: administrator.userName });
      await byHand(scene, "changes in Exchange", async () => {
        for (const change of handMadeChanges(names, director)) {
          await runCmdlet(change.cmdlet, change.parameters);
          scene.told(`${change.cmdlet}: ${change.told}.`);
        }
      });
      await awaitMailbox(scene, director, async () => calendarsOf(scene), "open");
      scene.told(`So the call centre now opens the calendar of ${director}.`);
    },
  };
}

/** Microsoft's own client of Exchange Online PowerShell. */
const powerShellClient = "fb78d390-0c51-40cd-8e17-fdbfab77341b";

function preview(scene: Scene): Step {
  return {
    title: "pulumi preview: exactly these changes, and the broken proof",
    told: [
      "Every preview reads the tenant first, so it is the drift check. It changes nothing, and exits with a code for it.",
    ],
    async run() {
      const { code, verdict } = await previewDrift(scene, expectedDrift);
      demand(
        verdict.startsWith("not proved") && verdict.includes(names.assignment) && verdict.includes(director),
        `the access check does not name the assignment and ${director}: ${verdict}`,
      );
      scene.told(`Exit code ${code}. The preview shows the four changes and that the proof fails, and nothing else.`);
    },
  };
}

function repair(scene: Scene, memory: { readonly appointmentId: string }): Step {
  const { told } = scene;
  return {
    title: "pulumi up: repaired, and proved again",
    told: ["Each change is put back in place; no object is made anew."],
    async run() {
      await up(scene, "repair");
      await awaitMailbox(scene, director, async () => calendarsOf(scene), { refused: refusal });
      told(`${director}: refused again, ${refusal}.`);
      const cancelled = await calendarsOf(scene).cancel(adviser, memory.appointmentId);
      demand(cancelled.refused === undefined, `EWS did not cancel the appointment: ${cancelled.refused ?? ""}`);
      told(`${adviser}: still open; the call centre cancels its appointment.`);
    },
  };
}
