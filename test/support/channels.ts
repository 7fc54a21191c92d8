/** The channels that a session can go over, for suites that have to hold over each of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "@jest/globals";
import { connect } from "../../exchange/powershell/connection.ts";
import type { Connection } from "../../exchange/powershell/connection.ts";
import { powershellSession } from "../../exchange/powershell/session.ts";
import { restSession } from "../../exchange/rest/rest.ts";
import type { ExchangeSession } from "../../exchange/session.ts";
import type { Waits } from "../../network/waits.ts";
import { writeModule } from "../../simulator/powershell/module.ts";
import type { RunningSimulator } from "../../simulator/simulator.ts";
import { describeWithPowerShell, powershell } from "./powershell.ts";

interface Opening {
  readonly running: RunningSimulator;
  readonly token: () => Promise<string>;
  /** The tenant's initial domain. */
  readonly domain: string;
  readonly waits: Waits;
}

export interface OpenChannel {
  readonly name: "rest" | "powershell";
  /** A new session, which remembers nothing; a PowerShell is shared by all of them as long as it lives. */
  open(opening: Opening): ExchangeSession;
}

/** Runs a suite over each channel. */
export function describeChannels(name: string, suite: (channel: OpenChannel) => void): void {
  describe(`${name}, over rest`, () => {
    suite({
      name: "rest",
      open: ({ running, domain, ...shared }) =>
        restSession({
          ...shared,
          tenantId: running.credentials.tenantId,
          endpoint: running.origin,
          anchorDomain: () => Promise.resolve(domain),
        }),
    });
  });
  describeWithPowerShell(`${name}, over powershell`, () => {
    const folder = mkdtempSync(join(tmpdir(), "module-"));
    const before = process.env["PSModulePath"];
    let shared: Connection | undefined;
    beforeAll(() => {
      process.env["PSModulePath"] = folder;
    });
    afterAll(() => {
      shared?.shell.end();
      process.env["PSModulePath"] = before;
      if (before === undefined) delete process.env["PSModulePath"];
      rmSync(folder, { recursive: true });
    });
    suite({
      name: "powershell",
      open: ({ running, domain, ...rest }) =>
        powershellSession({
          ...rest,
          tenantId: running.credentials.tenantId,
          organization: () => Promise.resolve(domain),
          shell: { executable: powershell ?? "" },
          connect: async (options) => {
            writeModule(folder, running);
            if (shared?.shell.isAlive !== true) shared = await connect(options);
            return shared;
          },
        }),
    });
  });
}
