// Whether a run would look into fewer domains than the last one did: mailboxes and an account of another domain would look as if
// they were gone, and an `up` would act on that.
import { viewsForest } from "../../connection/serverPlace.ts";
import { publishedName, underProject } from "../../stacks/namespace.ts";
import type { Call, Known } from "./state.ts";

/** Why it is not begun; none where the forest is seen as before, or where the settings say `false`, which is on purpose. Pure. */
export function narrowedView({ command }: Call, { state, configuration }: Known): string[] {
  // A destroy goes by the settings of the last run.
  if (command === "destroy" || configuration === undefined) return [];
  const recorded = state?.resources?.find(({ type }) => type === "pulumi:providers:pulumi-nodejs")?.inputs ?? {};
  const [then, now] = [underProject(recorded, publishedName), underProject(configuration, publishedName)];
  const before = viewsForest((key) => textOf(then[`${publishedName}:${key}`]));
  if (before !== true || viewsForest((key) => now[`${publishedName}:${key}`]?.value) !== undefined) return [];
  return [
    "exchange.server.viewEntireForest was true in the last run and is not set any more: what is in another domain would look as if it were gone. Write true again; or false, if nothing of another domain is used. Nothing was changed.",
  ];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
