/** A PowerShell in which Connect-ExchangeOnline has run (facts/powershell.md §2). */
import { readClaims, tenantProblem } from "../../network/accessToken.ts";
import { InterruptedError } from "../../network/interruption.ts";
import { usedCmdlets } from "../cmdlets.ts";
import { ExchangeError } from "../errors.ts";
import type { ShellFault } from "./message.ts";
import { demand, start, type Connection } from "./opening.ts";
import type { Shell, ShellOptions } from "./shell.ts";

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
    await demand(shell, { cmdlet: name, parameters }, (fault, text) => ({
      kind: "unauthorized",
      text: explain(fault, text),
    }));
    return { shell, expires };
  } catch (error) {
    shell.end();
    throw error;
  }
}

async function startWithModule(options: ShellOptions | undefined): Promise<Shell> {
  const shell = await start(name, { ...options, module: { name: moduleName, minimumVersion: oldestModule } });
  const call = { cmdlet: "Import-Module", parameters: { Name: moduleName, MinimumVersion: oldestModule } };
  try {
    await demand(shell, call, (fault, text) => ({ kind: "other", text: explain(fault, text) }));
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

async function askFor(ask: () => Promise<string>, kind: "unauthorized" | "other", what: string): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    throw new ExchangeError(kind, name, error instanceof Error ? `${what}: ${error.message}` : what, { cause: error });
  }
}
