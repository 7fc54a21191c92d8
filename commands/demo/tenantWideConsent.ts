// The drift that hides: an app's consent for the whole tenant, beside a scoped assignment that nobody touched.
import { openAsApplication, graphRefusal, type CallCentreApp } from "./callCentreApp.ts";
import { openConsents, type Consents } from "./consents.ts";
import { adviser, director } from "./customer.ts";
import { microsoftGraph, signIn } from "./http.ts";
import { awaitMailbox, byHand, previewDrift, up, type Scene } from "./scene.ts";
import { demand, type Step } from "./step.ts";

/** What the administrator consents by hand, and what lends the program the right to take that away. */
const wideConsent = "Calendars.ReadWrite";
const rightToRevoke = "AppRoleAssignment.ReadWrite.All";

/** Given by hand, found by the preview, and taken away by the stack. */
export const tenantWideConsent = [consentByHand, preview, revoke];

/** The second administrator in Entra. */
async function openConsentsByHand({ stage }: Scene): Promise<Consents> {
  const { send, origin, administrator, credentials } = stage.tenant;
  const app = { tenantId: credentials.tenantId, clientId: graphPowerShell };
  return openConsents(send, origin, await signIn(send, origin, administrator, app, microsoftGraph));
}

/** Microsoft's own client of Graph PowerShell. */
const graphPowerShell = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

function consentByHand(scene: Scene, app: CallCentreApp): Step {
  return {
    title: "A drift that hides: a consent for the whole tenant",
    told: [
      `${scene.stage.tenant.administrator.userName} consents ${wideConsent} on Microsoft Graph to the app. No object of the`,
      "stack changes, but what Entra consents and what Exchange grants add up.",
    ],
    async run() {
      const consents = await openConsentsByHand(scene);
      await byHand(scene, `consent of ${wideConsent}`, async () => {
        await consents.give(app.clientId, wideConsent);
      });
      await awaitMailbox(scene, director, () => openAsApplication(scene, app), "open");
      scene.told(`With its next token the app opens the calendar of ${director}.`);
    },
  };
}

function preview(scene: Scene): Step {
  return {
    title: "pulumi preview: the scope holds, the proof does not",
    told: ["The scoped assignment is untouched. The proof reads the app's consents too, and names this one."],
    async run() {
      const { code, verdict } = await previewDrift(scene, { ApplicationCheck: ["verdict"] });
      demand(
        verdict.startsWith("scoped access holds") &&
          verdict.includes(`the tenant-wide consent ${wideConsent} on Microsoft Graph`),
        `the application check does not name the consent: ${verdict}`,
      );
      scene.told(
        `Exit code ${code}. Scoped access holds, but something reaches wider: ${wideConsent} on Microsoft Graph.`,
      );
    },
  };
}

function revoke(scene: Scene, app: CallCentreApp): Step {
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
      await awaitMailbox(scene, director, () => openAsApplication(scene, app), { refused: graphRefusal });
      told(`The right is taken back. ${director}: refused again, ${graphRefusal}.`);
      const cancelled = await (await openAsApplication(scene, app)).cancel(adviser, app.appointmentId);
      demand(cancelled.refused === undefined, `Graph did not cancel the appointment: ${cancelled.refused ?? ""}`);
      told(`${adviser}: still open; the call centre cancels its appointment.`);
    },
  };
}
