// What to do next after a run of the engine that failed, where its own words do not say so.
import { hasOwnSecret } from "./identity.ts";
import { passphraseProblem } from "./passphrase.ts";
import { readConfiguration, readState, type Call, type Configuration, type State } from "./state.ts";

/**
 * Lines for the operator; none where there is nothing to add.
 * @param isAsked whether the engine may have asked for the passphrase itself
 */
export async function adviceAfter(call: Call, environment: NodeJS.ProcessEnv, isAsked: boolean): Promise<string[]> {
  const [state, configuration] = await Promise.all([
    readState(call, environment),
    readConfiguration(call, environment),
  ]);
  const { type, state: secrets } = state?.secrets_providers ?? {};
  const problem = type === "passphrase" && !isAsked ? passphraseProblem(secrets?.salt ?? "", environment) : undefined;
  if (problem !== undefined) return [problem];
  return [...halfMade(call, state), ...ownSecret(call, configuration)];
}

/** What was made and not brought to its end: mostly Entra, one part of which does not know yet what another has made. */
function halfMade({ command, stack }: Call, state: State | undefined): string[] {
  if (command !== "up") return [];
  const names = (state?.resources ?? [])
    .filter(({ initErrors }) => (initErrors ?? []).length > 0)
    .map(({ urn }) => urn.split("::").at(-1) ?? urn);
  if (names.length === 0) return [];
  return [
    `${names.join(", ")}: made, but not brought to its end. Run the same command again: it goes on with what is there ` +
      `(npm run pulumi -- up ${stack.join(" ")}).`,
  ];
}

function ownSecret({ command, stack }: Call, configuration: Configuration | undefined): string[] {
  if (configuration === undefined || !hasOwnSecret(configuration)) return [];
  const first = command === "destroy" ? "refresh" : command;
  return [
    "a secret of azuread's stands in the stack itself, and the engine goes on using the one of the last run. Was it changed since: " +
      `npm run pulumi -- ${first} --run-program ${stack.join(" ")}. In the environment it would always be the current one.`,
  ];
}
