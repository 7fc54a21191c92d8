/** InvokeCommand: who calls, what may he run, and what comes of it (facts/exchange.md §1). */
import { EXCHANGE_APP_ID, resourcesOf } from "../identity/resources.ts";
import type { Caller, Simulator, SimulatorRequest, SimulatorResponse } from "../server/service.ts";
import { failureAnswer, forbidden, notModelled, objectsAnswer, refusal, unauthorized } from "./answer.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { findCmdlet } from "./cmdlets.ts";
import { bindInvocation, executeRead, executeWrite } from "./execute.ts";
import { CmdletFailure, insufficientAccess, NotModelled } from "./failure.ts";
import { encodeOutput } from "./output.ts";
import { firstPage, nextPage } from "./pages.ts";
import { rightsOf } from "./rights.ts";

/** The permission that lets an app into the admin API at all. */
const appRole = "Exchange.ManageAsApp";

/** The caller, or the refusal: not signed in for Exchange (401), or not this tenant's URL (403). */
export function authorize(request: SimulatorRequest, simulator: Simulator): Caller | SimulatorResponse {
  const { caller, params } = request;
  if (caller === undefined || !resourcesOf(caller.audience, simulator).includes(EXCHANGE_APP_ID)) return unauthorized();
  if (caller.kind === "application" && !caller.roles.includes(appRole)) return unauthorized();
  const { tenantId, initialDomain, verifiedDomains } = simulator.tenant;
  const named = (params["tenant"] ?? "").toLowerCase();
  const isOurs = [tenantId, initialDomain, ...verifiedDomains].some((name) => name.toLowerCase() === named);
  return isOurs ? caller : forbidden(`The tenant ${named} is not the tenant of the token.`);
}

export function isResponse(value: Caller | SimulatorResponse): value is SimulatorResponse {
  return "status" in value;
}

/** The `CmdletInput` of a request's body; `undefined` for anything else. */
function readInput(body: string): { name: string; parameters: Record<string, unknown> } | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const input = isRecord(parsed) ? parsed["CmdletInput"] : undefined;
    if (!isRecord(input)) return undefined;
    const name = input["CmdletName"];
    const parameters = input["Parameters"] ?? {};
    return typeof name === "string" && isRecord(parameters) ? { name, parameters } : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `POST /adminapi/beta/:tenant/InvokeCommand`. */
export function invokeCommand(request: SimulatorRequest, simulator: Simulator): SimulatorResponse {
  const caller = authorize(request, simulator);
  if (isResponse(caller)) return caller;
  const input = readInput(request.body);
  if (input === undefined) return refusal(400, "BadRequest", "The request's body holds no CmdletInput.");
  const cmdlet = findCmdlet(input.name);
  if (cmdlet === undefined) return notModelled(input.name);
  try {
    return runCmdlet(cmdlet, input.parameters, { request, simulator, caller });
  } catch (error) {
    if (error instanceof CmdletFailure) return failureAnswer(error);
    if (error instanceof NotModelled) return notModelled(error.message);
    throw error;
  }
}

interface Call {
  request: SimulatorRequest;
  simulator: Simulator;
  caller: Caller;
}

function runCmdlet(cmdlet: Cmdlet, sent: Record<string, unknown>, call: Call): SimulatorResponse {
  const { request, simulator, caller } = call;
  const { tenant } = simulator;
  const rights = rightsOf(tenant, caller);
  if (!rights.allows(cmdlet.name)) return forbidden(`The user is not allowed to call ${cmdlet.name}.`);
  if ("write" in cmdlet) refuseGuidAnchor(call);
  const invocation = bindInvocation(cmdlet, sent, { simulator, caller, rights });
  const { warnings } = invocation;
  const select = readSelect(request);
  const encode = (output: Parameters<typeof encodeOutput>[0]): Record<string, unknown> => encodeOutput(output, select);
  const tenantName = request.params["tenant"] ?? tenant.tenantId;
  if ("write" in cmdlet) {
    return objectsAnswer(simulator.origin, tenantName, executeWrite(cmdlet, invocation).map(encode), { warnings });
  }
  const page =
    nextPage(request, simulator) ?? firstPage(executeRead(cmdlet, invocation).map(encode), request, simulator);
  return objectsAnswer(simulator.origin, tenantName, page.value, { warnings, nextLink: page.nextLink });
}

/**
 * An anchor of the user form that names the tenant's GUID instead of its initial domain leads writes to a DC that takes
 * none (facts/exchange.md §1.1, initial-domain trap); the `APP:` form with a GUID works.
 */
function refuseGuidAnchor({ request, simulator }: Call): void {
  const anchor = request.headers["x-anchormailbox"] ?? "";
  const isGuid = /@[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(anchor.trim());
  if (/^UPN:/i.test(anchor.trim()) && isGuid) throw insufficientAccess(simulator.tenant);
}

function readSelect(request: SimulatorRequest): ReadonlySet<string> | undefined {
  const select = request.url.searchParams.get("$select");
  if (select === null || select === "") return undefined;
  return new Set(select.split(",").map((name) => name.trim().toLowerCase()));
}
