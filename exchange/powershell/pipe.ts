/** node-powershell as a pipe and nothing more: lines in, text out (facts/powershell.md §1). */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Socket } from "node:net";
import { PowerShell } from "node-powershell";

/** What a child needs of this process's environment; everything else may hold a secret, and is none of its business. */
const inherited =
  /^(PATH|PATHEXT|HOME|USER|USERNAME|USERPROFILE|USERDOMAIN|USERDNSDOMAIN|LOGONSERVER|COMPUTERNAME|TEMP|TMP|TMPDIR|TZ|OS|SYSTEM(ROOT|DRIVE)|WINDIR|COMSPEC|HOMEDRIVE|HOMEPATH|ALLUSERSPROFILE|PROGRAM(DATA|FILES|W6432|FILES\(X86\))|COMMONPROGRAM\w*(\(X86\))?|(LOCAL)?APPDATA|PUBLIC|PROCESSOR_\w+|NUMBER_OF_PROCESSORS|PSMODULEPATH|XDG_\w+|KRB5\w*|SSL_CERT_(FILE|DIR)|LD_LIBRARY_PATH|DOTNET_(ROOT|GCHeapHardLimit|SYSTEM_GLOBALIZATION_INVARIANT|TC_CallCountingDelayMs)|(HTTPS?|ALL|NO)_PROXY)$/i;

/**
 * Out of sight of PowerShell's telemetry and of its look for updates; and without .NET's counting of what its code does,
 * which gains nothing in a process of seconds (docs/measurements.md).
 */
const quiet = {
  POWERSHELL_TELEMETRY_OPTOUT: "1",
  POWERSHELL_UPDATECHECK: "Off",
  NO_COLOR: "1",
  DOTNET_TieredPGO: "0",
};

/** The environment that a PowerShell is started with. */
export function childEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(Object.entries(environment).filter(([name]) => inherited.test(name))), ...quiet };
}

/** Why a PowerShell is no longer there, or never was. */
export interface End {
  /** The system's code where it could not be started, e.g. `ENOENT`. */
  readonly code: string | undefined;
}

/** What the package keeps to itself (child-shell 5.0.0). */
interface Internals {
  readonly exitPromise: Promise<void>;
  readonly process: ChildProcessWithoutNullStreams;
}

/**
 * One PowerShell process. It keeps nothing of what passes through it, prints nothing, and holds up no process that
 * wants to end: when this one is gone, its input ends, and so does it.
 */
export class Pipe extends PowerShell {
  /** Set as soon as the process has ended. */
  end: End | undefined;

  constructor(executable: string) {
    super({
      executable,
      executableOptions: {
        "-NoProfile": true,
        "-NonInteractive": true,
        // For this process alone; a policy of the machine's administrator goes before it.
        ...(process.platform === "win32" && { "-ExecutionPolicy": "RemoteSigned" }),
      },
      spawnOptions: { env: childEnvironment(process.env), windowsHide: true },
      throwOnInvocationError: false,
    });
    const ended = (error?: unknown): void => {
      this.end ??= { code: codeOf(error) };
    };
    const { exitPromise, process: child } = this as unknown as Internals;
    // It rejects as soon as the process ends, whether anybody waits or not.
    exitPromise.then(ended, ended);
    // The package hears the first error of each alone; a second one would end this process.
    for (const source of [child, child.stdin, child.stdout, child.stderr]) source.on("error", silent);
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
  }

  /** The name as it is: without the package's own guesses, and its variable NODE_POWERSHELL. */
  protected override setExecutable({ executable = "pwsh" }: { executable?: string }): string {
    return executable;
  }

  /** Sends lines and answers with what came until they were done; never rejects for what they wrote. */
  async send(lines: string): Promise<string> {
    try {
      const { stdout } = await this.invoke(lines);
      return stdout?.toString("utf8") ?? "";
    } finally {
      // It would keep every line and answer for ever.
      this.history.length = 0;
    }
  }

  /** Ends the process at once, whatever it is doing. */
  kill(): void {
    // At once: the package answers nobody any more, and the system tells of the end only later.
    this.end ??= { code: undefined };
    this.dispose("SIGKILL").catch(silent);
  }
}

// Where DEBUG is set the package would print every command and answer, on a stream that may be somebody's protocol.
Object.assign(Pipe.prototype, { setDebuggers: () => ({ comment: silent, command: silent, output: silent }) });

function silent(): void {
  // Says nothing, and lets an error that somebody else answers for pass.
}

function codeOf(error: unknown): string | undefined {
  const { originalError } = (error ?? {}) as { originalError?: NodeJS.ErrnoException };
  return originalError?.code;
}
