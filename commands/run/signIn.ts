// Whether the automation identity can sign in, asked once before a run: in the run's refresh every resource would ask, and
// each would say the same.
import { isServer } from "../../connection/serverPlace.ts";
import { openSession } from "../../connection/session.ts";
import { planConnection } from "../../identity/credentials.ts";
import { publishedName, underProject } from "../../stacks/namespace.ts";
import { hasOwnSecret, identityChanges } from "./identity.ts";
import { readConfiguration, type Call, type Known } from "./state.ts";

/**
 * Why nobody can sign in, a line each; none where somebody can, or where it is the run's to say: the program runs first in
 * a stack that holds nothing yet, or that another identity runs, and says it once, together with all else that is wrong.
 * @param environment of the command; that of the engine has the credential in another form
 * @param report gets a line for everything that is waited for
 */
export async function signInProblems(
  call: Call,
  { state, configuration }: Known,
  environment: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<readonly string[]> {
  if (state?.resources === undefined || configuration?.["azuread:tenantId"] === undefined) return [];
  if (call.command !== "destroy" && identityChanges(state, configuration).length > 0) return [];
  const asked = hasOwnSecret(configuration)
    ? await readConfiguration(call, environment, "--show-secrets")
    : configuration;
  if (asked === undefined) return [];
  const values = underProject(asked, publishedName);
  const read = (key: string): string | undefined => values[key.includes(":") ? key : `${publishedName}:${key}`]?.value;
  if (isServer(read)) return [];
  const planned = planConnection(read, environment);
  const opened =
    "problems" in planned ? planned : await openSession(read, environment, report, { usesExchange: false });
  return "problems" in opened ? opened.problems : [];
}
