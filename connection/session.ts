/** Opens everything that a run needs to work in one tenant; what it remembers is the session's, never the process's. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { readClaims, tenantProblem } from "../network/accessToken.ts";
import type { TokenClaims } from "../network/accessToken.ts";
import type { RetryPolicy } from "../network/retry.ts";
import type { ExchangeSession } from "../exchange/session.ts";
import { httpTransport } from "../network/transport.ts";
import type { Transport } from "../network/transport.ts";
import { withClock } from "../network/serviceClock.ts";
import { realWaits } from "../network/waits.ts";
import type { Waits } from "../network/waits.ts";
import type { Connection, ReadSetting } from "../identity/connection.ts";
import { readConnection } from "../identity/credentials.ts";
import { exchangeResource } from "../identity/endpoints.ts";
import { openGraph } from "../directory/graph.ts";
import { credentialEnd } from "../directory/ownCredential.ts";
import type { CredentialEnd } from "../directory/ownCredential.ts";
import type { GraphSession } from "../directory/graph.ts";
import { openTokens } from "../identity/tokens.ts";
import { readDomains } from "../directory/users.ts";
import type { Domains } from "../directory/users.ts";
import { openExchange } from "./channel.ts";
import type { ExchangeOptions } from "./channel.ts";

/** The automation identity as its token names it: an app, or a user who signed in. */
export interface Caller {
  /** Object id in Entra of the user, or of the enterprise app. */
  readonly objectId: string | undefined;
  /** Client id of the app, or of the program that a user signed in with. */
  readonly appId: string | undefined;
}

/** What Microsoft 365 has beside Exchange, and an organisation of Exchange Server has not: Entra, asked over Graph. */
export interface Entra {
  readonly graph: GraphSession;
  /** Application permissions in the Graph token, e.g. `User.ReadWrite.All`; empty for a user's token. */
  readonly graphRoles: readonly string[];
  /** Template ids of the identity's Entra directory roles. */
  readonly directoryRoles: readonly string[];
  /** The identity's object id and client id, as the Graph token names them, in lower case. */
  readonly caller: Caller;
  /** The tenant's domains, read once. */
  readDomains(): Promise<Domains>;
  /** When the identity's own credential ends; `undefined` where nobody can tell. */
  credentialEnd(): Promise<CredentialEnd | undefined>;
}

/** How EWS of an Exchange Server can be asked whether somebody is let in. */
export interface ServerEws {
  /** As the setting says: an https address, or `none` where it is not to be asked; `undefined` where it says nothing. */
  readonly uri: string | undefined;
  /** Object ids of some mailboxes that the last `up` listed. */
  readonly mailboxes: readonly string[];
  readonly send: Transport;
}

/** Where a stack's objects are: Exchange always, Entra only where there is one. */
export interface Place {
  /** The tenant's GUID, the stack's and that of the tokens; of an Exchange Server, its organisation's. */
  readonly tenantId: string;
  readonly exchange: ExchangeSession;
  readonly entra: Entra | undefined;
  /** Of an Exchange Server alone. */
  readonly ews?: ServerEws;
}

/** One tenant of Microsoft 365, one identity, open. Holds no token and no secret that could be printed. */
export interface Session extends Place {
  readonly entra: Entra;
  readonly connection: Connection;
  /** What a token says about the identity; never the token. */
  tokenClaims(audience: "graph" | "exchange"): Promise<TokenClaims>;
}

/** For tests: time, retries, what carries the requests and who signs in. */
export interface SessionOptions extends Pick<ExchangeOptions, "connect"> {
  /** Default: @azure/identity, with the connection's credential. */
  readonly signIn?: typeof openTokens;
  /** Default: the machine's own clock. */
  readonly waits?: Waits;
  readonly retry?: RetryPolicy;
  readonly transport?: Transport;
  /** Whether Exchange is to be asked at all; default `true`. Without it the sign-in there is left out. */
  readonly usesExchange?: boolean;
}

/**
 * Reads the settings, signs in to Graph and compares the token's tenant with the stack's. Everything that is wrong with
 * settings or sign-in comes back as `problems`, all together, a line each, without secrets; then nothing has been sent
 * but the sign-in. Exchange is signed in to right after, and only waited for at its first call.
 */
export async function openSession(
  read: ReadSetting,
  environment: NodeJS.ProcessEnv,
  report: (line: string) => void,
  options: SessionOptions = {},
): Promise<Session | { readonly problems: readonly string[] }> {
  shortenStart();
  const result = await readConnection(read, environment);
  if ("problems" in result) return result;
  const { connection } = result;
  const { tenantId, endpoints } = connection;
  try {
    const waits = options.waits ?? realWaits(report);
    const tokens = await (options.signIn ?? openTokens)(connection, {
      waits,
      ...(options.retry && { retry: options.retry }),
    });
    const graphToken = () => tokens(`${endpoints.graph}/.default`);
    const exchangeToken = () => tokens(`${exchangeResource(endpoints)}/.default`);
    const transport = options.transport ?? httpTransport();
    const shared = { tenantId, waits, ...(options.retry && { retry: options.retry }) };
    const graphClock = withClock(transport, () => waits.now());
    // The client is loaded while the token is under way.
    const [token, graph] = await Promise.all([
      graphToken(),
      openGraph({ ...shared, transport: graphClock.transport, endpoint: endpoints.graph, token: graphToken }),
    ]);
    const claims = claimsOf(token, tenantId);
    // Not at the same time: both would look up the login service. From here on it runs beside what the caller does.
    const usesExchange = options.usesExchange !== false;
    if (usesExchange) exchangeToken().catch(() => undefined);
    const domains = once(() => readDomains(graph, tenantId));
    const anchorDomain = async () => (await domains()).initial;
    const exchange = await openExchange(read, {
      ...shared,
      transport,
      endpoint: endpoints.exchange,
      token: exchangeToken,
      anchorDomain,
      settleTime: 200,
      isUsed: usesExchange,
      serverTime: graphClock.time,
      connect: options.connect,
    });
    return {
      connection,
      tenantId,
      exchange,
      entra: {
        graph,
        graphRoles: claims.roles,
        directoryRoles: claims.directoryRoles,
        caller: { objectId: claims.objectId?.toLowerCase(), appId: claims.appId?.toLowerCase() },
        readDomains: domains,
        credentialEnd: () => credentialEnd(connection, graph, claims.roles),
      },
      tokenClaims: async (audience) =>
        claimsOf(await (audience === "graph" ? graphToken() : exchangeToken()), tenantId),
    };
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
}

function claimsOf(token: string, tenantId: string): TokenClaims {
  const problem = tenantProblem(token, tenantId);
  const claims = readClaims(token);
  if (problem !== undefined || claims === undefined) throw new Error(problem ?? "the access token cannot be read");
  return claims;
}

/** Asks once; a failure is not kept. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}

/**
 * Keeps the compiled form of the libraries that are loaded late, inside the checkout: the provider host starts anew for
 * every command (facts/pulumi.md §0.8).
 */
function shortenStart(): void {
  enableCompileCache(join(import.meta.dirname, "..", "node_modules", ".cache", "compiled"));
}
