// A stack without its tenant: its backend, its lock, what opens its secrets, its settings.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { messageOf } from "../../resources/lifecycle/userError.ts";
import { backendOf, lockFolder } from "../engine/backend.ts";
import { engineEnvironment, runEngine } from "../engine/engine.ts";
import { readLocks } from "../engine/lock.ts";
import { judgeLock } from "../engine/lockOwner.ts";
import { projectNameIn } from "../engine/projectName.ts";
import { passphraseProblem } from "../run/passphrase.ts";
import { checkout } from "../setup/checkout.mjs";
import { readConfiguration, type StackOptions } from "../verify/stack.ts";
import type { Check } from "./check.ts";

/** What a stack is asked about its tenant with; `undefined` where its settings cannot be read. */
export type Configured = Awaited<ReturnType<typeof readConfiguration>> | undefined;

/** Whether the backend answers, which the engine alone can tell. */
export async function checkBackend(environment: NodeJS.ProcessEnv): Promise<Check> {
  const url = backendOf(environment, checkout);
  const { code, stderr } = await runEngine(["stack", "ls"], { env: engineEnvironment(environment) });
  return { code: "backend", state: code === 0 ? "ok" : "wrong", url, reason: code === 0 ? "" : reasonIn(stderr) };
}

/** All that is told of a stack; the tenant is not asked. */
export async function checkStack(
  options: StackOptions,
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly checks: readonly Check[]; readonly configured: Configured }> {
  const name = options.stack;
  const [exported, configured] = await Promise.all([
    runEngine(["stack", "export", "--stack", name], { env: engineEnvironment(environment) }),
    readConfiguration(options, environment).catch(messageOf),
  ]);
  const isThere = exported.code === 0;
  const stack: Check = {
    code: "stack",
    state: isThere ? "ok" : "wrong",
    name,
    reason: isThere ? "" : reasonIn(exported.stderr),
  };
  if (!isThere) return { checks: [stack], configured: undefined };
  const problems = typeof configured === "string" ? [configured] : configured.problems;
  return {
    checks: [
      stack,
      checkLock(name, environment),
      checkSecrets(options, environment),
      { code: "settings", state: problems.length === 0 ? "ok" : "wrong", problems },
    ],
    configured: typeof configured === "string" ? undefined : configured,
  };
}

function checkLock(name: string, environment: NodeJS.ProcessEnv): Check {
  const backend = backendOf(environment, checkout);
  const folder = lockFolder(backend, projectNameIn(checkout) ?? "", name);
  if (folder === undefined) {
    return {
      code: "lock",
      state: "notAsked",
      owner: "",
      since: "",
      reason: "the backend is no folder: it keeps locks itself",
    };
  }
  const [lock] = readLocks(folder);
  if (lock === undefined) return { code: "lock", state: "ok", owner: "", since: "", reason: "" };
  const { username = "somebody", hostname = "an unknown machine", timestamp } = lock.owner ?? {};
  const { owner: state, reason } = judgeLock(backend, lock);
  return {
    code: "lock",
    state: state === "alive" ? "warning" : "wrong",
    owner: `${username} on ${hostname}`,
    since: timestamp?.toISOString() ?? "",
    reason,
  };
}

/** What opens the stack's secrets, as its settings file says; of another provider than the passphrase nothing is asked. */
function checkSecrets({ stack, configFile }: StackOptions, environment: NodeJS.ProcessEnv): Check {
  const file = configFile === undefined ? join(checkout, "stacks", `Pulumi.${stack}.yaml`) : resolve(configFile);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const valueOf = (key: string): string => new RegExp(`^${key}:\\s*["']?([^"'\\s]+)`, "m").exec(text)?.[1] ?? "";
  const [provider, salt] = [valueOf("secretsprovider"), valueOf("encryptionsalt")];
  if (salt === "") {
    const reason = provider === "" ? "the settings file names none" : "it is not asked: its next use tells";
    return { code: "secrets", state: "notAsked", provider: provider || "the backend's own", reason };
  }
  const problem = passphraseProblem(salt, environment);
  return {
    code: "secrets",
    state: problem === undefined ? "ok" : "wrong",
    provider: "passphrase",
    reason: problem ?? "",
  };
}

/** What the engine says, in one line. */
function reasonIn(stderr: string): string {
  return stderr
    .trim()
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ");
}
