// What the steps of all stories share: the stage, what earlier steps left to later ones, and runs of the engine that
// are judged.
import { asidesOf } from "./aside.ts";
import { waitUntil } from "../../network/waiting.ts";
import type { Calendars } from "./calendars.ts";
import { adviser, appointment, day, director, mailboxes, names } from "./customer.ts";
import { compareDrift, readDrift } from "./drift.ts";
import { openCalendars } from "./ews.ts";
import { signIn } from "./http.ts";
import type { Chapter, Reach } from "./reach.ts";
import type { Stage } from "./stage.ts";
import { demand, type Step } from "./step.ts";

/** What the steps share. */
export interface Scene {
  readonly stage: Stage;
  /** Says a line beneath the step's title. */
  readonly told: (line: string) => void;
  readonly chapters: Chapter[];
  /** What stays after the demo, a line each. */
  readonly left: string[];
  /** The tenant's state before everything. */
  before: unknown;
  /** Of the service user; empty before the first up. */
  userName: string;
  /** The call centre's way in as the service user. */
  calendars: Calendars | undefined;
}

/** Makes one step. */
export type StepMaker = (scene: Scene) => Step;

/** The scene before the first step. */
export function openScene(stage: Stage, say: (line: string) => void): Scene {
  const told = (line: string): void => {
    say(`     ${line}`);
  };
  return { stage, told, chapters: [], left: [], before: undefined, userName: "", calendars: undefined };
}

/** Notes which part of the journal an action of the stack wrote; the action returns what was asked for. */
export async function chapter(scene: Scene, title: string, action: () => Promise<Reach>): Promise<Chapter> {
  const { stage, chapters } = scene;
  const from = (await stage.tenant.readJournal()).length;
  const asked = await action();
  const noted = { title, from, to: (await stage.tenant.readJournal()).length, byHand: false, asked };
  chapters.push(noted);
  return noted;
}

/** Notes which part of the journal somebody wrote by hand. */
export async function byHand(scene: Scene, title: string, action: () => Promise<void>): Promise<void> {
  const { stage, chapters } = scene;
  const from = (await stage.tenant.readJournal()).length;
  await action();
  chapters.push({ title, from, to: (await stage.tenant.readJournal()).length, byHand: true, asked: {} });
}

/** What each access mode proves itself with. */
const proofs = { impersonation: "impersonationVerification", application: "applicationVerification" } as const;

