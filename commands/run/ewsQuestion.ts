// What a run needs to ask EWS of Exchange Server whether that refuses an account that is about to go
// (resources/proof/ewsRefusal.ts), and what only the state as a whole and the settings of today know: which mailboxes were
// listed, and where EWS is. A destroy goes by the settings of the last `up`.
import { ewsUriIn, ewsUriVariable, listedVariable } from "../../connection/serverPlace.ts";
import { ownProperties } from "../../resources/lifecycle/unshown.ts";
import { parseMembers } from "../../resources/recipients/memberList.ts";
import { typeOf } from "../../resources/stub.ts";
import { publishedName, underProject } from "../../stacks/namespace.ts";
import type { Known, State } from "./state.ts";

/** One is asked about; where it is gone the next. */
const atMost = 3;

/** The environment that says so; empty for a stack without such an account. Pure. */
export function ewsQuestion({ state, configuration }: Known): Readonly<Record<string, string>> {
  if (state?.resources?.some(({ type }) => type === typeOf("ServiceAccount")) !== true) return {};
  const values = underProject(configuration ?? {}, publishedName);
  const uri = ewsUriIn((key) => values[`${publishedName}:${key}`]?.value);
  return {
    [listedVariable]: listedIn(state).slice(0, atMost).join(" "),
    ...(configuration !== undefined && { [ewsUriVariable]: uri ?? "" }),
  };
}

/** Object ids of the mailboxes that the last `up` listed. */
function listedIn({ resources = [] }: State): string[] {
  const tenant = resources.find(({ type }) => type === typeOf("Tenant"));
  const { members } = ownProperties(tenant?.outputs ?? {});
  return typeof members === "string" ? parseMembers(members).map(({ id }) => id) : [];
}
