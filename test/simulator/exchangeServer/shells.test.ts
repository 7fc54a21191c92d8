/** How many shells of the embedded Exchange Server one user may have open; what serves them does not matter here. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startSimulator, type RunningSimulator } from "../../../simulator/simulator.ts";

const timeLimit = 30_000;

describe("shells of the embedded Exchange Server", () => {
  let running: RunningSimulator;
  const sockets: TLSSocket[] = [];
  const folder = mkdtempSync(join(tmpdir(), "shells-"));
  beforeAll(async () => {
    const waiting = join(folder, "waiting");
    writeFileSync(waiting, "#!/bin/sh\nexec cat\n", { mode: 0o755 });
    running = await startSimulator({ flavour: "server", powershell: waiting });
  }, timeLimit);
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await running.close();
    rmSync(folder, { recursive: true });
  });

  /** Asks for a shell; answers the status line. */
  function open(purpose: string, configuration = "Microsoft.Exchange"): Promise<string> {
    const { userName = "", password = "" } = running.server?.accounts[purpose] ?? {};
    const ticket = Buffer.from(`${userName}:${password}`).toString("base64");
    return new Promise((resolve, reject) => {
      const socket = connect({ port: running.port, host: "localhost", ca: running.caCertificate }, () => {
        const path = `/PowerShell/?configuration=${configuration}`;
        const lines = [`POST ${path} HTTP/1.1`, "host: localhost", "connection: Upgrade", "upgrade: powershell"];
        socket.write([...lines, `authorization: Negotiate ${ticket}`, "", ""].join("\r\n"));
      });
      sockets.push(socket);
      socket.once("data", (head) => resolve(String(head).split("\r\n")[0] ?? ""));
      socket.once("error", reject);
    });
  }

  test(
    "are eighteen at a time for one user, whatever others have",
    async () => {
      for (let count = 0; count < 18; count += 1) expect(await open("automation")).toMatch(/ 101 /);
      expect(await open("automation")).toMatch(/ 503 .*maximum number of 18 concurrent shells/);
      expect(await open("reader")).toMatch(/ 101 /);
    },
    timeLimit,
  );

  test("are those of Exchange's own configuration", async () => {
    expect(await open("reader", "Microsoft.PowerShell")).toMatch(/ 404 /);
  });
});
