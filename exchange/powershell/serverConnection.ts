/** A PowerShell with a remote session to Exchange Server (facts/powershell.md §3, §5). */
import { InterruptedError } from "../../network/interruption.ts";
import { ExchangeError } from "../errors.ts";
import type { Parameters } from "../session.ts";
import type { ShellFault } from "./message.ts";
import { demand, start, type Connection, type Explanation } from "./opening.ts";
import type { Shell, ShellOptions } from "./shell.ts";

/** Name and password of an account in Active Directory. */
export interface AccountCredential {
  /** `user@domain` or `DOMAIN\user`. */
  readonly userName: string;
  readonly password: string;
}

/** One organisation's Exchange Server, and who speaks to it. */
export interface ServerConnectOptions {
  /** The organisation's GUID (Get-OrganizationConfig); another organisation is refused before anything is asked of it. */
  readonly tenantId: string;
  /** E.g. `http://ex01.example.com/PowerShell/`: the server's own name, for Kerberos. */
  readonly uri: string;
  readonly authentication?: "Kerberos" | "Negotiate" | "Basic";
  /** Answers `undefined` where the machine's own ticket signs in. */
  readonly credential: () => Promise<AccountCredential | undefined>;
  /**
   * The domain controller that everything is asked of, fully qualified; one for each domain of a forest with several, that of
   * Exchange's own first. By default Exchange chooses.
   */
  readonly domainController?: string | readonly string[];
  /** Whether recipients of all the forest's domains are seen. */
  readonly viewEntireForest?: boolean;
  readonly shell?: ShellOptions;
}

const name = "New-PSSession";

/**
 * Starts a PowerShell and opens its session; every later call runs in that. Rejects with a FailedAttempt or an
 * ExchangeError; nothing is open then.
 */
export async function connectToServer(options: ServerConnectOptions): Promise<Connection> {
  refuseOpenBasic(options);
  const shell = await start(name, options.shell);
  const close = (): Promise<void> => closeSession(shell);
  try {
    await openSession(shell, options);
    await prepareSession(shell, options);
    return { shell, expires: Infinity, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A password would travel as plain text. */
function refuseOpenBasic({ uri, authentication }: ServerConnectOptions): void {
  if (authentication !== "Basic" || uri.startsWith("https:")) return;
  throw new ExchangeError(
    "invalid",
    name,
    `Basic authentication would send the password in the clear to ${uri}: use https`,
  );
}

async function openSession(shell: Shell, options: ServerConnectOptions): Promise<void> {
  const credential = await askFor(options.credential);
  const parameters = {
    ConfigurationName: "Microsoft.Exchange",
    ConnectionUri: options.uri,
    Authentication: options.authentication ?? "Kerberos",
  };
  const credentials = credential === undefined ? {} : { Credential: credential };
  await demand(shell, { cmdlet: name, parameters, credentials }, (fault, text) => explain(fault, text, options.uri));
}

async function askFor(credential: ServerConnectOptions["credential"]): Promise<AccountCredential | undefined> {
  try {
    return await credential();
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExchangeError("unauthorized", name, `no credentials: ${reason}`, { cause: error });
  }
}

/**
 * What a session is told of Active Directory before anything else; empty where nothing. Several controllers go in another set of
 * parameters than one, which says by itself what each is asked for: configuration and the global catalogue are the first's. Pure.
 */
export function directorySettings({
  domainController,
  viewEntireForest,
}: Pick<ServerConnectOptions, "domainController" | "viewEntireForest">): Parameters {
  const [first, ...others] = [domainController ?? []].flat();
  return {
    ...(first !== undefined && others.length === 0 && { PreferredServer: first }),
    ...(first !== undefined &&
      others.length > 0 && {
        ConfigurationDomainController: first,
        PreferredGlobalCatalog: first,
        SetPreferredDomainControllers: [first, ...others],
      }),
    ...(viewEntireForest !== undefined && { ViewEntireForest: viewEntireForest }),
  };
}

/** Pins the session, and makes sure whose it is. */
async function prepareSession(shell: Shell, { tenantId, ...options }: ServerConnectOptions): Promise<void> {
  const parameters = directorySettings(options);
  if (Object.keys(parameters).length > 0) await demand(shell, { cmdlet: "Set-ADServerSettings", parameters });
  const asked = { cmdlet: "Get-OrganizationConfig", select: ["Guid", "Name"] };
  const [organization = {}] = (await demand(shell, asked)).objects;
  if (String(organization["Guid"]).toLowerCase() === tenantId.toLowerCase()) return;
  const found = `${String(organization["Name"])} (${String(organization["Guid"])})`;
  throw new ExchangeError("unauthorized", name, `the server belongs to the organisation ${found}, not to ${tenantId}`);
}

/** Removes the session, which the server would keep for its idle time, and ends the shell. */
async function closeSession(shell: Shell): Promise<void> {
  const remove = { cmdlet: "Remove-PSSession", parameters: {} };
  if (shell.isAlive) await shell.run([remove], 10_000).catch(() => undefined);
  shell.end();
}

/** What WSMan's client says when it cannot open a session, by the first part of the error's id. */
function explain({ id, message }: ShellFault, text: string, uri: string): Explanation {
  switch (id.replace(/,.*$/s, "")) {
    case "LogonFailure":
      return { kind: "unauthorized", text: `${uri} refuses the user name or the password (${text})`, isFinal: true };
    case "AccessDenied": {
      const advice =
        "It needs RemotePowerShellEnabled and a management role, and the server's PowerShell virtual directory has to take " +
        "this kind of authentication";
      const said = `${uri} opens no session for this account (${text}). ${advice}`;
      return { kind: "unauthorized", text: said, isFinal: true };
    }
    case "12175":
      return {
        kind: "other",
        text: `the certificate of ${uri} is not trusted on this machine (${text})`,
        isFinal: true,
      };
  }
  if (!/WSMan client library/i.test(message)) return { kind: "other", text };
  const cure = "Use one on Windows, or install the module PSWSMan on this machine";
  return { kind: "other", text: `this PowerShell has no client for WSMan. ${cure} (${text})`, isFinal: true };
}
