// What a destroy is asked before it begins: it goes by the state, and knows nothing of a setting that no `up` has seen.
import { ownProperties } from "../../resources/lifecycle/unshown.ts";
import type { Call, Configuration, Known, State } from "./state.ts";

/** Why a destroy is not begun; none where the settings and the state agree, or where nobody can tell. */
export function beforeDestroy({ command }: Call, { state, configuration }: Known): string[] {
  if (command !== "destroy") return [];
  return state === undefined || configuration === undefined ? [] : keepProblems(state, configuration);
}

/** What was taken over and is to be kept by the settings alone, though the state says that it goes; pure. */
export function keepProblems({ resources }: State, configuration: Configuration): string[] {
  if (configuration["calendar-access:onDestroy"]?.value !== "keep") return [];
  const going = (resources ?? []).filter(({ outputs = {} }) => {
    const { adoption, onDestroy } = ownProperties(outputs);
    return adoption !== undefined && onDestroy === "remove";
  });
  if (going.length === 0) return [];
  const names = going.map(({ urn }) => urn.split("::").at(-1) ?? urn).join(", ");
  return [
    `onDestroy: the settings say "keep", but no up has seen that yet: this destroy would delete ${names}, which were there before this stack. Run up first, then destroy; or write "remove". Nothing was changed.`,
  ];
}
