/** Starts the embedded tenant: an HTTPS server on loopback, and everything behind it. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reachOf } from "./access/access.ts";
import { cachedReachOf } from "./access/authorization.ts";
import { makeCertificates, writeBundles } from "./server/certificates.ts";
import { VirtualClock } from "./tenant/clock.ts";
import { changeSettings, makeControl, settleTenant } from "./server/control.ts";
import type { Controlled, ResetOptions } from "./server/control.ts";
import { findCredentials } from "./server/credentials.ts";
import type { TenantCredentials, UserCredentials } from "./server/credentials.ts";
import { makeDispatcher } from "./server/dispatcher.ts";
import type { Outcome } from "./server/dispatcher.ts";
import { ewsRoutes } from "./ews/routes.ts";
import { exchangeRoutes } from "./exchange/routes.ts";
import { FaultPlan } from "./server/faults.ts";
import { reachAnywhere } from "./exchangeServer/domainControllers.ts";
import { serverRoutes } from "./exchangeServer/routes.ts";
import { Shells } from "./exchangeServer/shells.ts";
import { graphRoutes } from "./graph/routes.ts";
import { identityRoutes } from "./identity/routes.ts";
import { readCaller } from "./identity/tokens.ts";
import { Journal } from "./server/journal.ts";
import { RequestLog } from "./server/requestLog.ts";
import { makeRouter } from "./server/router.ts";
import { readSeed } from "./tenant/seed.ts";
import type { Seed } from "./tenant/seed.ts";
import { makeServerTenant, serverAccounts } from "./tenant/serverTenant.ts";
import { makeTenant } from "./tenant/tenantBuilder.ts";
import { listen } from "./server/server.ts";
import type { Upgrade } from "./server/server.ts";
import type { Simulator, SimulatorRequest, SimulatorResponse, Write } from "./server/service.ts";
import { DEFAULT_SWITCHES, QUICK_DELAYS, readSettings, REALISTIC_DELAYS } from "./server/settings.ts";

export type Flavour = "online" | "server";

export interface SimulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** The organisation at the start; the one in seed.json where absent. */
  readonly seed?: Seed;
  /** Documented delays instead of quick ones. */
  readonly realistic?: boolean;
  /** `server`: an organisation of Exchange Server, without Entra; absent: Exchange Online. */
  readonly flavour?: Flavour;
  /** The PowerShell that serves remote sessions of the flavour `server`; `pwsh` where absent. */
  readonly powershell?: string;
  /** Switches, delays in ms, `isDehydrated`: names and values as in settings.ts. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Where the certificates go; a temporary directory, removed at the end, where absent. */
  readonly directory?: string;
}

/** What only an Exchange Server organisation has. */
export interface RunningServer {
  /** What `New-PSSession` is given as `-ConnectionUri`. */
  readonly connectionUri: string;
  /** By what they are for: `automation`, `reader`, `weak`, `administrator`. */
  readonly accounts: Readonly<Record<string, UserCredentials>>;
  /** A file that stands in for the machine's Kerberos tickets (`KRB5CCNAME`): those of the automation's account. */
  readonly ticketFile: string;
  /** Remote sessions that are open. */
  readonly shells: Shells;
}

/** A running tenant; `close` ends it. */
export interface RunningSimulator extends TenantCredentials {
  /** E.g. `https://localhost:8443`. */
  readonly origin: string;
  readonly port: number;
  /** PEM file with the tenant's CA alone. */
  readonly caFile: string;
  /** PEM file with the machine's roots and the CA. */
  readonly bundleFile: string;
  /** The CA as PEM text, for `tls.setDefaultCACertificates`. */
  readonly caCertificate: string;
  readonly simulator: Simulator;
  readonly journal: Journal;
  readonly clock: VirtualClock;
  readonly faults: FaultPlan;
  readonly requests: RequestLog;
  /** Only of the flavour `server`. */
  readonly server: RunningServer | undefined;
  /** Back to the seed, as `POST /simulator/reset`. */
  reset(options?: ResetOptions): void;
  /** Moves time until all replication is done and every back end sees every object. */
  settle(): void;
  close(): Promise<void>;
}

