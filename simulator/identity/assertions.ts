/**
 * Client assertions: a JWT that the application signed with the private key of one of its certificates. What clients
 * write in two ways is read in both, as Entra does: thumbprints with and without padding, times as numbers and texts.
 */
import { createHash, X509Certificate } from "node:crypto";
import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import type { Simulator } from "../server/service.ts";
import { unknownApplication, untimelyAssertion, unusableKey, wrongAudience } from "./failures.ts";

/** How far the clocks of client and tenant may differ, in s. */
const CLOCK_TOLERANCE = 300;

/** An app and the certificates that its registration and its enterprise app hold. */
export interface AssertionClient {
  readonly appId: string;
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** The certificate in a key credential: base64 of PEM (as azuread sends it) or of DER; `undefined` if it is neither. */
export function readCertificate(key: unknown): X509Certificate | undefined {
  if (typeof key !== "string") return undefined;
  try {
    return new X509Certificate(Buffer.from(key, "base64"));
  } catch {
    return undefined;
  }
}

/** Verifies an assertion against the application's key credentials; rejects with Entra's refusal. */
export async function verifyAssertion(assertion: string, client: AssertionClient, simulator: Simulator): Promise<void> {
  const { appId, keys } = client;
  const thumbprints = readThumbprints(assertion);
  const [shown] = thumbprints;
  if (shown === undefined) throw unknownApplication(appId, simulator.tenant.displayName);
  const registered = keys.flatMap((credential) => {
    const certificate = readCertificate(credential["key"]);
    const isMeant = certificate !== undefined && thumbprints.some((text) => isThumbprintOf(text, certificate));
    return isMeant ? [{ certificate, credential }] : [];
  });
  if (registered.length === 0) throw unusableKey("The key was not found.", shown, appId);
  const usable = registered.find(({ certificate, credential }) => isInForce(certificate, credential));
  if (usable === undefined) throw unusableKey("The key used is expired.", shown, appId);
  await verifySignature(assertion, usable.certificate, shown, appId);
  verifyClaims(assertion, appId, simulator);
}

async function verifySignature(assertion: string, certificate: X509Certificate, shown: string, appId: string) {
  try {
    await compactVerify(assertion, certificate.publicKey, { algorithms: ["PS256", "RS256"] });
  } catch {
    const reason = "The provided signature value did not match the expected signature value.";
    throw unusableKey(reason, shown, appId);
  }
}

function verifyClaims(assertion: string, appId: string, simulator: Simulator): void {
  const claims = decodeJwt<Record<string, unknown>>(assertion);
  const now = Date.now() / 1000;
  const [notBefore, expires] = [readSeconds(claims.nbf), readSeconds(claims.exp)];
  if (expires === undefined || expires + CLOCK_TOLERANCE < now) throw untimelyAssertion();
  if (notBefore !== undefined && notBefore - CLOCK_TOLERANCE > now) throw untimelyAssertion();
  const isOwn = [claims.iss, claims.sub].every((name) => String(name).toLowerCase() === appId.toLowerCase());
  const audiences = [claims.aud].flat().map((audience) => String(audience).toLowerCase());
  if (!isOwn || !audiencesOf(simulator).some((known) => audiences.includes(known.toLowerCase()))) {
    throw wrongAudience();
  }
}

/** A NumericDate; MSAL for .NET writes it as a text. */
function readSeconds(value: unknown): number | undefined {
  const seconds = typeof value === "string" ? Number(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : undefined;
}

/** Whether certificate and credential are both in their time. */
function isInForce(certificate: X509Certificate, credential: Readonly<Record<string, unknown>>): boolean {
  const now = Date.now();
  const start = readDate(credential["startDateTime"]) ?? Number.NEGATIVE_INFINITY;
  const end = readDate(credential["endDateTime"]) ?? Number.POSITIVE_INFINITY;
  const from = Math.max(start, certificate.validFromDate.getTime());
  return from <= now + CLOCK_TOLERANCE * 1000 && Math.min(end, certificate.validToDate.getTime()) >= now;
}

function readDate(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The client id that an assertion speaks for, where the form does not name it. */
export function readAssertionSubject(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

/** The header's names of the key, the strongest first. Its `x5c` is not looked at, whatever it holds. */
function readThumbprints(assertion: string): string[] {
  try {
    const header = decodeProtectedHeader(assertion) as Record<string, unknown>;
    return [header["x5t#S256"], header["x5t"], header["kid"]].filter((name) => typeof name === "string");
  } catch {
    return [];
  }
}

/** Compares bytes: SHA-256 or SHA-1 of the DER, in hex or in base64 of either alphabet, padded or not. */
function isThumbprintOf(text: string, certificate: X509Certificate): boolean {
  const sums = ["sha256", "sha1"].map((kind) => createHash(kind).update(certificate.raw).digest());
  const readings = [Buffer.from(text, "base64url"), Buffer.from(text.replaceAll(":", ""), "hex")];
  return readings.some((reading) => sums.some((sum) => sum.equals(reading)));
}

function audiencesOf({ origin, tenant }: Simulator): string[] {
  return [tenant.tenantId, tenant.initialDomain, ...tenant.verifiedDomains].flatMap((name) => [
    `${origin}/${name}/oauth2/v2.0/token`,
    `${origin}/${name}/v2.0`,
  ]);
}
