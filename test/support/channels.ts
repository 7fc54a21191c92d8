/** The channels that a session can go over, for suites that have to hold over each of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe } from "@jest/globals";
import { connect } from "../../exchange/powershell/connection.ts";
import type { ConnectOptions } from "../../exchange/powershell/connection.ts";
import type { Connection } from "../../exchange/powershell/opening.ts";
import { readClaims } from "../../network/accessToken.ts";
import { writeModule } from "../../simulator/powershell/module.ts";
import type { RunningSimulator } from "../../simulator/simulator.ts";
import { describeWithPowerShell, powershell } from "./powershell.ts";

export interface TestChannel {
  readonly name: "rest" | "powershell";
  /** The stack's setting `exchange`. */
  readonly setting: string;
  /** Opens PowerShell's connection to a tenant: one for each identity, shared by all sessions as long as it lives. */
  connectTo(running: RunningSimulator): ((options: ConnectOptions) => Promise<Connection>) | undefined;
  /** Ends what it started. */
  end(): Promise<void>;
}

export const rest: TestChannel = {
  name: "rest",
  setting: '{"channel":"rest"}',
  connectTo: () => undefined,
  end: () => Promise.resolve(),
};

/** Runs a suite over each channel. */
export function describeChannels(name: string, suite: (channel: TestChannel) => void): void {
  describe(`${name}, over rest`, () => suite(rest));
  describeWithPowerShell(`${name}, over powershell`, () => {
    const channel = powershellChannel();
    suite(channel);
    afterAll(() => channel.end());
  });
}

/** The channel of the suites that name none: TEST_CHANNEL lets all of them run over PowerShell (npm run test:long). */
export function usualChannel(): TestChannel {
  return process.env["TEST_CHANNEL"] === "powershell" ? powershellChannel() : rest;
}

function powershellChannel(): TestChannel {
  const folder = mkdtempSync(join(tmpdir(), "module-"));
  const connections = new Map<string, Promise<Connection>>();
  const end = async (): Promise<void> => {
    for (const connection of connections.values()) (await connection.catch(() => undefined))?.shell.end();
    rmSync(folder, { recursive: true, force: true });
  };
  const connectTo: TestChannel["connectTo"] = (running) => async (options) => {
    const key = `${running.origin} ${readClaims(await options.token())?.appId ?? ""}`;
    const known = await connections.get(key)?.catch(() => undefined);
    if (known?.shell.isAlive === true) return known;
    writeModule(folder, running);
    process.env["PSModulePath"] = folder;
    const shell = { ...options.shell, executable: powershell ?? "" };
    const connection = connect({ ...options, shell });
    connections.set(key, connection);
    return connection;
  };
  return { name: "powershell", setting: '{"channel":"powershell"}', connectTo, end };
}