/** Rejects with a plain message where the port is taken or a setting is wrong. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const entropy = randomBytes(32).toString("hex");
  const seed = options.seed ?? readSeed();
  const certificates = await makeCertificates();
  const core = makeCore(options, seed, entropy, certificates.authority);
  const { shells } = core;
  const upgrade: Upgrade | undefined = shells && ((request, socket) => shells.connect(request, socket));
  const server = await listen(options.port ?? 0, certificates, core.answer, upgrade);
  const { port } = server;
  core.setOrigin(`https://localhost:${port}`);
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "embedded-tenant-"));
  mkdirSync(directory, { recursive: true });
  const { controlled } = core;
  return {
    ...findCredentials(seed, entropy),
    ...writeBundles(directory, certificates.authority),
    caCertificate: certificates.authority,
    origin: controlled.simulator.origin,
    port,
    simulator: controlled.simulator,
    journal: controlled.journal,
    clock: controlled.clock,
    faults: controlled.faults,
    requests: controlled.requests,
    server: shells && describeServer(shells, controlled.simulator.origin, serverAccounts(seed, entropy), directory),
    reset: (resetOptions = {}) => {
      controlled.reset(resetOptions);
    },
    settle: () => {
      settleTenant(controlled.clock, controlled.simulator);
    },
    close: async () => {
      controlled.clock.reset();
      await shells?.close();
      await server.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function describeServer(
  shells: Shells,
  origin: string,
  accounts: Readonly<Record<string, UserCredentials>>,
  directory: string,
): RunningServer {
  const ticketFile = join(directory, "krb5cc");
  const { userName = "", password = "" } = accounts["automation"] ?? {};
  writeFileSync(ticketFile, Buffer.from(`${userName}:${password}`).toString("base64"), { mode: 0o600 });
  return { connectionUri: `${origin}/PowerShell/`, accounts, ticketFile, shells };
}

interface Core {
  readonly shells: Shells | undefined;
  readonly controlled: Controlled;
  readonly answer: (request: SimulatorRequest) => Promise<SimulatorResponse | undefined>;
  setOrigin(origin: string): void;
}

/** Everything but the server. */
function makeCore(options: SimulatorOptions, seed: Seed, entropy: string, caCertificate: string): Core {
  const isServer = options.flavour === "server";
  const make = isServer ? makeServerTenant : makeTenant;
  const reachNow = isServer ? reachAnywhere : reachOf;
  const clock = new VirtualClock();
  const journal = new Journal();
  const faults = new FaultPlan();
  const requests = new RequestLog();
  const delays = options.realistic === true ? REALISTIC_DELAYS : QUICK_DELAYS;
  const simulator = {
    tenant: make(seed, entropy),
    switches: { ...DEFAULT_SWITCHES },
    delays: { ...delays },
    origin: "",
    now: () => clock.now(),
    after: (delay: number, description: string, action: () => void) => {
      clock.after(delay, description, action);
    },
    record: (write: Write) => {
      journal.add(write, clock.now(), reachNow(simulator.tenant), cachedReachOf(simulator));
    },
    dispatch: async (request: SimulatorRequest): Promise<SimulatorResponse> => (await dispatch(request)).response,
  };
  const executable = options.powershell ?? "pwsh";
  const shells = isServer ? new Shells({ simulator, executable, caCertificate }) : undefined;
  const routes = shells
    ? serverRoutes((authorization) => shells.find(authorization))
    : [...identityRoutes, ...graphRoutes, ...exchangeRoutes];
  const findRoute = makeRouter([...routes, ...ewsRoutes]);
  const dispatcher = makeDispatcher(findRoute, faults, simulator);
  const dispatch = (request: SimulatorRequest): Promise<Outcome> => {
    logCmdlet(requests, request);
    return dispatcher(request);
  };
  const controlled: Controlled = {
    simulator,
    clock,
    journal,
    faults,
    requests,
    reset: (reset) => {
      const settings = { ...options.settings, ...reset.settings };
      readSettings(settings);
      const tenant = make(reset.seed ?? seed, entropy);
      clock.reset();
      faults.set([]);
      requests.clear();
      simulator.tenant = tenant;
      Object.assign(simulator.switches, DEFAULT_SWITCHES);
      Object.assign(simulator.delays, delays);
      changeSettings(simulator, settings);
      journal.reset(reachNow(tenant), cachedReachOf(simulator));
    },
  };
  controlled.reset({});
  const control = makeControl(controlled);
  return {
    controlled,
    shells,
    answer: async (request) => {
      const answer = control(request);
      if (answer !== undefined) return answer;
      const caller = await readCaller(request.headers["authorization"], simulator);
      const outcome = await dispatch({ ...request, caller });
      log(requests, request, caller?.name ?? null, outcome);
      if (outcome.destroyed) return undefined;
      // The tenant's own time: what a client goes by that asks how old something is here.
      const date = new Date(simulator.now()).toUTCString();
      return { ...outcome.response, headers: { date, ...outcome.response.headers } };
    },
    setOrigin: (origin) => {
      simulator.origin = origin;
    },
  };
}

function log(requests: RequestLog, request: SimulatorRequest, caller: string | null, outcome: Outcome): void {
  requests.add({
    method: request.method,
    path: request.url.pathname + request.url.search,
    userAgent: request.headers["user-agent"] ?? "",
    caller,
    operation: outcome.call.operations[0] ?? "",
    status: outcome.destroyed ? null : outcome.response.status,
  });
}

/** Logs what a request asks of Exchange, be it an item of a batch. */
function logCmdlet(requests: RequestLog, { url, body }: SimulatorRequest): void {
  if (!/^\/(adminapi\/.*\/invokecommand|powershell\/invoke)$/i.test(url.pathname)) return;
  const name = /"(?:CmdletName|cmdlet)"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? "";
  const parameters = /"Parameters"\s*:\s*(\{.*\})\s*\}\s*\}/s.exec(body)?.[1] ?? "";
  requests.addCmdlet({
    name,
    parameters: parameters.slice(0, 200),
    isContinuation: url.searchParams.has("$skiptoken"),
  });
}
