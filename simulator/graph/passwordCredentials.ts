/** Client secrets of app registrations and enterprise apps: Entra makes them, and shows each once. */
import { randomBytes, randomUUID } from "node:crypto";
import type { DirectoryApplication, DirectoryServicePrincipal, PasswordCredential } from "../tenant/directoryModel.ts";
import type { SimulatorResponse } from "../server/service.ts";
import { badRequest } from "./errors.ts";
import { requireControl } from "./owners.ts";
import { baseOf } from "./query.ts";
import { readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";

type Holder = DirectoryApplication | DirectoryServicePrincipal;

/** Two years, Entra's default. */
const LIFETIME = 2 * 365 * 24 * 60 * 60 * 1000;

/** `POST …/addPassword`. */
export function addPassword(call: GraphRequest, holder: Holder): SimulatorResponse {
  requireControl(call, holder);
  const sent = readBody(call.request)["passwordCredential"];
  const wished = typeof sent === "object" && sent !== null ? (sent as Record<string, unknown>) : {};
  const now = call.simulator.now();
  const credential: PasswordCredential = {
    keyId: randomUUID(),
    displayName: typeof wished["displayName"] === "string" ? wished["displayName"] : null,
    startDateTime: readTime(wished["startDateTime"], now),
    endDateTime: readTime(wished["endDateTime"], now + LIFETIME),
    secretText: `${randomBytes(3).toString("hex")}~${randomBytes(24).toString("base64url")}`,
  };
  holder.passwordCredentials = [...(holder.passwordCredentials ?? []), credential];
  recordWrite(call, holder.displayName, 200);
  const context = `${baseOf(call.request, call.simulator)}/$metadata#microsoft.graph.passwordCredential`;
  const hint = credential.secretText.slice(0, 3);
  return { status: 200, body: { "@odata.context": context, customKeyIdentifier: null, ...credential, hint } };
}

/** `POST …/removePassword`. */
export function removePassword(call: GraphRequest, holder: Holder): SimulatorResponse {
  requireControl(call, holder);
  const { keyId: sent } = readBody(call.request);
  const keyId = String(sent).toLowerCase();
  const kept = (holder.passwordCredentials ?? []).filter((credential) => credential.keyId !== keyId);
  if (kept.length === (holder.passwordCredentials ?? []).length) {
    throw badRequest(`No password credential found with keyId '${keyId}'.`);
  }
  holder.passwordCredentials = kept;
  recordWrite(call, holder.displayName, 204);
  return { status: 204 };
}

/** A change may send the list back, or shorten it; new secrets come from the service alone. */
export function replacePasswords(holder: Holder, sent: unknown): void {
  const entries = Array.isArray(sent) ? (sent as Record<string, unknown>[]) : [];
  const ids = new Set(entries.map(({ keyId }) => keyId));
  const known = new Set<unknown>((holder.passwordCredentials ?? []).map(({ keyId }) => keyId));
  if ([...ids].some((id) => !known.has(id))) {
    throw badRequest("New password credentials must be generated with service actions.");
  }
  holder.passwordCredentials = (holder.passwordCredentials ?? []).filter(({ keyId }) => ids.has(keyId));
}

function readTime(value: unknown, otherwise: number): string {
  const time = typeof value === "string" ? Date.parse(value) : otherwise;
  if (Number.isNaN(time)) throw badRequest("Password credential's date is invalid.");
  return new Date(time).toISOString();
}
