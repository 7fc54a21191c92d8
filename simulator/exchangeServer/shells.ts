/**
 * Remote PowerShell of Exchange Server: each shell is a process of PowerShell in server mode whose session has no language
 * and sees the cmdlets of its caller's roles alone (facts/powershell.md §5).
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { SessionSettings } from "../exchange/cmdlet.ts";
import { functionOf } from "../powershell/cmdletFunction.ts";
import type { Caller, Simulator, SimulatorRequest } from "../server/service.ts";
import { callerFor, readCredentials, signIn } from "./authentication.ts";
import { serverCmdlets } from "./catalogue.ts";
import { serverOf } from "./serverOf.ts";
import { serverRightsOf } from "./splitPermissions.ts";

/** Most shells that one user may have open at a time: PowerShellMaxConcurrency of the throttling policy. */
const mostShells = 18;

/** How long a shell may be idle, in ms of virtual time: the server's 15 minutes. */
const idleLimit = 15 * 60_000;

/** Why a shell is not opened, as the status line of an answer says it. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** An open shell. */
export interface RemoteShell {
  readonly caller: Caller;
  readonly settings: SessionSettings;
  /** Virtual time in ms of its last call. */
  lastUsed: number;
  readonly process: ChildProcessWithoutNullStreams;
}

export interface ShellOptions {
  readonly simulator: Simulator;
  /** The PowerShell that serves. */
  readonly executable: string;
  /** PEM of the tenant's authority. */
  readonly caCertificate: string;
}

export class Shells {
  readonly #options: ShellOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "embedded-exchange-"));
  /** By the ticket that a shell's process shows. */
  #opened = 0;
  readonly #open = new Map<string, RemoteShell>();

  constructor(options: ShellOptions) {
    this.#options = options;
  }

