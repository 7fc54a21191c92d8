// `npm run demo` as a stranger runs it: with the real engine, to its end, interrupted, killed and kept.
import { afterAll, describe, expect, test } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../commands/setup/checkout.mjs";
import { age } from "../support/age.ts";
import { powershell } from "../support/powershell.ts";
import { descendantsOf, listProcesses, stillAlive, until } from "../support/processes.ts";
import { shortRun } from "../support/stack.ts";

const folder = join(checkout, ".demo");
const page = join(checkout, "reports", "demo.html");
const configuration = join(checkout, "stacks", "Pulumi.demo.yaml");

/** A program that is under way. */
interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** The exit code; `null` where a signal ended it. */
  readonly ended: Promise<number | null>;
}

function start(program: string, ...args: string[]): Running {
  const env = { ...process.env, ...shortRun };
  const child = spawn(program, args, { cwd: checkout, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, ended: new Promise((resolve) => child.on("close", resolve)) };
}

const demoProgram = [process.execPath, join(checkout, "commands", "demo.ts")] as const;
const demo = (...args: string[]): Running => start(...demoProgram, ...args);

/** Waits until the first `up` is making things. */
async function untilCreating({ output }: Running): Promise<void> {
  await until("the demo's first object", () => /RoleGroup role-group creat/.test(output()), 60);
}

/** Rows of the table at the end: title and outcome. */
function rowsOf(output: string): string[] {
  return [...output.matchAll(/^ {2}(.+?) {2,}(held|did not hold|not run) +(?:[\d.]+|-)$/gm)].map(
    ([, title, outcome]) => `${title ?? ""}: ${outcome ?? ""}`,
  );
}

const impersonation = [
  "A tenant without any of it: held",
  "pulumi up: the access is made, and proved: held",
  "EWS: an appointment placed, another one refused: held",
  "Somebody changes things by hand: held",
  "pulumi preview: exactly these changes, and the broken proof: held",
  "pulumi up: repaired, and proved again: held",
];
const migration = [
  "Straight to application access: refused: held",
  "Stage 1, both ways: the app is added, and proved: held",
  "Stage 2 at once: refused, it is too early: held",
  "Stage 2, two hours later: the service user goes: held",
  "Graph: an appointment placed; director and inbox refused: held",
  "A drift that hides: a consent for the whole tenant: held",
  "pulumi preview: the scope holds, the proof does not: held",
  "pulumi up: the consent is taken away, and proved again: held",
];
const papers = ["The papers: a page for the customer, a hand-over opened: held"];
const undo = ["pulumi destroy: undone, access first: held", "The tenant is as it was before: held"];
const end = ["The journal: never wider than before or asked for: held", "all together: held"];

describe("npm run demo", () => {
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(configuration, { force: true });
    rmSync(page, { force: true });
  });

  const expectNothingLeft = (): void => {
    expect({ folder: existsSync(folder), configuration: existsSync(configuration) }).toEqual({
      folder: false,
      configuration: false,
    });
  };

  // The document's steps on Exchange Server, over a real PowerShell, where there is one: their undo is seen in
  // test/endToEnd/exchangeServer.test.ts, and the demo's in the next but one.
  const onServer = powershell !== undefined;
  test(`kept${onServer ? " on Exchange Server" : ""}, it leaves tenant and stack running for plain pulumi commands`, async () => {
    const kept = demo("--story", onServer ? "server" : "impersonation", "--keep");
    expect(await kept.ended).toBe(0);
    expect(rowsOf(kept.output())).toEqual([...impersonation, ...papers, ...end]);
    const script = [
      `. ${join(folder, "environment.sh")}`,
      "pulumi preview --expect-no-changes --stack demo --non-interactive",
      "node commands/verify.ts --stack demo",
    ].join(" && ");
    const playing = start("sh", "-c", script);
    expect({ code: await playing.ended, output: playing.output() }).toMatchObject({
      code: 0,
      output: expect.stringContaining("The access is as asked for"),
    });
  }, 240_000);

  test("killed in the middle of an up, it takes its tenant along; the next one clears the rest", async () => {
    const kept = listProcesses().filter(({ command }) => command.includes(join(folder, "tenant")));
    expect(kept).toHaveLength(1);
    const killed = demo();
    await untilCreating(killed);
    await until("the kept tenant to end", () => stillAlive(kept).length === 0);
    const family = descendantsOf(killed.child.pid ?? 0);
    expect(family.some(({ command }) => command.includes(join(folder, "tenant")))).toBe(true);
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(existsSync(folder)).toBe(true);
    await until(
      "its tenant to end",
      () => stillAlive(family.filter(({ command }) => command.includes(folder))).length === 0,
    );
  }, 120_000);

  test("to its end: everything holds, and nothing is left", async () => {
    const whole = demo();
    expect(await whole.ended).toBe(0);
    const output = whole.output();
    expect(rowsOf(output)).toEqual([...impersonation, ...migration, ...papers, ...undo, ...end]);
    for (const told of [
      "the message names both stages",
      "Removed in this order: RoleAssignment, RoleGroup, User.",
      "The inbox of ad.viseur@buitendienst.example: refused, ErrorAccessDenied.",
      "Scoped access holds, but something reaches wider: Calendars.ReadWrite on Microsoft Graph.",
      "Removed in this order: RoleAssignment, ManagementScope, SecurityGroup, ExchangeServicePrincipal, ServicePrincipal, Application.",
      age === undefined ? "age, is not installed here" : "opens the hand-over: client id, and the 5 mailboxes",
      "For the customer's administrator: reports/demo.html",
      "by hand: changes in Exchange (4), consent of Calendars.ReadWrite (1).",
    ]) {
      expect(output).toContain(told);
    }
    // Fewer than 120 on a busy machine.
    expect(output).toMatch(/it says to come back in 1[12]\d minutes/);
    expect(output).not.toMatch(/PRIVATE KEY|AGE-SECRET-KEY/);
    expect(readFileSync(page, "utf8")).toContain("The access is as asked for.");
    expectNothingLeft();
  }, 300_000);

  test("interrupted, it ends in order, removes everything and says so by its exit code", async () => {
    const interrupted = demo();
    await untilCreating(interrupted);
    const family = descendantsOf(interrupted.child.pid ?? 0);
    interrupted.child.kill("SIGINT");
    expect(await interrupted.ended).toBe(130);
    expect(interrupted.output()).toContain("interrupted: the run of the engine ends in order");
    expect(rowsOf(interrupted.output())).toContain("all together: did not hold");
    expectNothingLeft();
    await until("everything that it started to end", () => stillAlive(family).length === 0);
  }, 120_000);

  test("the story on Exchange Server says in one line what is missing without a PowerShell", async () => {
    const { ended, output } = start(
      "env",
      "CALENDAR_ACCESS_POWERSHELL=/nowhere/pwsh",
      ...demoProgram,
      "--story",
      "server",
    );
    expect(await ended).toBe(1);
    expect(output()).toMatch(
      /^demo: the story "server" needs PowerShell 7\.5 or newer, and there is no \/nowhere\/pwsh: [^\n]+\n$/,
    );
    expectNothingLeft();
  }, 30_000);

  test("an unknown story is refused before anything starts", async () => {
    const unknown = demo("--story", "fairy tale");
    expect(await unknown.ended).toBe(1);
    expect(unknown.output()).toContain("no story fairy tale; there is all, impersonation, migration, server");
    expectNothingLeft();
  }, 30_000);
});
