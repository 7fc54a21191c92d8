// Brings a stack back to work after its run was killed.
import { lockFolder } from "./backend.ts";
import { runEngine } from "./engine.ts";
import { endOrphanedHosts } from "./hosts.ts";
import { readLocks, releaseLock, type Lock, type Verdict } from "./lock.ts";
import { judgeLock, removeOutdated } from "./lockOwner.ts";
import { projectNameIn } from "./projectName.ts";

/** What a recovery ends with. */
export type ExitCode = 0 | 1 | 2;

/** Ends the command with code 2. */
class Refusal extends Error {}

/** One entry of the state's `pending_operations`. */
interface PendingOperation {
  readonly type: string;
  readonly resource: { readonly urn: string };
}

/**
 * Releases the engine's lock where its owner is proved dead, then ends what it left running and clears the operations
 * that were under way.
 * @param stack the stack's name, or `organization/project/stack`
 * @param project the folder with Pulumi.yaml
 * @param say gets one line at a time
 * @param force whether a lock goes, too, whose owner may be alive for all that can be known here
 */
export async function recover(
  stack: string,
  project: string,
  say: (line: string) => void,
  force = false,
): Promise<ExitCode> {
  try {
    const name = stack.split("/").at(-1) ?? stack;
    const projectName = stack.split("/").at(-2) ?? readProjectName(project);
    const backend = await askBackend(project);
    const locks = lockFolder(backend, projectName, name);
    if (locks === undefined) throw new Refusal(unknownBackend(backend, name));
    await demandStack(stack, project);
    const judged = readLocks(locks).map((lock) => ({ lock, verdict: judgeLock(backend, lock) }));
    const released = releaseLocks(judged, stack, force, say);
    if (released === undefined) return 1;
    removeOutdated(backend);
    const ended = await endOrphanedHosts(project);
    for (const { title, pid } of ended) say(`ended: ${title} ${pid}, whose engine is gone`);
    const pending = await clearPending(stack, project);
    for (const line of pending) say(`cleared: ${line}`);
    if (pending.length === 0) say("no pending operations");
    if (released + ended.length + pending.length === 0) {
      say("nothing to recover: npm run pulumi -- up and destroy work as usual");
      return 0;
    }
    say(
      `next: npm run pulumi -- up --stack ${name} (goes on where the run ended; what it had already made is found again, unless somebody changed it since: then it is named), ` +
        `or npm run pulumi -- destroy --stack ${name}`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    return 2;
  }
}

/** @returns the backend's URL */
async function askBackend(project: string): Promise<string> {
  const { url } = JSON.parse(await ask(["whoami", "--json"], project)) as { url?: string };
  return url ?? "";
}

function unknownBackend(url: string, stack: string): string {
  return (
    `${url || "this backend"} is not a file backend with a known layout, so nobody can prove from here that a lock's owner is ` +
    `dead. Make sure that no run of this stack is under way anywhere; then: npm run pulumi -- cancel --stack ${stack}, and ` +
    `npm run pulumi -- refresh --clear-pending-creates --stack ${stack}`
  );
}

interface JudgedLock {
  readonly lock: Lock;
  readonly verdict: Verdict;
}

/** @throws Refusal where the backend has no such stack; any other complaint is told where the state is needed */
async function demandStack(stack: string, cwd: string): Promise<void> {
  const { code, stderr } = await runEngine(["stack", "export", "--stack", stack], { cwd });
  if (code !== 0 && /no stack named/.test(stderr)) throw new Refusal(oneLine(stderr).replace(/^error: /, ""));
}

/** @returns how many locks were released; undefined where one has to stay, then none was */
function releaseLocks(
  judged: readonly JudgedLock[],
  stack: string,
  force: boolean,
  say: (line: string) => void,
): number | undefined {
  if (judged.length === 0) say("the stack is not locked");
  const kept = judged.filter(({ verdict: { owner } }) => owner === "alive" || (owner === "unknown" && !force));
  for (const { lock, verdict } of kept) say(`the lock stays: ${verdict.reason} (${lock.path})`);
  if (kept.some(({ verdict }) => verdict.owner === "unknown")) {
    say(
      `only where you know that no run of this stack is under way anywhere: npm run recover -- --stack ${stack} --force. ` +
        "A run that is, and the next one, would overwrite what the other records, and leave objects that no stack knows",
    );
  }
  if (kept.length > 0) return undefined;
  for (const { lock, verdict } of judged) {
    releaseLock(lock);
    const since = lock.owner ? ` of ${lock.owner.timestamp.toISOString()}` : "";
    say(`lock${since} released${verdict.owner === "unknown" ? " by force" : ""}: ${verdict.reason}`);
  }
  return judged.length;
}

/**
 * The engine drops pending operations when it imports a state; importing the stack's own is therefore the way that
 * reads nothing from the tenant (`refresh --clear-pending-creates` reads everything). Secrets stay encrypted on the
 * way.
 * @returns what was cleared
 */
async function clearPending(stack: string, project: string): Promise<string[]> {
  const state = await ask(["stack", "export", "--stack", stack], project);
  const { deployment } = JSON.parse(state) as { deployment?: { pending_operations?: PendingOperation[] } };
  const pending = deployment?.pending_operations ?? [];
  if (pending.length > 0) await ask(["stack", "import", "--stack", stack], project, state);
  return pending.map(({ type, resource }) => `${type} ${resource.urn.split("::").slice(2).join(" ")}`);
}

/** @returns the engine's standard output */
async function ask(args: string[], cwd: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await runEngine(args, { cwd, ...(input === undefined ? {} : { input }) });
  if (code !== 0) throw new Refusal(`pulumi ${args.join(" ")}: ${oneLine(stderr) || `exit code ${code}`}`);
  return stdout;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}

function readProjectName(project: string): string {
  const name = projectNameIn(project);
  if (name === undefined) throw new Refusal(`${project}/Pulumi.yaml names no project`);
  return name;
}
