/** The one contract of every artifact (design.md §4): what exists, what differs, how it is made, kept and removed. */
import type { ExchangeSession } from "../../exchange/session.ts";
import type { Entra, ServerEws } from "../../connection/session.ts";
import type { Hydration } from "./hydration.ts";
import type { MarkedStack } from "./mark.ts";

/** The artifacts, by the frozen name that every customer's state holds. Never rename one. */
export type Kind =
  | "tenant"
  | "serviceUserPassword"
  | "handoverKey"
  | "roleGroup"
  | "securityGroup"
  | "managementScope"
  | "roleAssignment"
  | "impersonationCheck"
  | "exchangeServicePrincipal"
  | "applicationCheck"
  | "applicationCertificates"
  | "serviceUserListing"
  | "serviceAccount";

/** What one run knows of the stack's objects, whichever session it speaks through. */
export interface RunMemory {
  /** GUIDs of objects that the running stack holds already: a replacement never returns one of them. */
  readonly held: Set<string>;
  /** Kinds of which the state held an object that was there when the run began, or until the run removed it. */
  readonly present: Set<Kind>;
  /** GUIDs of objects that the state holds, but that a refresh of this run found to be gone. */
  readonly gone: Set<string>;
  /** By GUID, the names that a refresh of this run found: somebody may have renamed what the state holds. */
  readonly seenNames: Map<string, string>;
  /** GUIDs of objects that this run has left to others (`Lifecycle.whyStays`): nothing comes back to them. */
  readonly left: Set<string>;
  /** Role assignments that this run, or an earlier one, set out to make (begun.ts), a line each. */
  readonly begun: Set<string>;
  /** Lists of mailboxes that the run has looked up, as lines, by their digests (recipients/listed.ts). */
  readonly lists: Map<string, string>;
  /** What was judged in this run before its first write: by the preflight, and whether that was a growth, too. */
  readonly judged: Set<"preflight" | "growth">;
}

/** What a lifecycle works with: one tenant, one run. */
export interface Context extends RunMemory {
  readonly tenantId: string;
  readonly exchange: ExchangeSession;
  /** `undefined` for an Exchange Server: what exists in Entra alone asks by {@link entraOf}. */
  readonly entra: Entra | undefined;
  /** Of an Exchange Server: how EWS can be asked who is let in. */
  readonly ews?: ServerEws | undefined;
  /** What is known of the hydration of this tenant's organisation (hydration.ts). */
  readonly hydration: Hydration;
  /** Shows the operator a line. */
  report(line: string): void;
  /** Waits visibly until `probe` answers something else than `undefined`; rejects after `seconds` (default 300). */
  waitFor<T>(what: string, probe: () => Promise<T | undefined>, seconds?: number): Promise<T>;
}

/** Properties as they travel to and from the engine: JSON values only. */
export type Properties = Record<string, unknown>;

/** What an artifact is now: never an echo of what was asked for. */
export interface Observed<Inputs> {
  /** The object's GUID. */
  readonly id: string;
  /** The live state in the form of the inputs, so that a preview shows the difference line by line. */
  readonly inputs: Inputs;
  /** Further facts, shown as outputs. */
  readonly outputs: Properties;
}

/** An object that exists already under the name (or in the place) of one that is to be made. */
export interface Found {
  readonly id: string;
  /** What the operator sees, e.g. `role group "CallPro Calendar Access"`. */
  readonly title: string;
  /** Made by this stack: by its mark, or by exact equality with marked objects. */
  readonly ours: boolean;
  /** The other stack whose mark it bears, or what it hangs on: it is never taken over. */
  readonly other?: MarkedStack | undefined;
  /** Where it stands, if that and not its name is in the way: another name does not avoid it. */
  readonly place?: Place;
  /**
   * Whether it hangs on what is this stack's, as the stack's own would, and has another name: the stack may have made it
   * under that one, which a state that was put back from a backup does not know.
   */
  readonly isKin?: boolean;
  /** Why it cannot be taken over, even with `adopt`; empty where it can. */
  readonly obstacles: readonly string[];
}

/** A place that only one object can have. */
export interface Place {
  readonly holder: "app" | "roleGroup";
  /** For the operator, e.g. `the place of this app`. */
  readonly text: string;
}

/** One thing that is wrong with the settings or the tenant, in one line for the operator. */
export type Problem = string;

/** Inputs that every artifact with an object in the tenant has; none of them is part of the object. */
export interface Ownership {
  /** The mark of this project and stack (mark.ts). */
  readonly mark: string;
  /** Whether an object that exists may be taken over. */
  readonly adopt: boolean;
  /** What a destroy does with an object that was taken over. */
  readonly onDestroy: "remove" | "keep";
}

/** Inputs of what has a field in which the mark may stand beside what others wrote (markedField.ts). */
export interface Marked {
  /** Whether it bears the stack's mark, as far as it can: on what was taken over it stands beside what others wrote. */
  readonly marked: boolean;
}

