/** What each channel to Exchange costs: to the first answer, for a call, and for a long list; beside a bare PowerShell. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { openPlace } from "../../connection/place.ts";
import { passwordVariable, userVariable } from "../../connection/serverPlace.ts";
import type { Place } from "../../connection/session.ts";
import { executableVariable } from "../../exchange/powershell/shell.ts";
import { writeLauncher, writeModule } from "../../simulator/powershell/module.ts";
import { startSimulator, type RunningSimulator, type SimulatorOptions } from "../../simulator/simulator.ts";
import { organizationOf } from "./organization.ts";

/** Objects of the long list. */
const objects = 5_000;

/** Prints a line for each channel. Without a PowerShell it says so, and measures the first one. */
export async function benchChannels(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const tenant = await startOrganization({});
    try {
      await measure("rest", () => openOnline("rest", tenant));
      const bare = timeBare();
      if (bare === undefined) {
        console.log(`powershell, server: not measured, there is no pwsh (${executableVariable} can name one)`);
        return;
      }
      console.log(`bare pwsh -NoProfile -Command exit: ${seconds(bare)}`);
      writeModule(folder, tenant);
      process.env["PSModulePath"] = folder;
      await measure("powershell", () => openOnline("powershell", tenant));
    } finally {
      await tenant.close();
    }
    await benchServer(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each session is a shell of its own at the organisation: a PowerShell in server mode, beside the client's. */
async function benchServer(folder: string): Promise<void> {
  const executable = pwsh();
  const organization = await startOrganization({ flavour: "server", powershell: executable });
  process.env["SSL_CERT_FILE"] = organization.bundleFile;
  process.env[executableVariable] = writeLauncher(folder, executable);
  try {
    await measure("server", () => openServer(organization));
  } finally {
    await organization.close();
  }
}

async function startOrganization(options: SimulatorOptions): Promise<RunningSimulator> {
  const running = await startSimulator({ ...options, seed: organizationOf(objects).seed });
  setDefaultCACertificates([...getCACertificates("default"), running.caCertificate]);
  return running;
}

/** @param open answers with a place that has answered once */
async function measure(channel: string, open: () => Promise<Place>): Promise<void> {
  const starts: number[] = [];
  for (let n = 0; n < 3; n++) starts.push(await timed(async () => (await open()).exchange.close()));
  const { exchange } = await open();
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

function openOnline(channel: string, tenant: RunningSimulator): Promise<Place> {
  const { tenantId, clientId, clientSecret } = tenant.credentials;
  const settings: Record<string, string> = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:metadataHost": `localhost:${tenant.port}`,
    exchangeEndpoint: tenant.origin,
    exchange: JSON.stringify({ channel }),
  };
  return open(settings, { ARM_CLIENT_SECRET: clientSecret });
}

function openServer({ server: endpoint, simulator }: RunningSimulator): Promise<Place> {
  const server = { uri: endpoint?.connectionUri, organization: simulator.tenant.tenantId };
  const { userName = "", password = "" } = endpoint?.accounts["automation"] ?? {};
  const exchange = JSON.stringify({ channel: "server", server });
  return open({ exchange }, { [userVariable]: userName, [passwordVariable]: password });
}

async function open(settings: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv): Promise<Place> {
  const place = await openPlace((key) => settings[key], environment, console.log);
  if ("problems" in place) throw new Error(place.problems.join("\n"));
  await place.exchange.read("Get-OrganizationConfig");
  return place;
}

const pwsh = (): string => process.env[executableVariable] || "pwsh";

function timeBare(): number | undefined {
  const run = () => execFileSync(pwsh(), ["-NoProfile", "-Command", "exit"]);
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
