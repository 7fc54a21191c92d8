/** An organisation of Exchange Server with sessions over a real PowerShell, whose waiting takes no time. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openServer, passwordVariable, userVariable } from "../../connection/serverPlace.ts";
import { connectToServer } from "../../exchange/powershell/serverConnection.ts";
import type { Connection } from "../../exchange/powershell/opening.ts";
import { contextOf } from "../../resources/lifecycle/context.ts";
import { generatePassword } from "../../resources/serviceUserPassword.ts";
import { writeLauncher } from "../../simulator/powershell/module.ts";
import { fakeWaits } from "../network/fakeWaits.ts";
import { sessionsOf } from "../simulator/exchangeServer/organization.ts";
import { powershell } from "./powershell.ts";
import { startTenant, type TestPlace, type TestTenant } from "./tenant.ts";

/** Starts one, with its accounts in the place of apps; the process trusts it until it is closed. */
export async function startServerPlace(): Promise<TestPlace> {
  const folder = mkdtempSync(join(tmpdir(), "server-"));
  const before = process.env["SSL_CERT_FILE"];
  const tenant = await startTenant({ flavour: "server", powershell: powershell ?? "" });
  const { running } = tenant;
  process.env["SSL_CERT_FILE"] = running.bundleFile;
  const executable = writeLauncher(folder, powershell ?? "");
  const exchange = JSON.stringify({
    channel: "server",
    server: {
      uri: running.server?.connectionUri,
      organization: running.simulator.tenant.tenantId,
      domainController: "dc01.ad.buitendienst.example",
    },
  });
  /** One for each account. */
  const connections = new Map<string, Promise<Connection>>();
  const open: TestPlace["open"] = async (purpose = "automation") => {
    const { userName = "", password = "" } = running.server?.accounts[purpose] ?? {};
    const account = { [userVariable]: userName, [passwordVariable]: password };
    const place = await openServer(
      (key) => (key === "exchange" ? exchange : undefined),
      account,
      () => undefined,
      {
        waits: fakeWaits(),
        shell: { executable },
        connect: (options) => {
          const connection = connections.get(purpose) ?? connectToServer(options);
          connections.set(purpose, connection);
          return connection;
        },
      },
    );
    if ("problems" in place) throw new Error(place.problems.join("\n"));
    return { ...contextOf(place, () => undefined), waitFor: (what, probe) => waitFor(tenant, what, probe) };
  };
  // What an administrator does is not what is tried: it needs no PowerShell.
  const administrator = sessionsOf(running)("administrator");
  const byHand: TestPlace["byHand"] = async (cmdlet, parameters) => {
    await administrator.run(cmdlet, parameters);
    running.settle();
  };
  return {
    running,
    get tenant() {
      return tenant.tenant;
    },
    open,
    dump: () => tenant.dump(),
    save: () => tenant.save(),
    recipient: (key) => tenant.recipient(key),
    lines: (...addresses) => tenant.lines(...addresses),
    byHand,
    async makeUser(userPrincipalName, mark = "") {
      const [Name = ""] = userPrincipalName.split("@");
      const Password = generatePassword();
      await byHand("New-Mailbox", { Name, UserPrincipalName: userPrincipalName, Password });
      if (mark !== "") await byHand("Set-User", { Identity: Name, Notes: mark });
      return `${userPrincipalName} ${tenant.recipient(userPrincipalName).guid}\n`;
    },
    async close() {
      for (const connection of connections.values()) await (await connection.catch(() => undefined))?.close?.();
      if (before === undefined) delete process.env["SSL_CERT_FILE"];
      else process.env["SSL_CERT_FILE"] = before;
      await tenant.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Time that passes only in the organisation. */
async function waitFor<T>({ running }: TestTenant, what: string, probe: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const found = await probe();
    if (found !== undefined) return found;
    running.clock.advance(1_000);
  }
  throw new Error(`waited in vain: ${what}`);
}
