/** ID tokens of the machine that runs this, in exchange for which Entra gives access tokens (workload federation). */
import { readFile } from "node:fs/promises";
import { named } from "../network/quoted.ts";
import { httpTransport } from "../network/transport.ts";
import type { Transport } from "../network/transport.ts";

/** Audiences that Entra accepts, by cloud. */
const audiences: Readonly<Record<string, string>> = {
  usgovernment: "api://AzureADTokenExchangeUSGov",
  usgovernmentl4: "api://AzureADTokenExchangeUSGov",
  usgovernmentl5: "api://AzureADTokenExchangeUSGov",
  dod: "api://AzureADTokenExchangeUSGov",
  china: "api://AzureADTokenExchangeChina",
};

/** A token from a file. */
export async function readIdToken(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    const { code = "unreadable" } = cause as NodeJS.ErrnoException;
    throw new Error(`the OIDC token file ${named(path)} cannot be read (${code})`, { cause });
  });
  const token = text.trim();
  if (token === "") throw new Error(`the OIDC token file ${named(path)} is empty`);
  return token;
}

/** A token from the issuer of a GitHub job. Errors hold neither the request token nor the answer. */
export async function requestIdToken(
  requestUrl: string,
  bearer: string,
  environment = "public",
  transport: Transport = httpTransport({ timeLimit: 30_000, sizeLimit: 1024 * 1024 }),
): Promise<string> {
  const url = URL.parse(requestUrl);
  if (url?.protocol !== "https:") throw new Error("the OIDC request URL is not an https address");
  if (!url.searchParams.has("audience")) {
    url.searchParams.set("audience", audiences[environment.toLowerCase()] ?? "api://AzureADTokenExchange");
  }
  const headers = { Authorization: `Bearer ${bearer}`, Accept: "application/json" };
  const { status, body } = await transport({ method: "GET", url: url.href, headers });
  if (status !== 200) throw new Error(`the OIDC issuer at ${url.host} answered with status ${status}`);
  const token = readValue(body);
  if (token === undefined) throw new Error(`the OIDC issuer at ${url.host} answered without a token`);
  return token;
}

function readValue(body: string): string | undefined {
  try {
    const { value } = JSON.parse(body) as { value?: unknown };
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}
