// Whether a stack is to be run by another automation identity than the last time. The engine reads the tenant, in a
// refresh, with the settings of the last run; where they no longer hold, the program has to run first
// (facts/pulumi.md §0.2).
import { named } from "../../network/quoted.ts";
import { runEngine } from "../engine/engine.ts";
import type { Call, Configuration, Known, State } from "./state.ts";

/** The settings that say who signs in where; all are plain. */
const ids = ["azuread:tenantId", "azuread:clientId", "azuread:metadataHost", "azuread:environment"];
/** Those that hold what proves it: from a state's and a configuration's secrets only their being there can be told. */
const proofs = ["azuread:clientSecret", "azuread:clientCertificatePath", "azuread:clientCertificatePassword"];
const switches = ["azuread:useOidc", "azuread:oidcToken", "azuread:useCli"];

/**
 * What is another identity now than in the stack's last run, e.g. `azuread:clientId was A and is B`; empty where
 * nothing is, or where there was no run. Pure.
 */
export function identityChanges(state: State, configuration: Configuration): string[] {
  const hosts = state.resources?.filter(({ type }) => type === "pulumi:providers:pulumi-nodejs") ?? [];
  const recorded = hosts[0]?.inputs;
  if (recorded === undefined) return [];
  return [...ids, ...proofs, ...switches].flatMap((key) => {
    const then = recorded[key];
    const now = configuration[key];
    if (then === undefined && now === undefined) return [];
    if (then === undefined) return [`${key} was not set and is now`];
    if (now === undefined) return [`${key} was set and is not any more`];
    if (typeof then !== "string" || now.secret || then === now.value) return [];
    return [`${key} was ${named(then)} and is ${named(now.value ?? "")}`];
  });
}

/** Whether what proves the identity stands in the stack itself, so that nobody can tell whether it was changed. */
export function hasOwnSecret(configuration: Configuration): boolean {
  return [...proofs, ...switches].some((key) => configuration[key]?.secret === true);
}

/**
 * Sees to it that the engine signs in as the settings say now, not as in the last run: the program runs first, and for
 * a destroy, which reads the tenant before it runs anything, a refresh with it comes before.
 * @param environment of the engine; changed where that is needed
 * @returns false where the run cannot be made; why is said
 */
export async function prepareIdentity(
  call: Call,
  { state, configuration }: Known,
  environment: Record<string, string>,
  say: (line: string) => void,
): Promise<boolean> {
  if (state === undefined || configuration === undefined) return true;
  const changes = identityChanges(state, configuration);
  if (changes.length === 0) return true;
  const what = `the automation identity was changed since the stack's last run (${changes.join("; ")})`;
  if (call.command !== "destroy") {
    if (!call.has("--run-program")) say(`${what}: the program runs first, so that the new one is used.`);
    environment["PULUMI_RUN_PROGRAM"] = "true";
    return true;
  }
  const refresh = ["refresh", "--run-program", "--yes", "--skip-preview", ...call.stack, ...call.configFile];
  if (call.has("--preview-only")) {
    say(`${what}. Let the stack know it first: npm run pulumi -- ${refresh.join(" ")}`);
    return false;
  }
  say(`${what}: a refresh comes first, so that the new one is used.`);
  const { code, stdout, stderr } = await runEngine(refresh, { cwd: process.cwd(), env: environment });
  if (code !== 0) {
    const lines = `${stdout}${stderr}`.trimEnd().split("\n");
    for (const line of ["the refresh failed, and nothing was removed:", ...lines]) say(line);
  }
  return code === 0;
}
