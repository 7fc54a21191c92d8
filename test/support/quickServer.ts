/**
 * An organisation of Exchange Server whose sessions need no PowerShell: what a shell's process asks of it is asked in this
 * process, and what it answers is judged as if PowerShell had told it. For all that is not PowerShell's own.
 */
import { directorySettings } from "../../exchange/powershell/serverConnection.ts";
import { serverSession } from "../../exchange/powershell/session.ts";
import type { ShellCall, ShellResult } from "../../exchange/powershell/message.ts";
import type { Connection } from "../../exchange/powershell/opening.ts";
import { contextOf } from "../../resources/lifecycle/context.ts";
import { generatePassword } from "../../resources/serviceUserPassword.ts";
import { callerFor, findAccount } from "../../simulator/exchangeServer/authentication.ts";
import { serverCmdlets } from "../../simulator/exchangeServer/catalogue.ts";
import { serverRightsOf } from "../../simulator/exchangeServer/splitPermissions.ts";
import { reachOf } from "../../simulator/access/access.ts";
import { describeState } from "../../simulator/tenant/state.ts";
import type { Recipient } from "../../simulator/tenant/exchangeModel.ts";
import type { Switches } from "../../simulator/tenant/switches.ts";
import { waitUntil } from "../../network/waiting.ts";
import { fakeWaits } from "../network/fakeWaits.ts";
import { startOrganization, type ServerOrganization } from "../simulator/exchangeServer/organization.ts";
import type { TestPlace } from "./tenant.ts";

/** What a session is told of Active Directory. */
type Directory = Parameters<typeof directorySettings>[0];

/** The organisation as the suites know a tenant. */
export interface QuickServer extends TestPlace {
  readonly organization: ServerOrganization;
  /** A session of its own for an account of the seed (default: the automation's), with what it reports. */
  open(purpose?: string, report?: (line: string) => void, directory?: Directory): ReturnType<TestPlace["open"]>;
  /** Changes how the organisation behaves, from here on. */
  behave(switches: Partial<Switches>): void;
}

/** Starts one. */
export async function startQuickServer(): Promise<QuickServer> {
  const organization = await startOrganization();
  const { running } = organization;
  const open: QuickServer["open"] = (purpose = "automation", report = () => undefined, directory = {}) => {
    const exchange = serverSession({
      tenantId: running.simulator.tenant.tenantId,
      uri: "http://ex01/PowerShell/",
      credential: () => Promise.resolve(undefined),
      waits: fakeWaits(),
      connect: () => connectionOf(organization, purpose, directory),
    });
    const place = { tenantId: running.simulator.tenant.tenantId, exchange, entra: undefined };
    const clock = fakeWaits();
    return Promise.resolve({
      ...contextOf(place, report),
      waitFor: (what, probe, seconds = 300) => {
        const look = (): ReturnType<typeof probe> => {
          running.clock.advance(1_000);
          return probe();
        };
        return waitUntil(what, look, { timeoutSeconds: seconds, report, clock, intervalSeconds: 1 });
      },
    });
  };
  const byHand: TestPlace["byHand"] = async (cmdlet, parameters) => {
    await organization.session("administrator").run(cmdlet, parameters);
    running.settle();
  };
  const recipient = (key: string): Recipient => {
    const found = running.simulator.tenant.recipients.find((each) =>
      [each.primarySmtpAddress, each.name, each.userPrincipalName, each.displayName].some(
        (text) => text?.toLowerCase() === key.toLowerCase(),
      ),
    );
    if (found === undefined) throw new Error(`The organisation has no recipient ${key}.`);
    return found;
  };
  return {
    organization,
    running,
    get tenant() {
      return running.simulator.tenant;
    },
    open,
    behave: (switches) => Object.assign(running.simulator.switches, switches),
    dump: () => describeState(running.simulator.tenant).tenant,
    save: () => {
      running.settle();
      const saved = structuredClone(running.simulator.tenant);
      const switches = { ...running.simulator.switches };
      return () => {
        running.settle();
        running.simulator.tenant = structuredClone(saved);
        Object.assign(running.simulator.switches, switches);
        running.journal.reset(reachOf(running.simulator.tenant), new Map());
      };
    },
    recipient,
    lines: (...addresses) =>
      addresses
        .map((address) => `${address} ${recipient(address).guid}\n`)
        .toSorted()
        .join(""),
    byHand,
    async makeUser(userPrincipalName, mark = "") {
      const [Name = ""] = userPrincipalName.split("@");
      const Password = generatePassword();
      await byHand("New-Mailbox", { Name, UserPrincipalName: userPrincipalName, Password });
      if (mark !== "") await byHand("Set-User", { Identity: Name, Notes: mark });
      return `${userPrincipalName} ${recipient(userPrincipalName).guid}\n`;
    },
    close: () => running.close(),
  };
}

/** A connection whose shell is the organisation itself. */
async function connectionOf(
  organization: ServerOrganization,
  purpose: string,
  directory: Directory,
): Promise<Connection> {
  const session = organization.session(purpose);
  // As connectToServer does.
  const settings = directorySettings(directory);
  if (Object.keys(settings).length > 0) await session.run("Set-ADServerSettings", settings);
  const run = async ({ cmdlet, parameters, secrets }: ShellCall): Promise<ShellResult> => {
    if (cmdlet === "Get-Command") return resultOf(visibleTo(organization, purpose, parameters?.["Name"]));
    // The function that stands for a cmdlet keeps what is PowerShell's own.
    const sent = Object.entries({ ...parameters, ...secrets }).filter(([name]) => name !== "Confirm");
    const { objects, failure } = await session.ask(cmdlet, Object.fromEntries(sent));
    if (failure === undefined) return resultOf(objects.map(withoutAnnotations));
    const reason = failure.type.split(".").at(-1) ?? failure.type;
    const fault = { type: failure.type, reason, id: `${failure.id},${cmdlet}`, message: failure.message };
    return { objects: [], warnings: [], faults: [fault], isPart: false };
  };
  const shell = {
    isAlive: true,
    end: () => undefined,
    run: async (calls: readonly ShellCall[]) => {
      const results = [];
      for (const call of calls) results.push(await run(call));
      return results;
    },
  };
  return { shell: shell as unknown as Connection["shell"], expires: Infinity };
}

function resultOf(objects: ShellResult["objects"]): ShellResult {
  return { objects, warnings: [], faults: [], isPart: false };
}

function withoutAnnotations(object: Readonly<Record<string, unknown>>): ShellResult["objects"][number] {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !name.includes("@")));
}

function visibleTo({ running }: ServerOrganization, purpose: string, wanted?: unknown): ShellResult["objects"] {
  const { simulator } = running;
  const account = findAccount(simulator.tenant, running.server?.accounts[purpose]?.userName ?? purpose);
  if (account === undefined) throw new Error(`There is no account for ${purpose}.`);
  const rights = serverRightsOf(simulator, callerFor(account, simulator));
  return serverCmdlets
    .filter(({ name }) => rights.allows(name) && (wanted === undefined || wanted === name))
    .map(({ name, parameters }) => {
      const held = Object.keys(parameters).filter((parameter) => rights.grants(name, parameter));
      return { Name: name, ParameterSets: [held.map((parameter) => `[-${parameter} <Object>]`).join(" ")] };
    });
}
