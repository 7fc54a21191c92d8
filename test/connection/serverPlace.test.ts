/** An organisation of Exchange Server as a place: what its settings must say. */
import { describe, expect, test } from "@jest/globals";
import { isServer, openServer, passwordVariable, userVariable } from "../../connection/serverPlace.ts";

const organization = "11111111-2222-3333-4444-555555555555";
const uri = "http://ex01.example.com/PowerShell/";

function open(server: object, environment: Record<string, string> = {}): ReturnType<typeof openServer> {
  const setting = JSON.stringify({ channel: "server", server });
  return openServer(
    (key) => (key === "exchange" ? setting : undefined),
    environment,
    () => undefined,
  );
}

describe("an organisation of Exchange Server", () => {
  test("is a place without Entra, and starts nothing before its first call", async () => {
    const place = await open({ uri, organization });
    expect(place).toMatchObject({ tenantId: organization, entra: undefined });
    expect("exchange" in place && place.exchange.requests).toBe(0);
  });

  test("is what the channel says, and nothing else", () => {
    expect(isServer(() => '{"channel":"server"}')).toBe(true);
    expect([undefined, "{}", '{"channel":"rest"}', "no JSON"].map((text) => isServer(() => text))).not.toContain(true);
  });

  test("names all that is wrong with its settings at once", async () => {
    const wrong = {
      uri: "ex01",
      organization: "Contoso",
      authentication: "Digest",
      viewEntireForest: "yes",
      ewsUri: "http://ews",
      domainController: [],
    };
    const found = await open(wrong, { [userVariable]: "svc@example.com" });
    expect("problems" in found && found.problems.map((line) => line.split(" ")[0])).toEqual([
      "exchange.server.uri",
      "exchange.server.organization",
      "exchange.server.authentication",
      "exchange.server.domainController",
      "exchange.server.viewEntireForest",
      "exchange.server.ewsUri",
      userVariable,
    ]);
  });

  test("takes one domain controller, or one for each domain", async () => {
    for (const domainController of ["dc01.example.com", ["dc01.example.com", "dc11.noord.example.com"]]) {
      expect(await open({ uri, organization, domainController })).toHaveProperty("exchange");
    }
  });

  test("has EWS where the settings say, and what a run is told of today's settings is the later word", async () => {
    const ewsUri = "https://mail.example.com/EWS/Exchange.asmx";
    const ewsOf = async (server: object, environment: Record<string, string> = {}) => {
      const place = await open({ uri, organization, ...server }, environment);
      return "ews" in place ? place.ews : undefined;
    };
    expect(await ewsOf({})).toMatchObject({ uri: undefined, mailboxes: [] });
    expect(await ewsOf({ ewsUri })).toMatchObject({ uri: ewsUri });
    const told = { CALENDAR_ACCESS_LISTED: "1 2", CALENDAR_ACCESS_EWS_URI: "none" };
    expect(await ewsOf({ ewsUri }, told)).toMatchObject({ uri: "none", mailboxes: ["1", "2"] });
    expect(await ewsOf({ ewsUri }, { CALENDAR_ACCESS_EWS_URI: "" })).toMatchObject({ uri: undefined });
  });

  test("is never sent a password in the clear", async () => {
    const account = { [userVariable]: "svc@example.com", [passwordVariable]: "s3cret" };
    const found = await open({ uri, organization, authentication: "Basic" }, account);
    expect("problems" in found && found.problems).toEqual([expect.stringMatching(/Basic would send the password/)]);
    expect(JSON.stringify(found)).not.toContain("s3cret");
  });
});
