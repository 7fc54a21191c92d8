/** Before an account goes EWS has to refuse it: proved, waited for, or said why nobody knows. */
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { ServerEws } from "../../../connection/session.ts";
import { sessionWith } from "../../../exchange/sessionWith.ts";
import { ExchangeError } from "../../../exchange/errors.ts";
import { httpTransport, type HttpRequest } from "../../../network/transport.ts";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Context } from "../../../resources/lifecycle/contract.ts";
import { serviceAccount } from "../../../resources/serviceAccount.ts";
import { generatePassword } from "../../../resources/serviceUserPassword.ts";
import { enableAccount } from "../../../simulator/exchangeServer/activeDirectory.ts";
import { askImpersonation } from "../../../exchange/ews.ts";
import { mark, up } from "../../support/access.ts";
import { ad, eva } from "../../support/people.ts";
import { startQuickServer, type QuickServer } from "../../support/quickServer.ts";

const name = "svcCallPro@ad.buitendienst.example";
const password = generatePassword();
const desired = {
  ...{ mark, adopt: false, onDestroy: "remove" as const, name, password, displayName: "CallPro" },
  ...{ organizationalUnit: "", hiddenFromAddressLists: true, remotePowerShell: false },
};

let server: QuickServer;
let restore: () => void;
let lines: string[];
let sent: HttpRequest[];
let made: Recorded;
let uri: string;
const trusted = getCACertificates("default");

beforeAll(async () => {
  server = await startQuickServer();
  setDefaultCACertificates([...trusted, server.running.caCertificate]);
  uri = `${server.running.origin}/EWS/Exchange.asmx`;
  restore = server.save();
});
afterAll(() => server.close());
beforeEach(async () => {
  restore();
  [lines, sent] = [[], []];
  server.behave({ ewsBasic: true });
  made = await up(serviceAccount, await server.open(), desired);
});

const send = httpTransport();
const listed = (): string[] => [ad, eva].map((address) => server.recipient(address).guid);

/** A run whose EWS is as it says. */
async function open(ews: Partial<ServerEws> = {}): Promise<Context> {
  const kept = (request: HttpRequest) => {
    sent.push(request);
    return (ews.send ?? send)(request);
  };
  const context = await server.open("automation", (line) => lines.push(line));
  return { ...context, ews: { uri, mailboxes: listed(), ...ews, send: kept } };
}
const remove = async (context: Promise<Context> = open()): Promise<void> => serviceAccount.remove(await context, made);
const isThere = (): boolean =>
  server.tenant.users.some(({ id, deletedDateTime }) => id === made.id && deletedDateTime === null);
const passwordsSent = (): number => sent.filter(({ headers }) => "authorization" in headers).length;

/** Lets the account in, or leaves it so. */
const letIn = () =>
  server.byHand("New-ManagementRoleAssignment", { Role: "ApplicationImpersonation", Name: "in", User: "svcCallPro" });

const goesAllTheSame = (reason: RegExp): void => {
  expect(isThere()).toBe(false);
  const said = lines.filter((line) => line.includes("not proved that EWS refuses it by now"));
  expect(said).toEqual([expect.stringMatching(reason)]);
  expect(lines.join("\n")).not.toContain(password);
};

