/** What each channel to Exchange costs: to the first answer, for a call, and for a long list; beside a bare PowerShell. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { openSession, type Session } from "../../connection/session.ts";
import { executableVariable } from "../../exchange/powershell/shell.ts";
import { writeModule } from "../../simulator/powershell/module.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/simulator.ts";
import { organizationOf } from "./organization.ts";

/** Objects of the long list. */
const objects = 5_000;

/** Prints a line for each channel. Without a PowerShell it says so, and measures the other one. */
export async function benchChannels(): Promise<void> {
  const tenant = await startSimulator({ seed: organizationOf(objects).seed });
  setDefaultCACertificates([...getCACertificates("default"), tenant.caCertificate]);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    await measure("rest", tenant);
    const bare = timeBare();
    if (bare === undefined) {
      console.log(`powershell: not measured, there is no pwsh (${executableVariable} can name one)`);
      return;
    }
    console.log(`bare pwsh -NoProfile -Command exit: ${seconds(bare)}`);
    writeModule(folder, tenant);
    process.env["PSModulePath"] = folder;
    await measure("powershell", tenant);
  } finally {
    rmSync(folder, { recursive: true });
    await tenant.close();
  }
}

async function measure(channel: string, tenant: RunningSimulator): Promise<void> {
  const starts: number[] = [];
  for (let n = 0; n < 3; n++) starts.push(await timed(async () => (await open(channel, tenant)).exchange.close()));
  const { exchange } = await open(channel, tenant);
  const calls: number[] = [];
  for (let n = 0; n < 100; n++) {
    calls.push(await timed(() => exchange.read("Get-OrganizationConfig", undefined, { fresh: true })));
  }
  const select = ["Guid", "Name", "PrimarySmtpAddress", "ExternalDirectoryObjectId", "RecipientTypeDetails"];
  const list = () => exchange.read("Get-Recipient", { RecipientTypeDetails: "UserMailbox" }, { select, fresh: true });
  const found = (await list()).length;
  const lists = [await timed(list), await timed(list), await timed(list)];
  console.log(
    `${channel}: first answer ${seconds(median(starts))}, a call ${median(calls).toFixed(0)} ms, ` +
      `${found} objects ${seconds(median(lists))}`,
  );
  await exchange.close();
}

/** A session that has answered once. */
async function open(channel: string, tenant: RunningSimulator): Promise<Session> {
  const { tenantId, clientId, clientSecret } = tenant.credentials;
  const settings: Record<string, string> = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:metadataHost": `localhost:${tenant.port}`,
    exchangeEndpoint: tenant.origin,
    exchange: JSON.stringify({ channel }),
  };
  const session = await openSession((key) => settings[key], { ARM_CLIENT_SECRET: clientSecret }, console.log);
  if ("problems" in session) throw new Error(session.problems.join("\n"));
  await session.exchange.read("Get-OrganizationConfig");
  return session;
}

function timeBare(): number | undefined {
  const run = () => execFileSync(process.env[executableVariable] || "pwsh", ["-NoProfile", "-Command", "exit"]);
  try {
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      run();
      return performance.now() - start;
    });
    return median(times);
  } catch {
    return undefined;
  }
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
