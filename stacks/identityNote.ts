/** What looking for an identity of the stack's works with, and where it tells what it finds. */
import type { OwnState } from "./ownState.ts";
import type { Settings } from "./settings.ts";

/** Shared by all look-ups of one run. */
export interface Note {
  readonly settings: Settings;
  readonly own: OwnState;
  readonly mark: string;
  readonly conflicts: string[];
  readonly report: (line: string) => void;
}

/** How something of ours came to be there that the state does not hold. */
export function originOf({ movedFrom }: Settings, { mark }: OwnState): string {
  const interrupted = "left by an interrupted run of this stack";
  if (movedFrom === undefined) return interrupted;
  return `taken over from the stack that movedFrom names${mark === "" ? "" : `, or ${interrupted}`}`;
}
