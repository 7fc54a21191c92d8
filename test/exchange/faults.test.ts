/** A fault in every call of a session to the embedded tenant: the right answer, or an error that says what it is. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { openSession } from "../../directory/session.ts";
import type { Session } from "../../directory/session.ts";
import { findUserByPrincipalName } from "../../directory/users.ts";
import { isExchangeError } from "../../exchange/errors.ts";
import type { FaultEffect } from "../../simulator/faults.ts";
import { startSimulator } from "../../simulator/simulator.ts";
import type { RunningSimulator } from "../../simulator/simulator.ts";
import { fakeWaits } from "./fakeWaits.ts";

let running: RunningSimulator;

beforeAll(async () => {
  running = await startSimulator();
  setDefaultCACertificates([...getCACertificates("default"), running.caCertificate]);
});
afterAll(() => running.close());

async function open(): Promise<Session> {
  const { tenantId, clientId, clientSecret } = running.credentials;
  const stack: Record<string, string> = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:clientSecret": clientSecret,
    "azuread:metadataHost": new URL(running.origin).host,
    exchangeEndpoint: running.origin,
  };
  const session = await openSession(
    (key) => stack[key],
    {},
    () => {},
    { waits: fakeWaits() },
  );
  if ("problems" in session) throw new Error(session.problems.join("\n"));
  await session.exchange.read("Get-OrganizationConfig");
  return session;
}

const name = "CallPro Calendar Access";

/** What a lifecycle does in a run: reads together, a list, a look-up in Entra, one write. */
const steps: readonly ((session: Session) => Promise<unknown>)[] = [
  ({ exchange }) => exchange.read("Get-RoleGroup", { Identity: "Organization Management" }),
  ({ exchange }) => exchange.read("Get-Mailbox", { Identity: "ad.viseur@buitendienst.example" }),
  ({ exchange }) => exchange.read("Get-ManagementScope"),
  ({ exchange }) => exchange.read("Get-Recipient", { RecipientTypeDetails: "UserMailbox" }),
  ({ graph }) => findUserByPrincipalName(graph, "ad.viseur@buitendienst.example"),
];

async function run(session: Session) {
  const together = steps.map((step) => step(session));
  const reads = await Promise.allSettled(together);
  const [write] = await Promise.allSettled([session.exchange.write("New-RoleGroup", { Name: name })]);
  return { reads, write: write as PromiseSettledResult<unknown> };
}

function made(): number {
  return running.simulator.tenant.roleGroups.filter((group) => group.name === name).length;
}

const kinds: Partial<Record<FaultEffect, { read: string; write: string; made: number }>> = {
  forbidden: { read: "forbidden", write: "forbidden", made: 0 },
  lostAnswer: { read: "", write: "unknownOutcome", made: 1 },
  dropped: { read: "", write: "unknownOutcome", made: 0 },
  error500: { read: "", write: "unknownOutcome", made: 0 },
  error503: { read: "", write: "unknownOutcome", made: 0 },
  throttle: { read: "", write: "", made: 1 },
  concurrency: { read: "", write: "", made: 1 },
  slow: { read: "", write: "", made: 1 },
  truncatedPage: { read: "incomplete", write: "", made: 1 },
};

describe("a fault in any one call", () => {
  test.each(Object.entries(kinds))("%s leaves no doubt about what was read and written", async (effect, outcome) => {
    running.reset();
    const { reads: expected } = await run(await open());
    let met = 0;
    for (const channel of effect === "concurrency" ? ["exchange"] : ["exchange", "graph"]) {
      for (let nth = 1, fired = true; fired; nth++) {
        running.reset();
        const session = await open();
        running.faults.set([{ match: { channel, nth }, effect, ...(effect === "slow" && { ms: 5 }) }]);
        const { reads, write } = await run(session);
        fired = running.faults.describe().faults.some((fault) => fault.fired > 0);
        if (fired) met++;
        for (const [index, read] of reads.entries()) {
          if (read.status === "fulfilled") expect(read).toEqual(expected[index]);
          else expect(read.reason).toMatchObject({ kind: outcome.read });
        }
        if (write.status === "fulfilled") expect(made()).toBe(1);
        else {
          expect(write.reason).toMatchObject({ kind: outcome.write });
          expect(made()).toBe(outcome.made);
        }
      }
    }
    // The batch, its four reads and the write; the look-up in Entra.
    expect(met).toBe(effect === "concurrency" ? 6 : 7);
  });

  test("for good ends in an error, never in an empty list", async () => {
    for (const effect of ["throttle", "error503", "dropped", "forbidden"] as const) {
      running.reset();
      const { exchange } = await open();
      running.faults.set([{ match: { channel: "exchange" }, times: 1000, effect }]);
      const list = exchange.read("Get-Recipient", { RecipientTypeDetails: "UserMailbox" });
      const error: unknown = await list.catch((caught: unknown) => caught);
      expect(isExchangeError(error, "throttled", "transient", "forbidden")).toBe(true);
    }
  });
});
