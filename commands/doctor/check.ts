// What `npm run doctor` finds, as data: a code, how it stands, and its subjects. english.ts makes sentences of it.
import type { Split } from "../../resources/lifecycle/splitPermissions.ts";
import type { WayInVerdict } from "../../resources/proof/wayIn.ts";

/**
 * How something stands. `wrong` keeps a command from working; `unknown` could not be asked; `notAsked` needs no answer
 * here, or has none.
 */
export type State = "ok" | "warning" | "wrong" | "unknown" | "notAsked";

/** Why something is not well; empty where there is nothing to say. */
interface Reasoned {
  readonly reason: string;
}

/** The subjects of each code. Times are ISO times; an empty text is "none". */
export interface Subjects {
  /** The Node that runs this. */
  readonly node: { readonly version: string; readonly wanted: string };
  /** Empty `version`: no engine. */
  readonly engine: { readonly version: string; readonly wanted: string };
  readonly plugin: { readonly wanted: string };
  readonly backend: { readonly url: string } & Reasoned;
  readonly stack: { readonly name: string } & Reasoned;
  /** Who holds the stack's lock; `owner` is empty where it is free. */
  readonly lock: { readonly owner: string; readonly since: string } & Reasoned;
  readonly secrets: { readonly provider: string } & Reasoned;
  readonly settings: { readonly problems: readonly string[] };
  /** `kind` as in identity/connection.ts; `from` is the variable or the setting. */
  readonly credential: { readonly kind: string; readonly from: string; readonly ends: string } & Reasoned;
  readonly signIn: { readonly tenantId: string; readonly clientId: string } & Reasoned;
  /** How far this machine's clock is ahead of Microsoft's, in seconds. */
  readonly clock: { readonly seconds: number };
  /** The channel to Exchange answers. */
  readonly exchange: { readonly channel: string } & Reasoned;
  /** A right of rightsTable.ts; `id` is also what `onboard` calls the line that gives it. */
  readonly right: { readonly id: string; readonly access: "read" | "write"; readonly breaks: string };
  /** Cmdlets that the caller's roles lack, of a group of rightsTable.ts, and parameters of which nobody tells. */
  readonly cmdlets: {
    readonly id: string;
    readonly missing: readonly string[];
    readonly unproved: readonly string[];
  };
  /** On Exchange Server: who may make users and groups (lifecycle/splitPermissions.ts). */
  readonly splitPermissions: { readonly split: Split["state"] } & Reasoned;
  readonly organization: { readonly isCustomised: boolean } & Reasoned;
  readonly role: { readonly name: string } & Reasoned;
  /** As the proof's verdict about the way in. */
  readonly wayIn: { readonly way: WayInVerdict["state"]; readonly reasons: WayInVerdict["reasons"] };
  /** `EnforceExoAppRbacPermissions`; empty where Exchange does not show it. */
  readonly enforcement: { readonly value: string };
}

/** One line of the table. */
export type Check = {
  [Code in keyof Subjects]: { readonly code: Code; readonly state: State } & Subjects[Code];
}[keyof Subjects];

/** 0 all well, 1 something is wrong, 2 nothing is, but something could not be asked. */
export function exitCodeOf(checks: readonly Check[]): 0 | 1 | 2 {
  const states = new Set(checks.map(({ state }) => state));
  return states.has("wrong") ? 1 : states.has("unknown") ? 2 : 0;
}
