/** What the parts of the embedded tenant share: routes, callers, the running simulator. */
import type { Tenant } from "../tenant/model.ts";
import type { Delays, Switches } from "../tenant/switches.ts";

/** Who makes a request: taken from its (verified) token, or from Basic credentials in EWS. */
export interface Caller {
  /** Object id in Entra of the user or of the service principal. */
  objectId: string;
  /** UPN of a user, display name of an app: what the journal shows as `actor`. */
  name: string;
  kind: "user" | "application";
  appId: string | null;
  /** Application permissions (`roles`) of the token. */
  roles: string[];
  /** Template ids of Entra directory roles (`wids`) of the token. */
  directoryRoles: string[];
  /** `aud` of the token: the Graph or the Exchange origin. */
  audience: string;
}

export interface SimulatorRequest {
  method: string;
  url: URL;
  /** Lower-cased names. */
  headers: Record<string, string>;
  body: string;
  /** Values of the route's `:name` segments, decoded. */
  params: Record<string, string>;
  /** What all requests of one connection share; absent for a request inside a request. */
  connection?: object;
  /** `undefined` without valid credentials; a route decides what that means. */
  caller: Caller | undefined;
}

export interface SimulatorResponse {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string or buffer as it is; absent: no body. */
  body?: unknown;
}

export type Handler = (
  request: SimulatorRequest,
  simulator: Simulator,
) => SimulatorResponse | Promise<SimulatorResponse>;

export interface Route {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** E.g. `/v1.0/users/:id`; compared case-insensitively. */
  path: string;
  handler: Handler;
}

/** One line of `GET /simulator/journal` before its reach is added. */
export interface Write {
  /** `Caller.name`, or `replication` and the like. */
  actor: string;
  /** Cmdlet name, or `POST /users`, or the EWS operation. */
  operation: string;
  target: string;
  /** HTTP status that the caller got (or would have got, where the answer was lost). */
  status: number;
}

/** The running tenant, handed to every handler. */
export interface Simulator {
  tenant: Tenant;
  readonly switches: Switches;
  readonly delays: Delays;
  /** Base URL without a trailing slash, e.g. `https://localhost:8443`. */
  readonly origin: string;
  /** Virtual time in ms since the epoch. */
  now(): number;
  /** Runs `action` once virtual time has reached `now() + delay`; also run early by `settle`-style clock moves. */
  after(delay: number, description: string, action: () => void): void;
  /** Adds a journal entry with the reach of every principal after this write. Call it after every write. */
  record(write: Write): void;
  /**
   * Runs a request inside a request (an item of a `$batch`) as the server runs one of its own: faults first, then the
   * route. Without it (a simulator without a server) a batch calls its handler directly.
   */
  dispatch?(request: SimulatorRequest): Promise<SimulatorResponse>;
}
