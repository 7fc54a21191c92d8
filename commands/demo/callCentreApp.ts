// The call centre's app, and how it opens mailboxes.
import type { ApplicationKey } from "./applicationKey.ts";
import { openMailboxes, type Mailboxes } from "./graph.ts";
import { microsoftGraph } from "./http.ts";
import type { Scene } from "./scene.ts";
import { demand } from "./step.ts";

/** What the steps of its story leave to later ones. */
export interface CallCentreApp {
  key: ApplicationKey | undefined;
  clientId: string;
  appointmentId: string;
}

/** Graph's code for a mailbox that an app may not open. */
export const graphRefusal = "ErrorAccessDenied";

/** Opens mailboxes with a token that the app gets at this moment: a token keeps what it was issued with. */
export async function openAsApplication({ stage }: Scene, { key, clientId }: CallCentreApp): Promise<Mailboxes> {
  demand(key !== undefined, "the app has no key yet");
  const { send, origin, credentials } = stage.tenant;
  const { tenantId } = credentials;
  return openMailboxes(send, origin, await key.signIn(send, origin, { tenantId, clientId }, microsoftGraph));
}
