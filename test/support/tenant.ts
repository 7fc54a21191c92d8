/** An embedded tenant inside the test's process, with sessions to it whose waiting takes no time. */
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { openSession, type Entra, type SessionOptions } from "../../connection/session.ts";
import type { RetryPolicy } from "../../network/retry.ts";
import { demandUninterrupted } from "../../network/interruption.ts";
import { sessionWith } from "../../exchange/sessionWith.ts";
import { waitUntil } from "../../network/waiting.ts";
import type { Waits } from "../../network/waits.ts";
import { contextOf } from "../../resources/lifecycle/context.ts";
import type { Context } from "../../resources/lifecycle/contract.ts";
import { reachOf } from "../../simulator/access/access.ts";
import type { Recipient } from "../../simulator/tenant/exchangeModel.ts";
import type { Tenant } from "../../simulator/tenant/model.ts";
import { startSimulator, type RunningSimulator, type SimulatorOptions } from "../../simulator/simulator.ts";
import type { ApplicationCredentials } from "../../simulator/server/credentials.ts";
import { describeState } from "../../simulator/tenant/state.ts";
import { rest, usualChannel } from "./channels.ts";
import type { TestChannel } from "./channels.ts";

/** A context that remembers what it showed the operator. */
export interface TestContext extends Context {
  readonly entra: Entra;
  readonly lines: string[];
}

/** What a tenant of Microsoft 365 and an organisation of Exchange Server have alike. */
export interface TestPlace {
  readonly running: RunningSimulator;
  /** The tenant's state: for changes by hand that no cmdlet makes, and for looking. */
  readonly tenant: Tenant;
  /** A new session for an identity of the seed (default: the automation identity). */
  open(purpose?: string): Promise<Context>;
  /** What is there, without the recycle bin; two dumps can be compared. */
  dump(): unknown;
  /** Remembers the state, so that a test can come back to it without making everything anew. */
  save(): () => void;
  /** The recipient of an address, a name or a UPN. */
  recipient(key: string): Recipient;
  /** `address objectId` lines of mailboxes, sorted as the product sorts them. */
  lines(...addresses: readonly string[]): string;
  /** Makes a user with a mark as the stack does, and lets it reach Exchange; returns its line. */
  makeUser(userPrincipalName: string, mark?: string): Promise<string>;
  /** Runs a cmdlet as the customer's administrator, who has every cmdlet; of a tenant over REST, whatever the channel. */
  byHand(cmdlet: string, parameters: Record<string, string | boolean | string[]>): Promise<void>;
  close(): Promise<void>;
}