describe("an account that the stack made", () => {
  test("goes once EWS refuses it a listed mailbox, which is said in one line without its password", async () => {
    await remove();
    expect(lines.filter((line) => /EWS/.test(line))).toEqual([
      `user ${name}: proved before it goes: EWS refuses it the calendar of ${ad} (ErrorImpersonateUserDenied).`,
    ]);
    expect(lines.join("\n")).not.toContain(password);
    expect(isThere()).toBe(false);
  });

  test("goes where it cannot even sign in", async () => {
    enableAccount(server.running.simulator, name, false);
    await remove();
    expect(lines).toContain(
      `user ${name}: proved before it goes: EWS refuses it the calendar of ${ad} (401: it does not take the password).`,
    );
  });

  test("is waited for as long as Exchange remembers that it was let in", async () => {
    server.running.reset({ settings: { authorizationCache: 30_000 } });
    server.behave({ ewsBasic: true });
    made = await up(serviceAccount, await server.open(), desired);
    await letIn();
    expect(await askImpersonation({ uri, send }, { userName: name, password }, ad)).toMatchObject({ kind: "open" });
    await server.byHand("Remove-ManagementRoleAssignment", { Identity: "in" });
    await remove();
    expect(lines.join("\n")).toMatch(/waiting for EWS to refuse svcCallPro@.* the calendar of ad\.viseur@/);
    expect(lines).toContainEqual(expect.stringMatching(/proved before it goes/));
    expect(isThere()).toBe(false);
  });

  test("stays where somebody else lets it in, with what to do; it goes when that is done, or without the proof", async () => {
    await letIn();
    await expect(remove()).rejects.toThrow(
      /^user svcCallPro@\S+: its role assignment is gone, and EWS still lets it into the calendar of ad\.viseur@\S+ after 20 min, so the account was not removed\. Run the same command again.*exchange\.server\.ewsUri: none\.$/,
    );
    expect(isThere()).toBe(true);
    await remove(open({ uri: "none" }));
    goesAllTheSame(/exchange\.server\.ewsUri is none/);
  });
});

describe("what cannot be asked keeps no account from going, and is said once:", () => {
  test("Basic is not offered; the password is not sent", async () => {
    server.behave({ ewsBasic: false });
    await remove();
    goesAllTheSame(/EWS does not offer Basic/);
    expect(passwordsSent()).toBe(0);
  });

  test("there is no https address, no server, no trusted certificate", async () => {
    for (const [address, reason] of [
      ["http://localhost:1/EWS/Exchange.asmx", /is no https address/],
      ["https://localhost:1/EWS/Exchange.asmx", /cannot be reached/],
    ] as const) {
      await remove(open({ uri: address }));
      goesAllTheSame(reason);
      restore();
      lines = [];
      made = await up(serviceAccount, await server.open(), desired);
    }
    setDefaultCACertificates(trusted);
    await remove(open({ send: httpTransport() })).finally(() =>
      setDefaultCACertificates([...trusted, server.running.caCertificate]),
    );
    goesAllTheSame(/certificate of .* is not trusted/);
    expect(passwordsSent()).toBe(0);
  });

  test("nobody says who was listed, or all of them are gone; the next one is asked where the first is", async () => {
    const gone = "0c0ffee0-0000-4000-8000-00000000000a";
    for (const [mailboxes, reason] of [
      [[], /nobody told this run which mailboxes were listed/],
      [[gone], /none of the listed mailboxes/],
    ] as const) {
      await remove(open({ mailboxes }));
      goesAllTheSame(reason);
      restore();
      lines = [];
      made = await up(serviceAccount, await server.open(), desired);
    }
    server.behave({ ewsBasic: true });
    server.recipient(ad).softDeleted = true;
    await remove();
    expect(lines).toContainEqual(expect.stringContaining(`EWS refuses it the calendar of ${eva}`));
  });

  test("its password is not known", async () => {
    made = { ...made, properties: { ...made.properties, password: "" } };
    await remove();
    goesAllTheSame(/its password is not known here/);
  });
});

describe("the address of EWS", () => {
  test("is that of the virtual directory where the settings name none", async () => {
    const toServer = (request: HttpRequest) =>
      send({ ...request, url: request.url.replace(/^https:\/\/[^/]+/, server.running.origin) });
    await remove(open({ uri: undefined, send: toServer }));
    expect(sent.map(({ url }) => url)).toEqual(Array(2).fill("https://ex01.ad.buitendienst.example/EWS/Exchange.asmx"));
    expect(lines).toContainEqual(expect.stringMatching(/proved before it goes/));
  });

  test("is missing where virtual directories may not be read, which is said with the setting", async () => {
    const context = await open({ uri: undefined });
    const exchange = sessionWith(context.exchange, {
      read: (cmdlet, ...rest) =>
        cmdlet === "Get-WebServicesVirtualDirectory"
          ? Promise.reject(new ExchangeError("forbidden", cmdlet, "it is not there"))
          : context.exchange.read(cmdlet, ...rest),
    });
    await remove(Promise.resolve({ ...context, exchange }));
    goesAllTheSame(/no https address of EWS is known: exchange\.server\.ewsUri names one/);
  });
});
