/** What a cmdlet is: its parameters and what it does with them. */
import { randomUUID } from "node:crypto";
import type { ExchangeObject } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Caller, Simulator } from "../server/service.ts";
import { tooLong } from "./failure.ts";
import type { Output } from "./output.ts";
import type { Arguments, Parameters } from "./parameter.ts";
import type { Rights } from "./rights.ts";

/** What a session of remote PowerShell keeps. */
export interface SessionSettings {
  /** The domain controller that it asks where a call names none. */
  preferredServer: string;
  /** Those that it writes to, each to its own domain; absent: none but that one. */
  preferred?: readonly string[];
  viewEntireForest: boolean;
}

/** One call of a cmdlet. */
export interface Invocation {
  readonly simulator: Simulator;
  readonly tenant: Tenant;
  readonly caller: Caller;
  readonly rights: Rights;
  readonly values: Arguments;
  /** Only over remote PowerShell: what the session has set. */
  readonly session?: SessionSettings;
  /** Adds a line to `@adminapi.warnings`. */
  warn(text: string): void;
}

interface Base {
  name: string;
  parameters: Parameters;
  /** Names, separated by spaces, of the real cmdlet's parameters that are not modelled. */
  unmodelled?: string;
  exclusive?: readonly (readonly string[])[];
  /** Which of the parameters are switches, where it is not those that usually are. */
  switches?: ReadonlySet<string>;
}

/** A Get- or Test- cmdlet. */
export interface ReadCmdlet extends Base {
  read(invocation: Invocation): readonly Output[];
}

/** What a write did: the object that the journal names, and the objects that the cmdlet returns. */
export interface Written {
  target: string;
  output?: readonly Output[];
}

/** A cmdlet that changes something. It checks everything before it changes anything. */
export interface WriteCmdlet extends Base {
  write(invocation: Invocation): Written;
}

export type Cmdlet = ReadCmdlet | WriteCmdlet;

/** What every new object has; other back ends see it after `delays.exchangeVisibility`. */
export function newObject({ simulator }: Invocation, name: string, cn = name): ExchangeObject {
  const now = simulator.now();
  return {
    guid: randomUUID(),
    name,
    cn,
    // Among domain controllers it is replication that takes its time.
    visibleAt: simulator.tenant.server === undefined ? now + simulator.delays.exchangeVisibility : now,
    whenCreated: new Date(now).toISOString(),
  };
}

/** Most names and aliases hold 64 characters, display names 256 (facts/exchange.md §3.5). */
export function limitLength(value: string | undefined, maximum: number): void {
  if (value !== undefined && value.length > maximum) throw tooLong(maximum, value.length);
}

/** Whether two names are one: Exchange compares without case. */
export function isSameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