  /** The open shells; those that were idle for too long are ended first. */
  get all(): readonly RemoteShell[] {
    const now = this.#options.simulator.now();
    for (const [ticket, { lastUsed, process }] of this.#open) {
      if (now - lastUsed <= idleLimit) continue;
      this.#open.delete(ticket);
      process.kill("SIGKILL");
    }
    return [...this.#open.values()];
  }

  /** The shell whose ticket a request from its process shows, used once more; `undefined` where it has ended. */
  find(authorization: string): RemoteShell | undefined {
    const ticket = /^Shell (\S+)$/.exec(authorization)?.[1] ?? "";
    const shell = this.all.find((each) => each === this.#open.get(ticket));
    if (shell !== undefined) shell.lastUsed = this.#options.simulator.now();
    return shell;
  }

  /** Takes over a connection to `/PowerShell/`: a shell behind it, or a refusal. */
  connect(request: SimulatorRequest, socket: Duplex): void {
    socket.on("error", () => socket.destroy());
    try {
      this.#start(this.#admit(request), socket);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      socket.end(`HTTP/1.1 ${error.status} ${error.message}\r\nconnection: close\r\n\r\n`);
    }
  }

  /** Ends all shells, as a server that stops, and returns when their processes are gone. */
  async close(): Promise<void> {
    const ends = [...this.#open.values()].map(({ process }) => {
      const gone = new Promise((resolve) => process.once("close", resolve));
      process.kill("SIGKILL");
      return gone;
    });
    await Promise.all(ends);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #admit({ url, headers }: SimulatorRequest): Caller {
    const { simulator } = this.#options;
    const configuration = url.searchParams.get("configuration");
    if (url.pathname.toLowerCase() !== "/powershell/" || configuration !== "Microsoft.Exchange") {
      throw new Refusal(404, "The WS-Management service cannot process the request: the resource URI was not found.");
    }
    const authorization = headers["authorization"] ?? "";
    const isBasic = /^Basic /i.test(authorization);
    if (isBasic && simulator.switches.powershellBasic !== true) {
      throw new Refusal(
        403,
        "The server does not support the authentication mechanism Basic: it is not enabled on its virtual directory.",
      );
    }
    const credentials = readCredentials(authorization, isBasic ? "Basic" : "Negotiate");
    const account = credentials && signIn(simulator, ...credentials);
    if (account === undefined) throw new Refusal(401, "The user name or password is incorrect.");
    const recipient = simulator.tenant.recipients.find(({ guid }) => guid === account.id);
    const caller = callerFor(account, simulator);
    const rights = serverRightsOf(simulator, caller);
    if (
      recipient?.account?.remotePowerShellEnabled === false ||
      !serverCmdlets.some(({ name }) => rights.allows(name))
    ) {
      throw new Refusal(
        403,
        `Access is denied: the user ${caller.name} isn't assigned to any management roles, or may not use remote PowerShell.`,
      );
    }
    if (this.all.filter((shell) => shell.caller.objectId === caller.objectId).length >= mostShells) {
      throw new Refusal(
        503,
        `The WS-Management service cannot process the request. This user is allowed a maximum number of ${mostShells} ` +
          "concurrent shells, which has been exceeded. Close existing shells or raise the quota for this user.",
      );
    }
    return caller;
  }

  #start(caller: Caller, socket: Duplex): void {
    const ticket = randomUUID();
    const folder = join(this.#folder, ticket);
    const configuration = this.#write(folder, ticket, caller);
    const argumentsOf = ["-NoLogo", "-NoProfile", "-SSHServerMode", "-ConfigurationFile", configuration];
    const env = { ...environment(), PSModulePath: folder };
    const process = spawn(this.#options.executable, argumentsOf, { env, stdio: "pipe" });
    const settings = { preferredServer: this.#nextController(), viewEntireForest: false };
    this.#open.set(ticket, { caller, settings, lastUsed: this.#options.simulator.now(), process });
    // Whichever side goes first, the other one goes with it; the pipes' errors are part of that.
    process.stdin.on("error", () => undefined);
    process.on("error", () => socket.destroy());
    process.on("close", () => {
      this.#open.delete(ticket);
      socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    });
    socket.on("close", () => process.kill("SIGKILL"));
    process.stderr.resume();
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: powershell\r\n\r\n");
    socket.pipe(process.stdin);
    process.stdout.pipe(socket);
  }

  /** Nobody knows which one a session gets that asks for none: one after another here. */
  #nextController(): string {
    const { domainControllers } = serverOf(this.#options.simulator.tenant);
    this.#opened += 1;
    return domainControllers[(this.#opened - 1) % domainControllers.length] ?? "";
  }

  /**
   * Writes what the process loads, and answers the path of its session configuration. What its module exports is visible;
   * a list of names would have PowerShell look for each one, which takes half of a shell's start.
   */
  #write(folder: string, ticket: string, caller: Caller): string {
    const { simulator, caCertificate } = this.#options;
    const rights = serverRightsOf(simulator, caller);
    const visible = serverCmdlets.filter(({ name }) => rights.allows(name));
    const source = join(import.meta.dirname, "..", "powershell");
    const module = join(folder, "endpoint");
    mkdirSync(module, { recursive: true });
    copyFileSync(join(source, "endpoint.ps1"), join(module, "endpoint.psm1"));
    copyFileSync(join(source, "values.ps1"), join(module, "values.ps1"));
    const functions = visible.map((cmdlet) => functionOf(cmdlet, (name) => rights.grants(cmdlet.name, name)));
    writeFileSync(join(module, "cmdlets.ps1"), `${functions.join("\n\n")}\n`);
    const cmdlets = visible.map(({ name }) => name);
    const endpoint = { uri: `${simulator.origin}/PowerShell/invoke`, ticket, caCertificate, cmdlets };
    writeFileSync(join(module, "endpoint.json"), JSON.stringify(endpoint), { mode: 0o600 });
    const configuration = join(folder, "session.pssc");
    const lines = [
      "SchemaVersion = '2.0.0.0'",
      `GUID = '${randomUUID()}'`,
      "SessionType = 'RestrictedRemoteServer'",
      "LanguageMode = 'NoLanguage'",
      "ModulesToImport = 'endpoint'",
      "VisibleFunctions = 'endpoint\\*'",
    ];
    writeFileSync(configuration, `@{\n  ${lines.join("\n  ")}\n}\n`);
    return configuration;
  }
}

/** A shell's process knows nothing of what the tenant's own was started with. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, DOTNET_TC_CallCountingDelayMs } = process.env;
  return {
    POWERSHELL_TELEMETRY_OPTOUT: "1",
    POWERSHELL_UPDATECHECK: "Off",
    // A shell lives for seconds: counting which of its code is hot, to compile it better, takes longer than it gains.
    DOTNET_TieredPGO: "0",
    ...(DOTNET_TC_CallCountingDelayMs !== undefined && { DOTNET_TC_CallCountingDelayMs }),
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
  };
}
