/** A PowerShell in which Connect-ExchangeOnline has run (facts/powershell.md §2). */
import { readClaims, tenantProblem } from "../../network/accessToken.ts";
import { InterruptedError } from "../../network/interruption.ts";
import { usedCmdlets } from "../cmdlets.ts";
import { ExchangeError } from "../errors.ts";
import { FailedAttempt, plainMessage } from "../failedAttempt.ts";
import { classifyFaults } from "./fault.ts";
import type { ShellCall, ShellFault } from "./message.ts";
import { LostShellError, NoShellError, Shell } from "./shell.ts";
import type { ShellOptions } from "./shell.ts";

/** One tenant's Exchange Online and who speaks to it. */
export interface ConnectOptions {
  /** The tenant's GUID; a token for another one is refused before anything is sent. */
  readonly tenantId: string;
  /** An access token for Exchange. */
  readonly token: () => Promise<string>;
  /** The tenant's initial domain: the module takes no GUID, and no other domain. */
  readonly organization: () => Promise<string>;
  /** What `-ExchangeEnvironmentName` calls the cloud; the public one by default. */
  readonly environment?: string | undefined;
  readonly shell?: ShellOptions;
}

/** An open connection. */
export interface Connection {
  readonly shell: Shell;
  /** When the token ends, in ms since the epoch; the module cannot renew one that it was given. */
  readonly expires: number;
}

/** How long connecting may take, in ms. */
const connectLimit = 180_000;

const name = "Connect-ExchangeOnline";
const moduleName = "ExchangeOnlineManagement";
/** The oldest one that Microsoft documents for PowerShell 7.4 and newer. */
const oldestModule = "3.5.0";

/** Starts a PowerShell and connects it. Rejects with a FailedAttempt or an ExchangeError; nothing is open then. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  // The module takes its time to load: meanwhile everything else can be found out.
  const [started, prepared] = await Promise.allSettled([startWithModule(options.shell), parametersOf(options)]);
  if (started.status === "rejected") throw started.reason;
  const shell = started.value;
  try {
    if (prepared.status === "rejected") throw prepared.reason;
    const { parameters, expires } = prepared.value;
    await demand(shell, { cmdlet: name, parameters });
    return { shell, expires };
  } catch (error) {
    shell.end();
    throw error;
  }
}

async function startWithModule(options: ShellOptions | undefined): Promise<Shell> {
  const shell = await start(options);
  try {
    await demand(shell, { cmdlet: "Import-Module", parameters: { Name: moduleName, MinimumVersion: oldestModule } });
    return shell;
  } catch (error) {
    shell.end();
    throw error;
  }
}

async function parametersOf({ tenantId, token, organization, environment }: ConnectOptions) {
  const AccessToken = await askFor(token, "unauthorized", "no access token");
  const problem = tenantProblem(AccessToken, tenantId);
  if (problem !== undefined) throw new ExchangeError("unauthorized", name, problem);
  const parameters = {
    AccessToken,
    Organization: await askFor(organization, "other", "the tenant's initial domain is not known"),
    CommandName: usedCmdlets,
    ShowBanner: false,
    SkipLoadingFormatData: true,
    ...(environment !== undefined && { ExchangeEnvironmentName: environment }),
  };
  return { parameters, expires: readClaims(AccessToken)?.expires ?? Infinity };
}

async function start(options: ShellOptions | undefined): Promise<Shell> {
  try {
    return await Shell.start(options);
  } catch (error) {
    if (!(error instanceof NoShellError)) throw error;
    throw new ExchangeError("other", name, error.message);
  }
}

/** Runs what has to succeed before anything else can. Whatever comes of it, nothing in the tenant has changed. */
async function demand(shell: Shell, call: ShellCall): Promise<void> {
  const [result] = await runCalls(shell, [call], connectLimit).catch((error: unknown) => {
    throw error instanceof FailedAttempt ? notSent(error) : error;
  });
  const [fault] = result?.faults ?? [];
  if (fault === undefined && result !== undefined) return;
  const failure = classifyFaults(call.cmdlet, result?.faults ?? []);
  if (failure.repeatable !== "never") throw notSent(failure);
  const message = fault === undefined ? plainMessage(failure.error) : explain(fault, plainMessage(failure.error));
  const kind = call.cmdlet === name ? "unauthorized" : "other";
  throw new ExchangeError(kind, call.cmdlet, `no connection: ${message}`);
}

function notSent({ error }: FailedAttempt): FailedAttempt {
  const said = new ExchangeError(error.kind, error.cmdlet, `no connection: ${plainMessage(error)}`);
  return new FailedAttempt(said, "always", false);
}

/** What to do about it, where that is known. */
function explain({ id, type }: ShellFault, text: string): string {
  if (/^Modules_Module(WithVersion)?NotFound/.test(id)) {
    return (
      `PowerShell has no module ${moduleName} of version ${oldestModule} or newer. Install it for the user that runs ` +
      `this: Install-PSResource ${moduleName}`
    );
  }
  if (/PSSecurityException$/.test(type)) {
    return `PowerShell's execution policy does not let the module load (${text}). RemoteSigned is enough`;
  }
  return text;
}

/** Sends calls; what becomes of a shell that does not answer is a FailedAttempt. */
export async function runCalls(shell: Shell, calls: readonly ShellCall[], deadline: number): ReturnType<Shell["run"]> {
  const what = calls.length === 1 ? (calls[0]?.cmdlet ?? "") : `${calls.length} reads`;
  try {
    return await shell.run(calls, deadline);
  } catch (error) {
    if (error instanceof RangeError) throw new ExchangeError("invalid", what, `${error.message}; it was not sent`);
    if (error instanceof NoShellError) {
      throw new FailedAttempt(new ExchangeError("transient", what, error.message), "always", false);
    }
    if (!(error instanceof LostShellError)) throw error;
    throw new FailedAttempt(new ExchangeError("transient", what, error.message), "reads", true);
  }
}

async function askFor(ask: () => Promise<string>, kind: "unauthorized" | "other", what: string): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    throw new ExchangeError(kind, name, error instanceof Error ? `${what}: ${error.message}` : what, { cause: error });
  }
}
