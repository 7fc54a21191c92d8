// The demo's embedded tenant, as a process of its own: it ends with the demo, however that ends, unless it is to be
// kept; a kept one ends when its folder is removed.
import { fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApplicationCredentials, UserCredentials } from "../../simulator/server/credentials.ts";
import type { JournalEntry } from "../../simulator/server/journal.ts";
import type { RunningSimulator } from "../../simulator/simulator.ts";
import { trusting, type Send } from "./http.ts";

/** What the child tells about itself once it answers. */
interface Description {
  readonly origin: string;
  readonly port: number;
  readonly displayName: string;
  readonly caCertificate: string;
  readonly bundleFile: string;
  /** The automation identity. */
  readonly credentials: ApplicationCredentials;
  /** The call centre's own app: what its client signs in with. */
  readonly vendor: ApplicationCredentials;
  readonly administrator: UserCredentials;
  /** Only of an organisation of Exchange Server. */
  readonly server: DemoServer | undefined;
}

/** How an organisation of Exchange Server is reached. */
export interface DemoServer {
  /** Address of its remote PowerShell. */
  readonly connectionUri: string;
  /** The account of the runs. */
  readonly automation: UserCredentials;
  /** Suffix of the user principal name of the account that the stack makes. */
  readonly domain: string;
  /** The PowerShell of the machine. */
  readonly powershell: string;
}

/** The running tenant, and what the demo asks of it. */
export interface DemoTenant extends Description {
  readonly pid: number;
  readonly send: Send;
  /** Everything that is there; the recycle bin and the journal aside. */
  readState(): Promise<unknown>;
  readJournal(): Promise<readonly JournalEntry[]>;
  /** Moves the tenant's clock forward. */
  advanceClock(seconds: number): Promise<void>;
  /** What the tenant complained of; empty where it did not. */
  readComplaints(): string;
  /** Lets it run after this process. */
  keep(): void;
  close(): Promise<void>;
}

/**
 * Starts a tenant on a free port; its certificates and its log go into `folder`.
 * @param powershell makes it an organisation of Exchange Server, whose remote sessions this PowerShell serves
 */
export async function startTenant(folder: string, powershell?: string): Promise<DemoTenant> {
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, "tenant.log");
  const log = openSync(logFile, "w");
  // Detached: a Ctrl-C in the terminal is the demo's business, which then ends the tenant.
  const child = fork(import.meta.filename, [folder, ...(powershell === undefined ? [] : [powershell])], {
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const ended = once(child, "exit");
  const [first] = (await Promise.race([once(child, "message"), ended.then(() => [undefined])])) as [unknown];
  const readComplaints = (): string => readFileSync(logFile, "utf8").trim();
  if (first === undefined) throw new Error(`the embedded tenant did not start: ${readComplaints()}`);
  const description = first as Description;
  const send = trusting(description.caCertificate);
  const ask = async (name: string): Promise<unknown> => {
    const { status, text } = await send("GET", `${description.origin}/simulator/${name}`);
    if (status !== 200) throw new Error(`GET /simulator/${name} answered with status ${status}: ${text}`);
    return JSON.parse(text) as unknown;
  };
  return {
    ...description,
    pid: child.pid ?? 0,
    send,
    readState: async () => ((await ask("state")) as { tenant: unknown }).tenant,
    readJournal: async () => (await ask("journal")) as readonly JournalEntry[],
    async advanceClock(seconds) {
      const { origin } = description;
      const { status, text } = await send(
        "POST",
        `${origin}/simulator/clock`,
        {},
        JSON.stringify({ advance: seconds }),
      );
      if (status !== 200) throw new Error(`POST /simulator/clock answered with status ${status}: ${text}`);
    },
    readComplaints,
    keep() {
      child.send("keep");
      child.disconnect();
      child.unref();
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** The child's part. */
async function serve(folder: string, powershell?: string): Promise<void> {
  const { startSimulator } = await import("../../simulator/simulator.ts");
  // EWS there takes the call centre's name and password as they are, as an administrator can have switched it.
  const server =
    powershell === undefined ? {} : { flavour: "server" as const, powershell, settings: { ewsBasic: true } };
  const running = await startSimulator({ directory: folder, ...server });
  let isKept = false;
  process.on("disconnect", () => {
    if (!isKept) process.exit(0);
  });
  process.on("message", () => {
    isKept = true;
    // A file of this process alone: the next demo makes a folder of the same name at once.
    const marker = join(folder, `kept-${process.pid}`);
    writeFileSync(marker, "");
    setInterval(() => {
      if (!existsSync(marker)) process.exit(0);
    }, 500);
  });
  process.send?.(describe(running, powershell));
}

/** What the parent needs to know of it. */
function describe(running: RunningSimulator, powershell = ""): Description {
  const { vendor } = running.applications;
  const { origin, port, caCertificate, bundleFile, credentials, simulator } = running;
  const connectionUri = running.server?.connectionUri;
  const accounts: Readonly<Record<string, UserCredentials>> = running.server?.accounts ?? {};
  const { automation, administrator: ofServer } = accounts;
  const administrator = ofServer ?? running.administrator;
  if (vendor === undefined || administrator === undefined)
    throw new Error("the seed has no vendor or no administrator");
  const domain = automation?.userName.split("@")[1];
  const isServer = connectionUri !== undefined && automation !== undefined && domain !== undefined;
  return {
    ...{ origin, port, displayName: simulator.tenant.displayName, caCertificate, bundleFile },
    ...{ credentials, vendor, administrator },
    server: isServer ? { connectionUri, automation, domain, powershell } : undefined,
  };
}

if (import.meta.main) await serve(process.argv[2] ?? ".", process.argv[3]);
