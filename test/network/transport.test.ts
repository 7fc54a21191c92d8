/** One HTTP request: what comes back, and what is never accepted. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { httpTransport, proxyEnvironment } from "../../network/transport.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { page, startExchange } from "../exchange/exchangeServer.ts";
import type { ExchangeServer } from "../exchange/exchangeServer.ts";

let server: ExchangeServer;
beforeEach(async () => {
  server = await startExchange();
});
afterEach(() => server.close());

const get = (limits = {}) =>
  httpTransport(limits)({ method: "GET", url: `${server.origin}/x`, headers: { Accept: "a" } });

describe("a request", () => {
  test("gets the whole answer, unpacked", async () => {
    const text = "é日".repeat(100_000);
    server.script = () => ({ status: 418, headers: { "X-Some": "thing" }, body: text });
    const answer = await get();
    expect([answer.status, answer.headers["x-some"], answer.body === text]).toEqual([418, "thing", true]);
    expect(server.asked[0]?.headers).toMatchObject({ accept: "a", "accept-encoding": "gzip" });
  });

  test("gets no answer that is larger than allowed, packed or unpacked", async () => {
    server.script = () => page([{ Name: "x".repeat(3_000_000) }]);
    await expect(get({ sizeLimit: 1_000_000 })).rejects.toMatchObject({ reason: "tooLarge" });
    server.script = () => ({ ...page([{ Name: "x".repeat(3_000_000) }]), headers: { "content-encoding": "identity" } });
    await expect(get({ sizeLimit: 100 })).rejects.toMatchObject({ reason: "tooLarge" });
  });

  test("ends at its time", async () => {
    server.script = () => new Promise(() => {});
    await expect(get({ timeLimit: 50 })).rejects.toMatchObject({ reason: "timeout" });
  });

  test.each([
    ["that is closed", { destroy: true }],
    ["that breaks off", { body: "x".repeat(1000), cutAfter: 15 }],
    ["with a damaged answer", { body: "x", headers: { "content-length": "5" }, cutAfter: 5 }],
  ])("over a connection %s is lost", async (_, reply) => {
    server.script = () => reply;
    await expect(get()).rejects.toMatchObject({ name: "TransportError", reason: "lost" });
  });

  test("to a server whose certificate nobody vouches for is not made", async () => {
    const { key, certificate } = makeCertificate();
    const other = createServer({ key, cert: certificate }, (_request, response) => response.end("secret"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const url = `https://localhost:${(other.address() as AddressInfo).port}/`;
    const sent = httpTransport()({ method: "GET", url, headers: {} });
    await expect(sent).rejects.toMatchObject({ reason: "untrusted" });
    await new Promise((resolve) => other.close(resolve));
  });
});

describe("a proxy", () => {
  test("is the environment's, but never for this machine", () => {
    const environment = { HTTPS_PROXY: "http://proxy:3128", no_proxy: "corp.example", OTHER: "x" };
    expect(proxyEnvironment(environment)).toMatchObject({
      HTTPS_PROXY: "http://proxy:3128",
      NO_PROXY: "corp.example,localhost,127.0.0.1,[::1]",
    });
    expect(proxyEnvironment(environment)).not.toHaveProperty("OTHER");
  });
});
