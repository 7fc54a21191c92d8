/**
 * Exchange through a real PowerShell: Exchange Online by Microsoft's own module, the channel that Microsoft supports, and
 * Exchange Server by a remote session.
 */
import { collectQuestions } from "../../network/batch.ts";
import type { RetryPolicy } from "../../network/retry.ts";
import type { Waits } from "../../network/waits.ts";
import { Answers, keyOf } from "../answers.ts";
import { cut, isCut, readCall, serverCmdlets, usedCmdlets, writeCall } from "../cmdlets.ts";
import type { Call } from "../cmdlets.ts";
import { ExchangeError, type ExchangeErrorKind } from "../errors.ts";
import { FailedAttempt, finalError, finalWriteError, incomplete, repeatAttempt } from "../failedAttempt.ts";
import type { Repeatable } from "../failedAttempt.ts";
import type { ExchangeObject, ExchangeSession, Parameters, ReadOptions } from "../session.ts";
import { writeOneByOne } from "../sessionWith.ts";
import { withAccounts } from "./accounts.ts";
import { connect } from "./connection.ts";
import type { ConnectOptions } from "./connection.ts";
import { classifyFaults, endsConnection } from "./fault.ts";
import { withSecrets, type ShellCall, type ShellResult } from "./message.ts";
import { runCalls } from "./opening.ts";
import type { Connection } from "./opening.ts";
import { connectToServer } from "./serverConnection.ts";
import type { ServerConnectOptions } from "./serverConnection.ts";

/** How a session over PowerShell reads. */
interface SessionOptions {
  readonly tenantId: string;
  readonly waits: Waits;
  /** How often a call is repeated, and how long a throttled tenant is waited for. */
  readonly retry?: RetryPolicy;
  /** How long reads wait after a write, in ms (Answers). Default 0. */
  readonly settleTime?: number;
  /** How long the calls of one line may take together, in ms; default: longer than the server gives them. */
  readonly deadline?: number;
  /** Whether to connect at once, beside what the caller does until its first call. */
  readonly eager?: boolean;
  /** The service's own time, of which PowerShell says nothing; `undefined` where nobody else has told it yet. */
  readonly serverTime?: () => number | undefined;
}

/** A session with Exchange Online: how it is opened, and how it reads. */
export interface PowerShellOptions extends ConnectOptions, SessionOptions {
  /** Opens the connection, for who shares one. */
  readonly connect?: typeof connect;
}

/** The same with Exchange Server. */
export interface ServerOptions extends ServerConnectOptions, SessionOptions {
  readonly connect?: typeof connectToServer;
}

/** Reads in one line at most. */
const lineSize = 10;
/** The server ends a cmdlet after 15 minutes (facts/powershell.md §1). */
const defaultDeadline = 16 * 60_000;
/** How long before its token ends a connection is not used any more, in ms. */
const tokenReserve = 5 * 60_000;

/** How long connecting may take before it is spoken of, in ms. */
const silentTime = 5_000;

/** Opens a session with Exchange Online. Nothing is started before the first call, unless it is eager. */
export function powershellSession(options: PowerShellOptions): ExchangeSession {
  return new PowerShellSession(options, () => (options.connect ?? connect)(options));
}

/** Opens a session with Exchange Server, as {@link powershellSession} does. */
export function serverSession(options: ServerOptions): ExchangeSession {
  const open = (): Promise<Connection> => (options.connect ?? connectToServer)(options);
  return withAccounts(new PowerShellSession(options, open, serverCmdlets, visibleCommands));
}

/**
 * How the cmdlets are asked for that connecting has brought: by no name, because for one that is not there PowerShell
 * would look through all modules of the machine.
 */
const importedFunctions = { CommandType: "Function", ListImported: true };
/** Exchange Server's session sees nothing else. */
const visibleCommands = {};

/**
 * One connection, in which one cmdlet runs at a time: a second one would be another sign-in, and some 200 MB more
 * (facts/powershell.md §2). Reads that fall due together share a line, which saves its way there and back.
 */
class PowerShellSession implements ExchangeSession {
  readonly tenantId: string;
  #options: SessionOptions;
  #connectOnce: () => Promise<Connection>;
  #cmdlets: readonly string[];
  #listing: Parameters;
  #answers: Answers;
  #connection: Promise<Connection> | undefined;
  /** The same, once it stands. */
  #open: Connection | undefined;
  #ask: (call: Call) => Promise<ShellResult>;
  requests = 0;

