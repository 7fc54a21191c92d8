/** Tokens of the machine itself, and clouds that describe themselves. */
import { describe, expect, test } from "@jest/globals";
import { readMetadata } from "../../identity/endpoints.ts";
import { requestIdToken } from "../../identity/oidc.ts";
import type { HttpRequest, Transport } from "../../network/transport.ts";

function answering(status: number, body: unknown): { transport: Transport; sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    sent,
    transport: (request) => {
      sent.push(request);
      return Promise.resolve({ status, headers: {}, body: text });
    },
  };
}

describe("a GitHub job's token", () => {
  const url = "https://pipelines.example/token?api-version=2.0";

  test.each([
    [undefined, "api://AzureADTokenExchange"],
    ["usgovernment", "api://AzureADTokenExchangeUSGov"],
    ["china", "api://AzureADTokenExchangeChina"],
  ])("is asked for with the audience of the cloud %s", async (environment, audience) => {
    const { transport, sent } = answering(200, { value: "the token" });
    await expect(requestIdToken(url, "bearer", environment, transport)).resolves.toBe("the token");
    const asked = new URL(sent[0]?.url ?? "");
    expect([asked.searchParams.get("api-version"), asked.searchParams.get("audience")]).toEqual(["2.0", audience]);
    expect(sent[0]?.headers).toMatchObject({ Authorization: "Bearer bearer" });
  });

  test.each([
    [403, "denied", "answered with status 403"],
    [200, {}, "without a token"],
    [200, "<html>", "without a token"],
  ])("that is not given (%i, %j) is an error without secrets", async (status, body, text) => {
    const { transport } = answering(status, body);
    const failure = requestIdToken(url, "bearer-secret", "public", transport);
    await expect(failure).rejects.toThrow(text);
    await expect(failure).rejects.not.toThrow("bearer-secret");
  });

  test("is never asked for without encryption", async () => {
    const { transport, sent } = answering(200, { value: "x" });
    await expect(requestIdToken("http://pipelines.example", "bearer", "public", transport)).rejects.toThrow("https");
    expect(sent).toEqual([]);
  });
});

describe("a private cloud", () => {
  const metadata = {
    microsoftGraphResourceId: "https://localhost:8443",
    authentication: { loginEndpoint: "https://localhost:8443/" },
  };

  test("names its login and its Graph", async () => {
    const { transport, sent } = answering(200, metadata);
    expect(await readMetadata("localhost:8443", transport)).toEqual({
      authority: "https://localhost:8443",
      graph: "https://localhost:8443",
    });
    expect(sent[0]?.url).toBe("https://localhost:8443/metadata/endpoints?api-version=2022-09-01");
  });

  test.each([
    [
      200,
      { ...metadata, microsoftGraphResourceId: "http://localhost" },
      "no https address as microsoftGraphResourceId",
    ],
    [200, { ...metadata, authentication: {} }, "no https address as authentication.loginEndpoint"],
    [200, null, "no https address"],
    [200, "<html>", "did not answer with JSON"],
    [302, "", "status 302"],
  ])("that answers %i %j is refused", async (status, body, text) => {
    await expect(readMetadata("localhost:8443", answering(status, body).transport)).rejects.toThrow(text);
  });
});
