/** Opens what the lifecycles work with: once per run and configuration, shared by all artifacts. */
import { openPlace } from "../../connection/place.ts";
import type { Place } from "../../connection/session.ts";
import type { ReadSetting } from "../../identity/connection.ts";
import { waitUntil } from "../../network/waiting.ts";
import type { Context, RunMemory } from "./contract.ts";
import { UserError } from "./userError.ts";

/** Yields the context; every call awaits the same opening. */
export type OpenContext = (() => Promise<Context>) & { readonly fingerprint: string };

/** The settings that decide which tenant is reached, how, and by whom. */
const connectionSettings = [
  "azuread:tenantId",
  "azuread:clientId",
  "azuread:clientSecret",
  "azuread:clientCertificate",
  "azuread:clientCertificatePath",
  "azuread:clientCertificatePassword",
  "azuread:useOidc",
  "azuread:oidcToken",
  "azuread:useCli",
  "azuread:environment",
  "azuread:metadataHost",
  "exchangeEndpoint",
  "exchange",
];

/** Begins a run of one stack. */
export function startMemory(): RunMemory {
  return {
    held: new Set(),
    present: new Set(),
    gone: new Set(),
    seenNames: new Map(),
    left: new Set(),
    begun: new Set(),
    lists: new Map(),
    judged: new Set(),
  };
}

/** Remembers that the running stack holds an object, so that a replacement never returns it. */
export function hold({ held, gone }: RunMemory, id: string): void {
  held.add(id);
  gone.delete(id);
}

/** Remembers that an object which the state holds is no longer there: it has to be looked up like a first one. */
export function release({ held, gone }: RunMemory, id: string): void {
  held.delete(id);
  gone.add(id);
}

/** Remembers the name that an object of the stack's really has. */
export function seeName({ seenNames }: RunMemory, id: string, name: unknown): void {
  if (typeof name === "string") seenNames.set(id, name);
}

/** What a context is opened with. */
export interface Opening {
  readonly read: ReadSetting;
  readonly environment: NodeJS.ProcessEnv;
  readonly memory: RunMemory;
  /** Shows the operator a line. */
  readonly report: (line: string) => void;
}

/**
 * Prepares a context without opening it. A destroy configures the host with the recorded settings first and with the
 * current ones after (facts/pulumi.md §0.2): `previous` is kept only while nothing about the connection changed.
 */
export function openContext(opening: Opening, previous?: OpenContext): OpenContext {
  const fingerprint = JSON.stringify(connectionSettings.map((key) => opening.read(key) ?? null));
  if (previous?.fingerprint === fingerprint) return previous;
  let context: Promise<Context> | undefined;
  return Object.assign(() => (context ??= connect(opening)), { fingerprint });
}

async function connect({ read, environment, memory, report }: Opening): Promise<Context> {
  const place = await openPlace(read, environment, report);
  if ("problems" in place) throw new UserError(place.problems.join(" "));
  return contextOf(place, report, memory);
}

/** The context in an open place; the commands use it with their own `report`. */
export function contextOf(place: Place, show: (line: string) => void, memory = startMemory()): Context {
  return {
    ...memory,
    tenantId: place.tenantId,
    exchange: place.exchange,
    entra: place.entra,
    ews: place.ews,
    hydration: {},
    report: show,
    waitFor: (what, probe, seconds = 300) =>
      waitUntil(what, probe, { timeoutSeconds: seconds, report: show, intervalSeconds: 0.2 }),
  };
}
