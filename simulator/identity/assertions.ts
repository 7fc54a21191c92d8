/** Client assertions: a JWT that the application signed with the private key of one of its certificates. */
import { createHash, X509Certificate } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";
import type { DirectoryApplication } from "../model.ts";
import type { Simulator } from "../service.ts";
import type { SignInError } from "./failures.ts";
import { unknownApplication, untimelyAssertion, unusableKey, wrongAudience } from "./failures.ts";

/** How far the clocks of client and tenant may differ, in s. */
const CLOCK_TOLERANCE = 300;

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
export async function verifyAssertion(
  assertion: string,
  application: DirectoryApplication,
  simulator: Simulator,
): Promise<void> {
  const { appId } = application;
  const thumbprint = readThumbprint(assertion);
  if (thumbprint === undefined) throw unknownApplication(appId, simulator.tenant.displayName);
  const certificate = application.keyCredentials
    .map(({ key }) => readCertificate(key))
    .find((candidate) => candidate !== undefined && thumbprintsOf(candidate).includes(thumbprint));
  if (certificate === undefined) throw unusableKey("The key was not found.", thumbprint, appId);
  if (certificate.validToDate.getTime() < Date.now()) throw unusableKey("The key used is expired.", thumbprint, appId);
  try {
    await jwtVerify(assertion, certificate.publicKey, {
      issuer: appId,
      subject: appId,
      audience: audiencesOf(simulator),
      clockTolerance: CLOCK_TOLERANCE,
      algorithms: ["PS256", "RS256"],
    });
  } catch (error) {
    throw explain(error, thumbprint, appId);
  }
}

function explain(error: unknown, thumbprint: string, appId: string): SignInError {
  if (error instanceof errors.JWTExpired) return untimelyAssertion();
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === "nbf" ? untimelyAssertion() : wrongAudience();
  }
  const reason = "The provided signature value did not match the expected signature value.";
  return unusableKey(reason, thumbprint, appId);
}

/** The client id that an assertion speaks for, where the form does not name it. */
export function readAssertionSubject(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

function readThumbprint(assertion: string): string | undefined {
  try {
    const header = decodeProtectedHeader(assertion) as Record<string, unknown>;
    const thumbprint = header["x5t#S256"] ?? header["x5t"] ?? header["kid"];
    return typeof thumbprint === "string" ? thumbprint : undefined;
  } catch {
    return undefined;
  }
}

/** SHA-256 and SHA-1 of the DER, base64url, and SHA-1 in hex (some clients send that as `kid`). */
function thumbprintsOf(certificate: X509Certificate): string[] {
  const sha1 = createHash("sha1").update(certificate.raw);
  const hex = sha1.copy().digest("hex");
  return [
    createHash("sha256").update(certificate.raw).digest("base64url"),
    sha1.digest("base64url"),
    hex,
    hex.toUpperCase(),
  ];
}

function audiencesOf({ origin, tenant }: Simulator): string[] {
  return [tenant.tenantId, tenant.initialDomain, ...tenant.verifiedDomains].flatMap((name) => [
    `${origin}/${name}/oauth2/v2.0/token`,
    `${origin}/${name}/v2.0`,
  ]);
}
