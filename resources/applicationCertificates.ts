/**
 * The certificates of the own app as one artifact: the sole writer of the registration's `keyCredentials`, of which
 * Graph knows the whole list only. The stack's keys bear its id, so that those of a killed run and of a certificate that
 * was taken off the list are recognised and go; what others put there is given back as it was read.
 *
 * Between the read and the write somebody else may change the list, and Graph has no condition to notice it: a key that
 * is added in that moment is lost, one that is taken away makes Graph refuse the write, which is then planned anew.
 */
import { randomUUID, X509Certificate } from "node:crypto";
import { readKeys, replaceKeys } from "../directory/applications.ts";
import { isDirectoryError } from "../directory/errors.ts";
import type { GraphObject } from "../directory/graph.ts";
import { WaitTimeoutError } from "../network/waiting.ts";
import { attempts } from "./lifecycle/acquisition.ts";
import {
  describeKey,
  isNamed,
  keyNameOf,
  keysIn,
  planKeys,
  sortKeys,
  type AppKey,
} from "./lifecycle/applicationKeys.ts";
import { demandSameTenant, isUnknown, type Artifact, type Recorded } from "./lifecycle/artifact.ts";
import { isUsable, noneSignsIn } from "./proof/expiry.ts";
import type { Context, Problem, Properties } from "./lifecycle/contract.ts";
import { entraOf } from "./lifecycle/entra.ts";
import { bearsMark } from "./lifecycle/mark.ts";
import { linesOf } from "./recipients/memberList.ts";
import { settleSeconds } from "./lifecycle/observation.ts";
import { asUserError, UserError } from "./lifecycle/userError.ts";

/** What the app's keys are to be. */
export interface ApplicationCertificatesInputs {
  readonly mark: string;
  /** Object id of the app registration. */
  readonly application: string;
  /** Thumbprints of the listed certificates (SHA-1, upper case), sorted, a line each. */
  readonly certificates: string;
  /** The certificates themselves in the same order: base64 of the DER, a line each. */
  readonly contents: string;
  /** Key ids and thumbprints of others' keys that are to go, a line each. */
  readonly removeKeys: string;
}

const title = "application certificates";

const asked = ["mark", "application", "certificates", "contents", "removeKeys"] as const;

/** The keys as an artifact; its id is that of the registration. */
export const applicationCertificates: Artifact = {
  title,

  async check(context, recorded, desired) {
    const inputs = desired as unknown as ApplicationCertificatesInputs;
    const problems = [...unusableList(context, recorded, inputs), ...(await wrongRemovals(context, inputs))];
    return { inputs: desired, problems };
  },

  diff(recorded, desired) {
    const isOtherApp = recorded["application"] !== desired["application"];
    const changes = isOtherApp || ["certificates", "removeKeys"].some((name) => recorded[name] !== desired[name]);
    const replaces = isOtherApp && !isUnknown(desired["application"]) ? ["application"] : [];
    return { changes, replaces, deleteBeforeReplace: false };
  },

  async create(context, desired) {
    const inputs = desired as unknown as ApplicationCertificatesInputs;
    return { id: inputs.application, properties: await bring(context, inputs) };
  },

  async read(context, recorded) {
    demandSameTenant(context, title, recorded.properties);
    const known = inputsOf(recorded);
    const found = await readKeys(entraOf(context).graph, known.application);
    if (found === undefined) return undefined;
    const properties = propertiesOf(context, known, keysIn(found));
    return { properties, inputs: Object.fromEntries(asked.map((name) => [name, properties[name]])) };
  },

  async update(context, recorded, desired) {
    demandSameTenant(context, title, recorded.properties);
    return bring(context, desired as unknown as ApplicationCertificatesInputs);
  },

  /** Takes the stack's keys away; with the registration they have gone already. */
  async remove(context, recorded) {
    demandSameTenant(context, title, recorded.properties);
    const known = inputsOf(recorded);
    const found = await readKeys(entraOf(context).graph, known.application);
    if (!keysIn(found ?? []).some((key) => bearsMark(key.displayName, known.mark))) return;
    await bring(context, { ...known, certificates: "", contents: "", removeKeys: "" }, "may be gone");
  },
};

function inputsOf({ properties }: Recorded): ApplicationCertificatesInputs {
  return properties as unknown as ApplicationCertificatesInputs;
}

/**
 * A new list of which nobody can sign in with any certificate is refused. One whose time has come to an end since then
 * is for the proof to say: a mailbox must come off the list at any time.
 */
function unusableList(
  context: Context,
  recorded: Properties | undefined,
  { contents }: ApplicationCertificatesInputs,
): Problem[] {
  const now = context.exchange.serverTime ?? Date.now();
  // Of the recorded inputs only the contents are what was asked for, whatever is live.
  if (recorded?.["contents"] === contents || linesOf(contents).some((content) => isUsable(timesOf(content), now)))
    return [];
  return [noneSignsIn];
}

function timesOf(content: string): { notBefore: string; notAfter: string } {
  const { validFromDate, validToDate } = new X509Certificate(Buffer.from(content, "base64"));
  return { notBefore: validFromDate.toISOString(), notAfter: validToDate.toISOString() };
}

