// What `verify` says about the way in, in both access modes.
import type { WayInVerdict } from "../../resources/proof/wayIn.ts";
import type { Finding } from "../../resources/proof/impersonationVerdict.ts";

/** Its JSON form. */
export interface WayInReport {
  readonly state: WayInVerdict["state"];
  /** The state with its reasons. */
  readonly summary: string;
  readonly findings: readonly Finding[];
}

/** The report about the way in; pure. */
export function reportWayIn({ state, summary, findings }: WayInVerdict): WayInReport {
  return { state, summary, findings };
}
