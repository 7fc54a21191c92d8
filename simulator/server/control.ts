/**
 * The control channel: no token, loopback only. `/simulator/state`, `journal`, `requests`, `reset`, `switches`,
 * `faults`, `clock`, `directory`.
 */
import type { VirtualClock } from "../tenant/clock.ts";
import type { FaultPlan } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { Organization } from "../tenant/model.ts";
import type { Delays, Switches } from "../tenant/switches.ts";
import type { RequestLog } from "./requestLog.ts";
import { enableAccount, moveObject, renameUnit } from "../exchangeServer/activeDirectory.ts";
import { makeRouter } from "./router.ts";
import type { Seed } from "../tenant/seed.ts";
import type { Route, Simulator, SimulatorRequest, SimulatorResponse } from "./service.ts";
import { readSettings } from "./settings.ts";
import { describeState } from "../tenant/state.ts";

/** What the control channel steers. */
export interface Controlled {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly journal: Journal;
  readonly faults: FaultPlan;
  readonly requests: RequestLog;
  /** Back to the seed (by default the one of the start), with these switches, delays and organisation settings. */
  reset(options: ResetOptions): void;
}

export interface ResetOptions {
  readonly seed?: Seed;
  /** Names and values as in {@link readSettings}. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

const PREFIX = "/simulator/";
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

type Body = Readonly<Record<string, unknown>>;

/** Answers requests under `/simulator/`; `undefined` for all others. */
export function makeControl(controlled: Controlled): (request: SimulatorRequest) => SimulatorResponse | undefined {
  const findRoute = makeRouter(controlRoutes(controlled));
  return (request) => {
    const { method, url } = request;
    if (!url.pathname.toLowerCase().startsWith(PREFIX)) return undefined;
    // A web page whose name was made to point here would send its own name.
    if (!LOOPBACK.includes(url.hostname))
      return { status: 403, body: { error: "The control channel is for localhost." } };
    const match = findRoute(method, url.pathname);
    if (match === undefined) return { status: 501, body: { error: `${method} ${url.pathname} is not modelled.` } };
    try {
      return match.route.handler(request, controlled.simulator) as SimulatorResponse;
    } catch (error) {
      return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
    }
  };
}

function controlRoutes(controlled: Controlled): Route[] {
  const { simulator, clock, journal, faults, requests } = controlled;
  const get = (name: string, read: () => unknown): Route => ({
    method: "GET",
    path: `${PREFIX}${name}`,
    handler: () => ({ status: 200, body: read() }),
  });
  const post = (name: string, write: (body: unknown) => unknown): Route => ({
    method: "POST",
    path: `${PREFIX}${name}`,
    handler: ({ body }) => ({ status: 200, body: write(parse(body)) }),
  });
  return [
    get("state", () => describeState(simulator.tenant)),
    get("journal", () => journal.entries),
    get("requests", () => requests.describe()),
    {
      method: "DELETE",
      path: `${PREFIX}requests`,
      handler: () => {
        requests.clear();
        return { status: 204 };
      },
    },
    get("switches", () => describeSettings(simulator)),
    post("switches", (body) => {
      changeSettings(simulator, record(body));
      return describeSettings(simulator);
    }),
    get("faults", () => faults.describe()),
    post("faults", (body) => {
      faults.set(body);
      return faults.describe();
    }),
    get("clock", () => describeClock(clock)),
    post("clock", (body) => {
      moveClock(clock, record(body), simulator);
      return describeClock(clock);
    }),
    post("directory", (body) => {
      changeDirectory(simulator, record(body));
      return {};
    }),
    post("reset", (body) => {
      controlled.reset(readReset(record(body)));
      return describeSettings(simulator);
    }),
  ];
}

/** Changes switches, delays and organisation settings; throws with a line for each that is wrong. */
export function changeSettings(simulator: Simulator, values: Body): void {
  const { switches, delays, organization } = readSettings(values);
  Object.assign(simulator.switches, switches);
  Object.assign(simulator.delays, delays);
  Object.assign(simulator.tenant.organization, organization);
}

function describeSettings({ switches, delays, tenant }: Simulator): Switches & Delays & Partial<Organization> {
  const { isDehydrated, ewsEnabled, ewsAllowedAppIds } = tenant.organization;
  const { ewsApplicationAccessPolicy, ewsAllowList, ewsBlockList } = tenant.organization;
  const ews = { ewsEnabled, ewsAllowedAppIds, ewsApplicationAccessPolicy, ewsAllowList, ewsBlockList };
  return { ...switches, ...delays, isDehydrated, ...ews };
}

function describeClock(clock: VirtualClock): unknown {
  return { now: new Date(clock.now()).toISOString(), pending: clock.pending() };
}

/** `{"advance": seconds}`, or `{"settle": true}`. */
function moveClock(clock: VirtualClock, body: Body, simulator: Simulator): void {
  refuseOthers(body, ["advance", "settle"]);
  const { advance, settle } = body;
  if (settle === true) settleTenant(clock, simulator);
  if (advance === undefined && settle === true) return;
  if (typeof advance !== "number" || !(advance >= 0)) throw new Error("advance is a number of seconds from 0");
  clock.advance(advance * 1000);
}

/**
 * Of Exchange Server: `{"move": DN, "to": DN of a unit}`, `{"rename": DN of a unit, "name": …}`, or
 * `{"account": UPN, "enabled": true or false}`.
 */
function changeDirectory(simulator: Simulator, body: Body): void {
  refuseOthers(body, ["move", "to", "rename", "name", "account", "enabled"]);
  const { move, to, rename, name, account, enabled } = body;
  if (typeof move === "string" && typeof to === "string") moveObject(simulator, move, to);
  else if (typeof rename === "string" && typeof name === "string") renameUnit(simulator, rename, name);
  else if (typeof account === "string" && typeof enabled === "boolean") enableAccount(simulator, account, enabled);
  else throw new Error("directory takes move and to, rename and name, or account and enabled");
}

/** Moves time until all replication is done and every back end sees every object. */
export function settleTenant(clock: VirtualClock, { delays }: Simulator): void {
  clock.settle();
  clock.advance(delays.exchangeVisibility);
  clock.settle();
}

/** `{"seed"?: {…}, "switches"?: {…}}`; `switches` may hold delays too. */
function readReset(body: Body): ResetOptions {
  refuseOthers(body, ["seed", "switches"]);
  const seed = body["seed"] === undefined ? {} : { seed: record(body["seed"]) as unknown as Seed };
  return { ...seed, settings: record(body["switches"] ?? {}) };
}

function refuseOthers(body: Body, known: readonly string[]): void {
  const unknown = Object.keys(body).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(", ")}: unknown; known are ${known.join(", ")}`);
}

function parse(body: string): unknown {
  return body === "" ? {} : (JSON.parse(body) as unknown);
}

function record(value: unknown): Body {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Body;
  throw new Error("The body is a JSON object.");
}