/** One kind of object: pure decisions (`compared` to `deletesFirst`) apart from what asks and acts. */
export interface Lifecycle<Inputs extends object> {
  readonly kind: Kind;
  /** The artifact's name for the operator, e.g. `role group`. */
  readonly title: string;
  /** Inputs whose difference is a difference of the object, in the order in which they are shown. */
  readonly compared: readonly (keyof Inputs & string)[];
  /** Those among them that cannot be changed in place. */
  readonly replacedBy: readonly (keyof Inputs & string)[];
  /** Names the input that has to differ, if the new object is to be made before the old one goes. */
  readonly uniqueBy?: keyof Inputs & string;
  /** Whether the old object goes before the new one is made even where both could be there: it opens too much. */
  deletesFirst?(live: Inputs, desired: Inputs): boolean;
  /** Completes the inputs by look-ups and says what is wrong with them; unknown values (preview) pass untouched. */
  resolve?(context: Context, desired: Inputs, recorded: Inputs | undefined): Promise<Resolution<Inputs>>;
  /** What exists where the object is to be made. */
  find(context: Context, desired: Inputs): Promise<readonly Found[]>;
  /** Makes the object; returns its GUID. */
  create(context: Context, desired: Inputs): Promise<string>;
  /** The object of that GUID as it is now; `undefined` only where Exchange's typed answer says that it is gone. */
  observe(context: Context, id: string, recorded: Inputs): Promise<Observed<Inputs> | undefined>;
  /**
   * What a removal needs to see, where that is less than {@link observe}: no read that does not matter to it may keep an
   * object from going (design.md §7.15).
   */
  sight?(context: Context, id: string, recorded: Inputs): Promise<Observed<Inputs> | undefined>;
  /** What hangs on an object that is about to be taken over (GUIDs): it was there before the stack, too. */
  beside?(context: Context, id: string, desired: Inputs): Promise<readonly string[]>;
  /** Why an object that was taken over cannot be kept at its removal, whatever `onDestroy` says; pure. */
  cannotKeep?(recorded: Inputs, beside: readonly string[]): string | undefined;
  /** Removes what the stack hung on an object that is kept; never what was {@link beside} it before. */
  release?(context: Context, id: string, recorded: Inputs, beside: readonly string[]): Promise<void>;
  /** Changes what differs from what was observed, an aspect a call. */
  align(context: Context, live: Observed<Inputs>, desired: Inputs): Promise<void>;
  /**
   * Looks at what was just made before anything else happens to it, and disarms it where it is not as asked. A failure
   * is recorded with the object, so that the next `up`, or a destroy, finds it.
   */
  prove?(context: Context, id: string, desired: Inputs): Promise<void>;
  /** Compared inputs that `align` leaves as they are on purpose (somebody's emergency stop). */
  leaves?(desired: Inputs): readonly (keyof Inputs & string)[];
  /** Compared inputs that are only tried for: no run fails, or waits, because they do not show. */
  readonly tries?: readonly (keyof Inputs & string)[];
  /**
   * Why the object stays at its removal: what others have by it, and what to do; `undefined` where it goes. It is said,
   * and the state lets go of it: a destroy ends, whatever others do (design.md §7.15).
   */
  whyStays?(context: Context, live: Observed<Inputs>): Promise<string | undefined>;
  /** Removes the object; done when it is gone. */
  remove(context: Context, live: Observed<Inputs>): Promise<void>;
}

/** Completed inputs and what is wrong with them. */
export interface Resolution<Inputs> {
  readonly inputs: Inputs;
  readonly problems: readonly Problem[];
}

/** Compared inputs in which `live` and `desired` differ; pure. An unknown value (preview) differs. */
export function differences<Inputs extends object>(
  lifecycle: Pick<Lifecycle<Inputs>, "compared">,
  live: Inputs,
  desired: Inputs,
): (keyof Inputs & string)[] {
  return lifecycle.compared.filter((name) => live[name] !== desired[name]);
}

/** What a difference means for the engine; pure. */
export interface Plan {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

/**
 * Decides between nothing, an update in place and a replacement. A replacement that keeps the object's unique name
 * must delete first, and so must one that narrows; any other makes the new object first (design.md §4).
 */
export function plan<Inputs extends object>(
  lifecycle: Pick<Lifecycle<Inputs>, "compared" | "replacedBy" | "uniqueBy" | "deletesFirst">,
  live: Inputs,
  desired: Inputs,
  isUnknown: (value: unknown) => boolean,
): Plan {
  const changed = differences(lifecycle, live, desired);
  const replaces = changed.filter((name) => lifecycle.replacedBy.includes(name) && !isUnknown(desired[name]));
  const unique = lifecycle.uniqueBy;
  return {
    changes: changed.length > 0,
    replaces,
    deleteBeforeReplace:
      replaces.length > 0 &&
      (unique === undefined || !changed.includes(unique) || lifecycle.deletesFirst?.(live, desired) === true),
  };
}