export interface TestTenant extends TestPlace {
  open(purpose?: string, held?: readonly string[]): Promise<TestContext>;
  makeUser(userPrincipalName: string, jobTitle?: string, options?: { settle: boolean }): Promise<string>;
  /** Calls Graph as azuread does, with the identity of the stack; answers what Graph answered. */
  graph(method: string, path: string, body?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Calls of the product since the last reset, without sign-in. */
  calls(): readonly string[];
}

/** Few attempts: a fault that lasts is seen through at once. */
const retry: RetryPolicy = { attempts: 3, firstPause: 10, longestPause: 20, budget: 60_000 };

/** Starts a tenant that this process trusts. */
export async function startTenant(options: SimulatorOptions = {}, given?: TestChannel): Promise<TestTenant> {
  const channel = given ?? usualChannel();
  const running = await startSimulator(options);
  setDefaultCACertificates([...getCACertificates("default"), running.caCertificate]);
  let administrator: Promise<TestContext> | undefined;
  const tenant: TestTenant = {
    running,
    get tenant() {
      return running.simulator.tenant;
    },
    open: (purpose = "automation", held = []) => open(running, channel, purpose, held),
    dump: () => describeState(running.simulator.tenant).tenant,
    save: () => save(running),
    recipient: (key) => find(running, key),
    lines: (...addresses) =>
      addresses
        .map((address) => `${address} ${find(running, address).externalDirectoryObjectId ?? ""}\n`)
        .toSorted()
        .join(""),
    makeUser: async (userPrincipalName, jobTitle, { settle } = { settle: true }) => {
      const line = await makeUser(running, userPrincipalName, jobTitle);
      if (settle) running.clock.settle();
      return line;
    },
    graph: (method, path, body) => callGraph(running, method, path, body),
    byHand: async (cmdlet, parameters) => {
      administrator ??= open(running, rest, "administrator", []);
      await (await administrator).exchange.write(cmdlet, parameters);
      running.clock.settle();
      running.clock.advance(1000);
    },
    calls: () => running.requests.describe().requests.flatMap(({ operation }) => operation),
    close: async () => {
      if (given === undefined) await channel.end();
      await running.close();
    },
  };
  return tenant;
}

function save({ simulator, clock, faults, journal }: RunningSimulator): () => void {
  clock.settle();
  const saved = structuredClone(simulator.tenant);
  return () => {
    clock.settle();
    faults.set([]);
    simulator.tenant = structuredClone(saved);
    journal.reset(reachOf(simulator.tenant), new Map());
  };
}

/** Time that passes only in the tenant: sleeping moves its clock and takes none of ours. */
function quickWaits(running: RunningSimulator, report: (line: string) => void): Waits {
  return {
    now: () => running.clock.now(),
    sleep: async (milliseconds, what) => {
      demandUninterrupted(milliseconds, what);
      running.clock.advance(milliseconds);
      await new Promise((resolve) => setImmediate(resolve));
    },
    tick: () => new Promise<void>((resolve) => setImmediate(resolve)),
    random: () => 0.5,
    report,
  };
}

async function open(
  running: RunningSimulator,
  channel: TestChannel,
  purpose: string,
  held: readonly string[],
): Promise<TestContext> {
  const identity = running.applications[purpose];
  if (identity === undefined) throw new Error(`The seed has no application for ${purpose}.`);
  const settings: Record<string, string> = {
    "azuread:tenantId": identity.tenantId,
    "azuread:clientId": identity.clientId,
    "azuread:clientSecret": identity.clientSecret,
    "azuread:metadataHost": `localhost:${running.port}`,
    exchangeEndpoint: running.origin,
    exchange: channel.setting,
  };
  const lines: string[] = [];
  const show = (line: string): void => void lines.push(line);
  const waits = quickWaits(running, show);
  const tokens = new Map<string, Promise<string>>();
  const session = await openSession((key) => settings[key], {}, show, {
    waits,
    retry,
    signIn: signInTo(running, tokens),
    connect: channel.connectTo(running),
  });
  if ("problems" in session) throw new Error(session.problems.join("\n"));
  // Exchange's is under way still: no fault that a test plans from here on is to hit it.
  await Promise.allSettled(tokens.values());
  return {
    ...contextOf(session, show),
    entra: session.entra,
    lines,
    held: new Set(held),
    waitFor: (what, probe, seconds = 300) =>
      waitUntil(what, probe, { timeoutSeconds: seconds, report: show, clock: waits, intervalSeconds: 0.2 }),
  };
}

function find(running: RunningSimulator, key: string): Recipient {
  const wanted = key.toLowerCase();
  const found = running.simulator.tenant.recipients.find((recipient) =>
    [recipient.primarySmtpAddress, recipient.name, recipient.userPrincipalName, recipient.displayName].some(
      (text) => text?.toLowerCase() === wanted,
    ),
  );
  if (found === undefined) throw new Error(`The tenant has no recipient ${key}.`);
  return found;
}

async function makeUser(running: RunningSimulator, userPrincipalName: string, jobTitle?: string): Promise<string> {
  const [name = ""] = userPrincipalName.split("@");
  const { id } = await callGraph(running, "POST", "/users", {
    userPrincipalName,
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
    passwordProfile: { password: "Geheim-genoeg-2026!", forceChangePasswordNextSignIn: false },
    ...(jobTitle === undefined ? {} : { jobTitle }),
  });
  return `${userPrincipalName} ${String(id)}\n`;
}

async function callGraph(
  running: RunningSimulator,
  method: string,
  path: string,
  body?: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${running.origin}/v1.0${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await requestToken(running.origin, running.credentials, `${running.origin}/.default`)}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return answer === "" ? {} : (JSON.parse(answer) as Record<string, unknown>);
}

/**
 * Signs in with one request instead of @azure/identity's five, and without loading that in each test file: what is its
 * own affair is tested in test/identity, and in every run of the engine.
 * @param kept the tokens by their scope
 */
function signInTo(
  { origin }: RunningSimulator,
  kept: Map<string, Promise<string>>,
): NonNullable<SessionOptions["signIn"]> {
  return ({ tenantId, clientId = "", credential }) => {
    if (credential.kind !== "secret") throw new Error(`A test's identity has a secret, and no ${credential.kind}.`);
    const identity = { tenantId, clientId, clientSecret: credential.secret };
    return Promise.resolve((scope) => {
      const token = kept.get(scope) ?? requestToken(origin, identity, scope);
      kept.set(scope, token);
      return token;
    });
  };
}

async function requestToken(
  origin: string,
  { tenantId, clientId, clientSecret }: ApplicationCredentials,
  scope: string,
): Promise<string> {
  const response = await fetch(`${origin}/${tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    }).toString(),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`The tenant signed nobody in: ${response.status} ${answer}`);
  return (JSON.parse(answer) as { access_token: string }).access_token;
}

/** A context in which somebody else acts as soon as a cmdlet has been carried out: a race that a test can win. */
export function afterWrite(context: TestContext, cmdlet: string, act: () => Promise<void>): TestContext {
  const { exchange } = context;
  const racing = sessionWith(exchange, {
    write: async (name, parameters) => {
      const answer = await exchange.write(name, parameters);
      if (name === cmdlet) await act();
      return answer;
    },
  });
  return { ...context, exchange: racing };
}

/** As {@link afterWrite}, but just before each such cmdlet is sent: what the product checked may be another by then. */
export function beforeWrite(context: TestContext, cmdlet: string, act: () => Promise<void>): TestContext {
  const { exchange } = context;
  const racing = sessionWith(exchange, {
    write: async (name, parameters) => {
      if (name === cmdlet) await act();
      return exchange.write(name, parameters);
    },
  });
  return { ...context, exchange: racing };
}

/** What happened in a run, and the error of a call that was to fail. */
export async function failureOf(action: Promise<unknown>): Promise<Error> {
  try {
    await action;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`Thrown: ${String(error)}`, { cause: error });
  }
  throw new Error("It did not fail.");
}
