// What to do where a stack is locked: the engine says that it is, and names a command that takes a living run's lock, too.
import { backendOf, lockFolder } from "../engine/backend.ts";
import { runEngine } from "../engine/engine.ts";
import { readLocks } from "../engine/lock.ts";
import { judgeLock, stackIn } from "../engine/lockOwner.ts";
import { projectNameIn } from "../engine/projectName.ts";
import type { Call } from "./state.ts";

/**
 * Who holds the lock, and how it is released; a line for each, none where the stack is free or the backend no folder.
 * @param project the folder with Pulumi.yaml
 */
export async function lockAdvice(call: Call, environment: NodeJS.ProcessEnv, project: string): Promise<string[]> {
  // A preview takes no lock, and so never fails for one.
  if (call.command === "preview") return [];
  const stack = stackIn(call.stack) ?? (await selectedStack(call, environment, project));
  const backend = backendOf(environment, project);
  const folder = lockFolder(backend, projectNameIn(project) ?? "", stack);
  return (folder === undefined ? [] : readLocks(folder)).map((lock) => {
    const { owner: state, reason } = judgeLock(backend, lock);
    const { username = "somebody", hostname = "an unknown machine", timestamp } = lock.owner ?? {};
    const since = timestamp === undefined ? "" : ` since ${timestamp.toISOString()}`;
    const command = `npm run recover -- --stack ${stack}`;
    const way =
      state === "dead" ? `${command} releases it` : `Was that run killed: ${command} says whether it can be released`;
    return `the stack ${stack} is locked by ${username} on ${hostname}${since}: ${reason}. ${way}. Never pulumi cancel: it takes the lock of a run at work, too.`;
  });
}

async function selectedStack(call: Call, environment: NodeJS.ProcessEnv, cwd: string): Promise<string> {
  const { stdout } = await runEngine(["stack", "--show-name", ...call.stack], { cwd, env: environment });
  return stdout.trim();
}
