/** Runs a cmdlet, whatever way its call came. */
import type { Caller, Simulator } from "../server/service.ts";
import type { Cmdlet, Invocation, ReadCmdlet, SessionSettings, WriteCmdlet } from "./cmdlet.ts";
import type { Output } from "./output.ts";
import { cutToSize } from "./pages.ts";
import { bindParameters } from "./parameter.ts";
import type { Rights } from "./rights.ts";

/** A call with what it warns of. */
export interface BoundInvocation extends Invocation {
  readonly warnings: readonly string[];
}

interface Circumstances {
  readonly simulator: Simulator;
  readonly caller: Caller;
  readonly rights: Rights;
  readonly session?: SessionSettings;
}

/** Binds what was sent to a cmdlet that the caller may run. Throws CmdletFailure or NotModelled. */
export function bindInvocation(
  cmdlet: Cmdlet,
  sent: Readonly<Record<string, unknown>>,
  { simulator, caller, rights, session }: Circumstances,
): BoundInvocation {
  const signature = { ...cmdlet, isWrite: "write" in cmdlet };
  const values = bindParameters(signature, sent, (parameter) => rights.grants(cmdlet.name, parameter));
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const invocation = { simulator, tenant: simulator.tenant, caller, rights, values, warn, warnings };
  return session === undefined ? invocation : { ...invocation, session };
}

/** What a read returns, cut to `-ResultSize`. */
export function executeRead(cmdlet: ReadCmdlet, invocation: Invocation): readonly Output[] {
  const warn = (text: string): void => invocation.warn(text);
  return cutToSize(cmdlet.read(invocation), cmdlet.parameters, invocation.values, warn);
}

/** Does a write and tells the journal. */
export function executeWrite(cmdlet: WriteCmdlet, invocation: Invocation): readonly Output[] {
  const { target, output = [] } = cmdlet.write(invocation);
  invocation.simulator.record({ actor: invocation.caller.name, operation: cmdlet.name, target, status: 200 });
  return output;
}
