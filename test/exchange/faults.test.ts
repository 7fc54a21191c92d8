/** A fault in every call of a session to the embedded tenant: the right answer, or an error that says what it is. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { openExchange } from "../../connection/channel.ts";
import { openGraph } from "../../directory/graph.ts";
import type { GraphSession } from "../../directory/graph.ts";
import { openTokens } from "../../identity/tokens.ts";
import type { TokenSource } from "../../identity/tokens.ts";
import { findUserByPrincipalName, readDomains } from "../../directory/users.ts";
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeError } from "../../exchange/errors.ts";
import type { ExchangeSession } from "../../exchange/session.ts";
import type { FaultEffect } from "../../simulator/server/faults.ts";
import { startSimulator } from "../../simulator/simulator.ts";
import type { RunningSimulator } from "../../simulator/simulator.ts";
import { fakeWaits } from "../network/fakeWaits.ts";
import { describeChannels } from "../support/channels.ts";
import type { TestChannel } from "../support/channels.ts";

interface Sessions {
  readonly exchange: ExchangeSession;
  readonly graph: GraphSession;
}

let running: RunningSimulator;
let tokens: TokenSource;

beforeAll(async () => {
  running = await startSimulator();
  setDefaultCACertificates([...getCACertificates("default"), running.caCertificate]);
  const { tenantId, clientId, clientSecret } = running.credentials;
  const { origin } = running;
  const endpoints = { authority: origin, graph: origin, exchange: origin, isPrivate: true };
  const credential = { kind: "secret", secret: clientSecret } as const;
  tokens = await openTokens({ tenantId, clientId, endpoints, credential }, { waits: fakeWaits() });
});
afterAll(() => running.close());

/** New sessions, so that nothing is remembered, with the tokens of the first. */
async function open(channel: TestChannel): Promise<Sessions> {
  const { tenantId } = running.credentials;
  const { origin } = running;
  const shared = { tenantId, endpoint: origin, token: () => tokens(`${origin}/.default`), waits: fakeWaits() };
  const graph = await openGraph(shared);
  const { initial } = await readDomains(graph, tenantId);
  const exchange = await openExchange((key) => (key === "exchange" ? channel.setting : undefined), {
    ...shared,
    anchorDomain: () => Promise.resolve(initial),
    serverTime: () => undefined,
    isUsed: false,
    connect: channel.connectTo(running),
  });
  return { graph, exchange };
}

const name = "CallPro Calendar Access";

/** What a lifecycle does in a run: reads together, a list, a look-up in Entra, one write. */
const steps: readonly ((sessions: Sessions) => Promise<unknown>)[] = [
  ({ exchange }) => exchange.read("Get-RoleGroup", { Identity: "Organization Management" }),
  ({ exchange }) => exchange.read("Get-Mailbox", { Identity: "ad.viseur@buitendienst.example" }),
  ({ exchange }) => exchange.read("Get-ManagementScope"),
  ({ exchange }) => exchange.read("Get-Recipient", { RecipientTypeDetails: "UserMailbox" }),
  ({ graph }) => findUserByPrincipalName(graph, "ad.viseur@buitendienst.example"),
];

async function run(sessions: Sessions) {
  const together = steps.map((step) => step(sessions));
  const reads = await Promise.allSettled(together);
  const [write] = await Promise.allSettled([sessions.exchange.write("New-RoleGroup", { Name: name })]);
  return { reads, write: write as PromiseSettledResult<unknown> };
}

function made(): number {
  return running.simulator.tenant.roleGroups.filter((group) => group.name === name).length;
}

interface Outcome {
  readonly read: string | RegExp;
  readonly write: string;
  readonly made: number;
}
/** A read that is repeated does not fail at all. */
const lost: Outcome = { read: "never", write: "unknownOutcome", made: 0 };
const repeated: Outcome = { read: "never", write: "", made: 1 };
const kinds: Partial<Record<FaultEffect, Outcome>> = {
  forbidden: { read: "forbidden", write: "forbidden", made: 0 },
  lostAnswer: { ...lost, made: 1 },
  dropped: lost,
  error500: lost,
  error503: lost,
  throttle: repeated,
  concurrency: repeated,
  slow: repeated,
  truncatedPage: { ...repeated, read: "incomplete" },
};
/**
 * The module tells of a status that it does not know what to do with as of any broken connection; and of a page that it
 * could not get as of any error, with or without objects before it.
 */
const kindsOf = {
  rest: kinds,
  powershell: { ...kinds, throttle: lost, truncatedPage: { ...lost, made: 1, read: /^(incomplete|other)$/ } },
};

describeChannels("a fault in any one call", (channel) => {
  test.each(Object.entries(kindsOf[channel.name]))(
    "%s leaves no doubt about what was read and written",
    async (effect, outcome) => {
      running.reset();
      const { reads: expected } = await run(await open(channel));
      let met = 0;
      for (const service of effect === "concurrency" ? ["exchange"] : ["exchange", "graph"]) {
        for (let nth = 1, fired = true; fired; nth++) {
          running.reset();
          const sessions = await open(channel);
          running.faults.set([{ match: { channel: service, nth }, effect, ...(effect === "slow" && { ms: 5 }) }]);
          const { reads, write } = await run(sessions);
          fired = running.faults.describe().faults.some((fault) => fault.fired > 0);
          if (fired) met++;
          for (const [index, read] of reads.entries()) {
            if (read.status === "fulfilled") expect(read).toEqual(expected[index]);
            else expect((read.reason as ExchangeError).kind).toMatch(outcome.read);
          }
          if (write.status === "fulfilled") expect(made()).toBe(1);
          else {
            expect(write.reason).toMatchObject({ kind: outcome.write });
            expect(made()).toBe(outcome.made);
          }
        }
      }
      // The batch, its four reads and the write; the look-up in Entra.
      const batches = channel.name === "rest" ? 1 : 0;
      expect(met).toBe(5 + batches + (effect === "concurrency" ? 0 : 1));
    },
    120_000,
  );

  test("for good ends in an error, never in an empty list", async () => {
    for (const effect of ["throttle", "error503", "dropped", "forbidden"] as const) {
      running.reset();
      const { exchange } = await open(channel);
      running.faults.set([{ match: { channel: "exchange" }, times: 1000, effect }]);
      const list = exchange.read("Get-Recipient", { RecipientTypeDetails: "UserMailbox" });
      const error: unknown = await list.catch((caught: unknown) => caught);
      expect(isExchangeError(error, "throttled", "transient", "forbidden")).toBe(true);
    }
  });
});