/** What an up left. */
export interface UpResult {
  /** What the engine said. */
  readonly output: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** One `pulumi up` that has to end with a passed proof of every access mode. */
export async function up(scene: Scene, title: string): Promise<UpResult> {
  const { stage } = scene;
  let result: UpResult = { output: "", outputs: {} };
  await chapter(scene, title, async () => {
    const run = await stage.pulumi("up", "--yes", "--skip-preview", "--suppress-progress");
    demand(run.code === 0, `pulumi up ended with exit code ${run.code}`);
    const outputs = await stage.readOutputs();
    result = { output: run.output, outputs };
    for (const mode of accessOf(stage)) {
      const { verdict, summary } = (outputs[proofs[mode]] ?? {}) as { verdict?: unknown; summary?: unknown };
      demand(verdict === "passed", `the stack's output ${proofs[mode]} says: ${String(summary)}`);
    }
    if (accessOf(stage).includes("impersonation")) await signInAsUser(scene, outputs);
    return askedOf(scene);
  });
  return result;
}

/** The access modes that the stack is asked for now. */
export function accessOf({ settings }: Stage): readonly (keyof typeof proofs)[] {
  return settings["access"] as readonly (keyof typeof proofs)[];
}

/** What the settings ask for: the listed mailboxes by the ways that are in use, and none by the others. */
function askedOf({ stage, userName }: Scene): Reach {
  const access = accessOf(stage);
  return {
    [userName]: access.includes("impersonation") ? mailboxes : [],
    [names.application]: access.includes("application") ? mailboxes : [],
  };
}

async function signInAsUser(scene: Scene, { userName, password }: Readonly<Record<string, unknown>>): Promise<void> {
  demand(typeof userName === "string" && typeof password === "string", "the outputs hold no user name or no password");
  const { send, origin, vendor, server } = scene.stage.tenant;
  const authorization =
    server === undefined
      ? `Bearer ${await signIn(send, origin, { userName, password }, vendor)}`
      : `Basic ${Buffer.from(`${userName}:${password}`).toString("base64")}`;
  scene.userName = userName;
  scene.calendars = openCalendars(send, origin, authorization);
}

/** One `pulumi up` that has to be refused; returns the message's first match. */
export async function refusedUp(scene: Scene, title: string, message: RegExp): Promise<RegExpExecArray> {
  let said = "";
  const { from, to } = await chapter(scene, title, async () => {
    const { code, output } = await scene.stage.pulumi("up", "--yes", "--skip-preview", "--suppress-progress");
    demand(code > 0, `pulumi up was not refused, but ended with exit code ${code}`);
    said = output;
    for (const aside of asidesOf(output)) scene.told(aside);
    return {};
  });
  const match = message.exec(said);
  demand(match !== null, `pulumi up does not say ${message.source}`);
  demand(from === to, `the refused up wrote ${to - from} times to the tenant`);
  return match;
}

/** A preview that shows exactly the expected drift; returns its exit code and what the proof says. */
export async function previewDrift(
  { stage, told }: Scene,
  expected: Parameters<typeof compareDrift>[1],
): Promise<{ code: number; verdict: string }> {
  const { code, output } = await stage.pulumi("preview", "--diff", "--expect-no-changes", "--suppress-progress");
  demand(code > 0, `the preview of a changed tenant ended with exit code ${code}`);
  for (const aside of asidesOf(output)) told(aside);
  const wrong = compareDrift(readDrift(output), expected);
  demand(wrong.length === 0, ...wrong);
  return { code, verdict: /~ verdict\s*: "([^\n]*)" => "to be proved"/.exec(output)?.[1] ?? "" };
}

/** The call centre's appointment in the adviser's calendar is placed and seen; returns its id. */
export async function placeAppointment(calendars: Calendars, told: (line: string) => void): Promise<string> {
  const placed = await calendars.place(adviser, appointment);
  demand(placed.refused === undefined, `the appointment for ${adviser} was refused: ${placed.refused ?? ""}`);
  const listed = await calendars.list(adviser, ...day);
  demand(
    listed.refused === undefined && listed.value.includes(appointment.subject),
    `the calendar of ${adviser} does not show the appointment`,
  );
  told(`${adviser}: "${appointment.subject}" is in the calendar.`);
  return placed.value;
}

/** How long the tenant's authorisation cache may hold an old decision in the demo, in seconds. */
const cachePatience = 30;

/** Waits until a mailbox opens, or is refused with this code: the authorisation cache takes its time. */
export async function awaitMailbox(
  { told }: Scene,
  mailbox: string,
  open: () => Promise<Calendars>,
  wanted: "open" | { readonly refused: string },
): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const { refused } = await (await open()).list(mailbox, ...day);
    if (wanted === "open") return refused === undefined ? true : undefined;
    if (refused !== undefined) demand(refused === wanted.refused, `the refusal for ${mailbox} is ${refused}`);
    return refused === undefined ? undefined : true;
  };
  const what = `the mailbox of ${mailbox} to be ${wanted === "open" ? "open" : "shut"}`;
  await waitUntil(what, look, { timeoutSeconds: cachePatience, report: told, intervalSeconds: 0.1 });
}

/** @throws NotHeld before anybody has signed in as the service user */
export function calendarsOf({ calendars }: Scene): Calendars {
  demand(calendars !== undefined, "nobody has signed in yet");
  return calendars;
}

/** The director's calendar stays shut. */
export async function demandDirectorShut(calendars: Calendars, refusal: string): Promise<void> {
  const { refused } = await calendars.place(director, appointment);
  demand(refused === refusal, `${director} was not refused with ${refusal}, but: ${refused ?? "let in"}`);
}