/** What `application.removeKeys` must not name: keys of listed certificates. One that is gone is done. */
async function wrongRemovals(context: Context, inputs: ApplicationCertificatesInputs): Promise<Problem[]> {
  const names = linesOf(inputs.removeKeys);
  const listed = linesOf(inputs.certificates);
  const contradictions = names
    .filter((name) => listed.includes(name.toUpperCase()))
    .map((name) => `application.removeKeys: application.certificates lists ${name}. Take it off one of the lists.`);
  if (names.length === 0 || contradictions.length > 0 || isUnknown(inputs.application)) return contradictions;
  const keys = keysIn((await readKeys(entraOf(context).graph, inputs.application)) ?? []);
  const { kept } = sortKeys(keys, inputs.mark, listed);
  for (const name of names.filter((each) => !keys.some((key) => isNamed(key, [each])))) {
    context.report(`${title}: ${name} is not among the app's keys (any more): take it off application.removeKeys.`);
  }
  return kept
    .filter((key) => isNamed(key, names))
    .map(
      (key) =>
        `application.removeKeys: the ${describeKey(key)} is of a certificate that application.certificates lists. Take it off one of the lists.`,
    );
}

/** Changes the keys where they are not as asked for, and proves by a new look that they are. */
async function bring(
  context: Context,
  inputs: ApplicationCertificatesInputs,
  mayBeGone?: "may be gone",
): Promise<Properties> {
  const added = new Map<string, GraphObject>();
  let accepted: readonly AppKey[] | undefined;
  let refused = 0;
  const look = async (): Promise<readonly AppKey[] | undefined> => {
    // What was just made is not known everywhere in Entra yet (facts/pulumi.md §7: azuread waits for it, too).
    const found = await readKeys(entraOf(context).graph, inputs.application);
    if (found === undefined) return mayBeGone === undefined ? undefined : [];
    const keys = keysIn(found);
    const { keep, drop, add } = planKeys(keys, inputs.mark, linesOf(inputs.certificates), linesOf(inputs.removeKeys));
    if (drop.length === 0 && add.length === 0) return keys;
    // Accepted, and not to be seen yet; or somebody else wrote at the same moment: never a fight over the list.
    if (accepted !== undefined) return undefined;
    const made = add.map((thumbprint) => added.get(thumbprint) ?? newEntry(thumbprint, inputs));
    add.forEach((thumbprint, index) => added.set(thumbprint, made[index] ?? {}));
    try {
      await replaceKeys(entraOf(context).graph, inputs.application, [...keep.map(givenBack), ...made]);
      accepted = keep;
    } catch (error) {
      const mayPass = isDirectoryError(error, "notFound") || (isRefusedChange(error) && ++refused < attempts);
      if (!mayPass) throw asUserError(title, error);
    }
    return undefined;
  };
  const keys = await context
    .waitFor("Entra to show the app's certificates", look, settleSeconds)
    .catch((error: unknown) => {
      throw error instanceof WaitTimeoutError && accepted !== undefined ? overwritten(error) : error;
    });
  reportLost(context, accepted ?? [], keys);
  return propertiesOf(context, inputs, keys);
}

/** Graph refuses to give back a key that is not there any more: the list has changed since it was read. */
function isRefusedChange(error: unknown): boolean {
  return isDirectoryError(error, "other", "conflict") && (error.status === 400 || error.status === 409);
}

function overwritten(cause: WaitTimeoutError): UserError {
  return new UserError(
    `${title}: Entra accepted the list of certificates and shows another one: somebody may have changed it at the same moment. Nothing was repeated. Look at the app's certificates in Entra, and run up again.`,
    { cause },
  );
}

function reportLost(context: Context, given: readonly AppKey[], now: readonly AppKey[]): void {
  for (const key of given.filter(({ keyId }) => !now.some((other) => other.keyId === keyId))) {
    context.report(
      `${title}: the ${describeKey(key)} was there before this change and is gone: somebody else removed it.`,
    );
  }
}

/** As it was read, without the certificate: Graph keeps that by the key id, and refuses where it is gone since. */
function givenBack({ entry }: AppKey): GraphObject {
  return { ...entry, key: null };
}

function newEntry(thumbprint: string, { mark, certificates, contents }: ApplicationCertificatesInputs): GraphObject {
  const content = linesOf(contents)[linesOf(certificates).indexOf(thumbprint)] ?? "";
  const { notBefore, notAfter } = timesOf(content);
  return {
    type: "AsymmetricX509Cert",
    usage: "Verify",
    keyId: randomUUID(),
    key: content,
    displayName: keyNameOf(mark),
    startDateTime: notBefore,
    endDateTime: notAfter,
  };
}

/**
 * The keys in the form of the inputs: those of the stack, and of listed certificates whoever put them there. Of the keys
 * that are to go, those that are gone.
 */
function propertiesOf(context: Context, known: ApplicationCertificatesInputs, keys: readonly AppKey[]): Properties {
  const { kept, surplus, copies } = sortKeys(keys, known.mark, linesOf(known.certificates));
  const others = new Set(copies.map(({ thumbprint }) => thumbprint));
  const own = [...kept, ...surplus].map(({ thumbprint }) => thumbprint);
  const there = [...own, ...[...others].filter((thumbprint) => !own.includes(thumbprint))];
  const gone = linesOf(known.removeKeys).filter(
    (name) => !keys.some((key) => !kept.includes(key) && isNamed(key, [name])),
  );
  return {
    mark: known.mark,
    application: known.application,
    certificates: there.toSorted().join("\n"),
    contents: known.contents,
    removeKeys: gone.join("\n"),
    expiry: expiryOf([...kept, ...surplus, ...copies]),
    tenantId: context.tenantId,
  };
}

/** Thumbprint and end of each certificate that is on the app, as Entra has them. */
function expiryOf(keys: readonly AppKey[]): string[] {
  return [...new Set(keys.map(({ thumbprint, endDateTime }) => `${thumbprint}: ${endDateTime}`))].toSorted();
}
