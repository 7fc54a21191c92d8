/** What the processes behind remote PowerShell ask of the organisation: a cmdlet for the shell's caller. */
import { bindInvocation, executeRead, executeWrite } from "../exchange/execute.ts";
import { CmdletFailure, NotModelled } from "../exchange/failure.ts";
import { isRecord } from "../exchange/invoke.ts";
import { encodeOutput, type Output } from "../exchange/output.ts";
import type { SessionSettings } from "../exchange/cmdlet.ts";
import { childDomainOf, findUnit } from "../exchange/organizationalUnit.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Route, Simulator, SimulatorRequest, SimulatorResponse } from "../server/service.ts";
import { findServerCmdlet } from "./catalogue.ts";
import { asSeenBy, findController, writeAt } from "./domainControllers.ts";
import { describeFailure, type Failure } from "./failureAnswer.ts";
import { translate, translateValue, type Language } from "./language.ts";
import { serverOf } from "./serverOf.ts";
import { asSplit, refuseSplit, serverRightsOf } from "./splitPermissions.ts";
import type { RemoteShell } from "./shells.ts";

/** The routes, for the shells that are open. */
export function serverRoutes(findShell: (authorization: string) => RemoteShell | undefined): Route[] {
  const invoke = (request: SimulatorRequest, simulator: Simulator): SimulatorResponse => {
    const shell = findShell(request.headers["authorization"] ?? "");
    if (shell === undefined) return { status: 401 };
    const body: unknown = JSON.parse(request.body);
    const { cmdlet, parameters } = isRecord(body) ? body : {};
    return runInShell(String(cmdlet), isRecord(parameters) ? parameters : {}, shell, simulator);
  };
  return [{ method: "POST", path: "/PowerShell/invoke", handler: invoke }];
}

function runInShell(
  name: string,
  sent: Readonly<Record<string, unknown>>,
  { caller, settings }: RemoteShell,
  simulator: Simulator,
): SimulatorResponse {
  const server = serverOf(simulator.tenant);
  const say = (text: string): string => translate(text, simulator.switches.language ?? "en");
  const fail = (failure: Failure): SimulatorResponse => ({ status: 400, body: { failure } });
  const cmdlet = findServerCmdlet(name);
  if (cmdlet === undefined) return fail(notModelled(name));
  const run = (seen: Simulator): SimulatorResponse => {
    const rights = serverRightsOf(seen, caller);
    // A session whose roles never held it does not show it; one whose roles were taken meanwhile runs it no more.
    if (!rights.allows(cmdlet.name)) return fail(notThere(cmdlet.name));
    refuseSplit(seen, cmdlet.name, sent);
    const shown = "write" in cmdlet ? seen : asSplit(seen);
    const invocation = bindInvocation(cmdlet, sent, { simulator: shown, caller, rights, session: settings });
    const output = "write" in cmdlet ? executeWrite(cmdlet, invocation) : executeRead(cmdlet, invocation);
    const objects = output.map((each) => encodeOutput(asServerShows(each, simulator.switches.language)));
    return { status: 200, body: { objects, warnings: invocation.warnings.map(say) } };
  };
  try {
    const named = sent["DomainController"];
    const given = typeof named === "string" ? findController(server, named) : undefined;
    if ("write" in cmdlet) return writeAt(simulator, given ?? writtenAt(simulator.tenant, sent, settings), run);
    return run(asSeenBy(simulator, given ?? settings.preferredServer));
  } catch (error) {
    if (error instanceof CmdletFailure) {
      const failure = describeFailure(error, server, simulator.now());
      return fail({ ...failure, message: say(failure.message) });
    }
    if (error instanceof NotModelled) return fail(notModelled(error.message));
    throw error;
  }
}

/** Where a write goes: what is in another domain is written there, whichever controller the session prefers. */
function writtenAt(tenant: Tenant, sent: Readonly<Record<string, unknown>>, settings: SessionSettings): string {
  const server = serverOf(tenant);
  const textOf = (name: string): string => (typeof sent[name] === "string" ? sent[name] : "");
  const named = textOf("Identity").toLowerCase();
  const target = tenant.recipients.find((each) => [each.guid, each.userPrincipalName?.toLowerCase()].includes(named));
  const domain = childDomainOf(server, findUnit(tenant, textOf("OrganizationalUnit")) || target?.container);
  if (domain === undefined) return settings.preferredServer;
  const preferred = settings.preferred?.find((each) => domain.domainControllers.includes(each));
  return preferred ?? domain.domainControllers[0] ?? settings.preferredServer;
}

function notThere(name: string): Failure {
  const message = `The term '${name}' is not recognized as a name of a cmdlet, function, script file, or executable program.`;
  return {
    type: "System.Management.Automation.CommandNotFoundException",
    id: "CommandNotFoundException",
    category: "ObjectNotFound",
    message,
  };
}

function notModelled(what: string): Failure {
  const message = `${what} is not modelled by the embedded tenant.`;
  return { type: "System.NotImplementedException", id: "NotModelled", category: "NotSpecified", message };
}

/** Without what only Exchange Online has; the id of Entra is there, and empty. */
function asServerShows(output: Output, language: Language = "en"): Output {
  const shown = Object.entries(output).filter(([name]) => name !== "CustomResourceScope");
  return Object.fromEntries(
    shown.map(([name, value]) => [name, name === "ExternalDirectoryObjectId" ? "" : translateValue(value, language)]),
  );
}
