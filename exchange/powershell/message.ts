/** What goes to PowerShell and comes back, a line each (receiver.ps1). */
import { isRecord, parseJson } from "../json.ts";
import type { ExchangeObject, ParameterValue } from "../session.ts";

/** One cmdlet to run. */
export interface ShellCall {
  readonly cmdlet: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  /** Parameters that are wanted as a SecureString. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Parameters that are wanted as a PSCredential. */
  readonly credentials?: Readonly<Record<string, { readonly userName: string; readonly password: string }>>;
  /** Properties to return; all of them by default. */
  readonly select?: readonly string[];
}

/** Parameters that PowerShell takes as a SecureString alone. */
const secretParameters = ["Password"];

/** The same call, with what is secret typed as that. */
export function withSecrets(call: ShellCall): ShellCall {
  const { parameters = {} } = call;
  const isSecret = ([name, value]: readonly [string, ParameterValue]): boolean =>
    secretParameters.includes(name) && typeof value === "string";
  const secrets = Object.entries(parameters).filter(isSecret) as [string, string][];
  if (secrets.length === 0) return call;
  const rest = Object.entries(parameters).filter((each) => !isSecret(each));
  return { ...call, parameters: Object.fromEntries(rest), secrets: Object.fromEntries(secrets) };
}

/** What PowerShell tells of an error. */
export interface ShellFault {
  /** Full .NET type. */
  readonly type: string;
  /** The short type that the error's category names. */
  readonly reason: string;
  /** FullyQualifiedErrorId. */
  readonly id: string;
  readonly message: string;
}

/** What one cmdlet did. Where there are faults there are no objects. */
export interface ShellResult {
  readonly objects: readonly ExchangeObject[];
  readonly warnings: readonly string[];
  readonly faults: readonly ShellFault[];
  /** Whether there had been objects before the first fault. */
  readonly isPart: boolean;
}

interface Request {
  readonly id: string;
  readonly deadline: number;
  readonly inHost: boolean;
  readonly calls: readonly ShellCall[];
}

/**
 * A request as its line.
 * @throws RangeError for a text with half a character: on the way it would become another one
 */
export function requestLine({ id, deadline, inHost, calls }: Request): string {
  const complete = calls.map(({ cmdlet, parameters = {}, secrets = {}, credentials = {}, select = [] }) => {
    const texts = [parameters, secrets, ...Object.values(credentials)].flatMap((each) => Object.values(each).flat());
    if (!texts.every(isSound)) {
      throw new RangeError(`${cmdlet}: a text holds half a character (an unpaired surrogate)`);
    }
    return { cmdlet, parameters, secrets, credentials, select };
  });
  return Buffer.from(JSON.stringify({ id, deadline, inHost, calls: complete })).toString("base64");
}

function isSound(value: unknown): boolean {
  return typeof value !== "string" || value.isWellFormed();
}

/**
 * The results out of everything that PowerShell wrote meanwhile; where the one line that counts is not there, or tells
 * of none, why. That reason holds nothing of the request.
 */
export function readAnswer(id: string, said: string): readonly ShellResult[] | string {
  const line = said.split("\n").find((each) => each.startsWith(`${id}:`));
  if (line === undefined) return "PowerShell did not answer the request";
  const answer = parseJson(Buffer.from(line.slice(id.length + 1), "base64").toString("utf8"));
  const { results, failure } = isRecord(answer) ? answer : {};
  if (Array.isArray(results) && results.every(isResult)) return results;
  return isRecord(failure) ? `PowerShell could not do it (${String(failure["type"])})` : "the answer cannot be read";
}

function isResult(value: unknown): value is ShellResult {
  if (!isRecord(value)) return false;
  const { objects, warnings, faults } = value;
  return Array.isArray(objects) && objects.every(isRecord) && Array.isArray(warnings) && Array.isArray(faults);
}