  /**
   * @param cmdlets all that are ever run
   * @param listing parameters of the Get-Command that lists what the caller's roles allow
   */
  constructor(
    options: SessionOptions,
    open: () => Promise<Connection>,
    cmdlets: readonly string[] = usedCmdlets,
    listing: Parameters = importedFunctions,
  ) {
    this.tenantId = options.tenantId;
    this.#connectOnce = open;
    this.#cmdlets = cmdlets;
    this.#listing = listing;
    this.#options = options;
    this.#answers = new Answers(options.waits, options.settleTime);
    const many = async (calls: readonly Call[]) => {
      const results = await this.#run(calls);
      return Promise.allSettled(calls.map(async ({ cmdlet }, index) => this.#resultOf(cmdlet, results[index])));
    };
    // What fails is said by the first call, which tries again.
    if (options.eager === true) this.#connect().catch(() => undefined);
    this.#ask = collectQuestions(lineSize, (call) => this.#runOne(call), many, keyOf, options.waits);
  }

  get serverTime(): number | undefined {
    return this.#options.serverTime?.();
  }

  async read(cmdlet: string, parameters?: Parameters, options: ReadOptions = {}): Promise<readonly ExchangeObject[]> {
    const call = readCall(cmdlet, parameters, options);
    const ask = async (): Promise<readonly ExchangeObject[]> => {
      const { objects, warnings } = await this.#readOnce(cmdlet, () => this.#ask(call));
      if (isCut(call, warnings)) throw incomplete(cmdlet, cut);
      return objects;
    };
    return this.#answers.get(call, ask, options.fresh === true);
  }

  async write(cmdlet: string, parameters: Parameters): Promise<readonly ExchangeObject[]> {
    const call = writeCall(cmdlet, parameters);
    return this.#answers.change(cmdlet, async () => {
      try {
        const { objects } = await this.#repeat(cmdlet, ["always"], () => this.#runOne(call));
        return objects;
      } catch (failure) {
        throw finalWriteError(cmdlet, failure);
      }
    });
  }

  async writeEach(
    cmdlet: string,
    parameters: readonly Parameters[],
    done?: readonly ExchangeErrorKind[],
  ): Promise<void> {
    await writeOneByOne((name, each) => this.write(name, each), cmdlet, parameters, done);
  }

  /** Connecting brings those cmdlets of the list that the caller's roles hold, and no others. */
  async allowedCmdlets(): Promise<ReadonlySet<string>> {
    const cmdlet = "Get-Command";
    const parameters = this.#listing;
    const { objects } = await this.#readOnce(cmdlet, () => this.#runOne({ cmdlet, parameters, select: ["Name"] }));
    const functions = new Set(objects.map(({ Name }) => Name));
    return new Set(this.#cmdlets.filter((name) => functions.has(name)));
  }

  /** As the sets of parameters name them that PowerShell shows: a session holds what the caller's roles do, and no more. */
  async allowedParameters(name: string): Promise<ReadonlySet<string> | undefined> {
    const cmdlet = "Get-Command";
    const call = { cmdlet, parameters: { Name: name }, select: ["ParameterSets"] };
    const { objects } = await this.#readOnce(cmdlet, () => this.#runOne(call));
    const sets = JSON.stringify(objects.map(({ ParameterSets }) => ParameterSets));
    const named = new Set([...sets.matchAll(/(?<![\w-])-(\w+)/g)].map(([, each = ""]) => each));
    // A cmdlet of this project without one that it always takes is shown in another way.
    return named.has("Identity") || named.has("Name") ? named : undefined;
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = this.#open = undefined;
    const open = await connection?.catch(() => undefined);
    if (open?.close !== undefined) await open.close();
    else open?.shell.end();
  }

  async #readOnce(cmdlet: string, attempt: () => Promise<ShellResult>): Promise<ShellResult> {
    try {
      return await this.#repeat(cmdlet, ["always", "reads"], attempt);
    } catch (failure) {
      throw finalError(cmdlet, failure);
    }
  }

  async #runOne(call: ShellCall): Promise<ShellResult> {
    const [result] = await this.#run([call]);
    return this.#resultOf(call.cmdlet, result);
  }

  async #run(calls: readonly ShellCall[]): Promise<readonly (ShellResult | undefined)[]> {
    const { shell } = await this.#connect();
    this.requests++;
    return runCalls(shell, calls.map(withSecrets), this.#options.deadline ?? defaultDeadline);
  }

  #resultOf(cmdlet: string, result: ShellResult | undefined): ShellResult {
    if (result === undefined) {
      throw new FailedAttempt(new ExchangeError("transient", cmdlet, "there was no time left for it"), "reads", true);
    }
    if (result.faults.length === 0) return result;
    if (endsConnection(result.faults)) void this.close();
    const failure = classifyFaults(cmdlet, result.faults);
    if (result.isPart && failure.repeatable === "never")
      throw incomplete(cmdlet, "it ended with an error", failure.error);
    throw failure;
  }

  /** The connection at hand, or a new one: at the first call, after the shell's end, and before that of the token. */
  #connect(): Promise<Connection> {
    const open = this.#open;
    const isGood = open?.shell.isAlive === true && open.expires - this.#options.waits.now() > tokenReserve;
    if (open !== undefined && !isGood) void this.close();
    this.#connection ??= this.#connectAnew();
    return this.#connection;
  }

  async #connectAnew(): Promise<Connection> {
    const tell = (): void => this.#options.waits.report("Waiting for PowerShell to connect to Exchange");
    const timer = setTimeout(tell, silentTime);
    try {
      this.#open = await this.#connectOnce();
      return this.#open;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #repeat<T>(name: string, allowed: readonly Repeatable[], attempt: () => Promise<T>): Promise<T> {
    return repeatAttempt(name, allowed, attempt, this.#options.waits, this.#options.retry);
  }
}
