// What a command says about a stack besides its proof, as data with its sentence: its state and its configuration are
// not one.
import type { Settings } from "../../stacks/settings.ts";
import { titleOfStop, type RecordedStop } from "../../resources/lifecycle/recordedStop.ts";
import type { AccessMode, RecordedClaims } from "./stack.ts";

/** As data; addresses and modes are sorted as the configuration and the state have them. */
export type StackNote =
  | { readonly code: "modeNotProved"; readonly mode: AccessMode }
  /** Somebody stopped this, and then removed it: only `regrant` makes it anew. */
  | ({ readonly code: "stoppedAndGone" } & RecordedStop)
  | { readonly code: "configurationMistaken" }
  | {
      readonly code: "configurationChanged";
      readonly mailboxesAdded: readonly string[];
      readonly mailboxesTakenOff: readonly string[];
      readonly modesAdded: readonly AccessMode[];
      readonly modesTakenOff: readonly AccessMode[];
    };

/** In the order of the report. */
const accessModes: readonly AccessMode[] = ["impersonation", "application"];

/** Tells what the configuration asks for otherwise than the last `up` did; pure. */
export function compareSettings(claims: RecordedClaims, now: Settings | undefined): StackNote[] {
  if (now === undefined) return [{ code: "configurationMistaken" }];
  const then = claims.listed;
  const isAsked = (mode: AccessMode): boolean => now.access.includes(mode);
  const isHeld = (mode: AccessMode): boolean => claims[mode] !== undefined || claims.unproved.includes(mode);
  const changes = {
    mailboxesAdded: now.mailboxes.filter((address) => !then.includes(address)),
    mailboxesTakenOff: then.filter((address) => !now.mailboxes.includes(address)),
    modesAdded: accessModes.filter((mode) => isAsked(mode) && !isHeld(mode)),
    modesTakenOff: accessModes.filter((mode) => isHeld(mode) && !isAsked(mode)),
  };
  const isSame = Object.values(changes).every((each) => each.length === 0);
  return isSame ? [] : [{ code: "configurationChanged", ...changes }];
}

/**
 * A note in English.
 * @param meaning what follows from a changed configuration
 */
export function sayStackNote(note: StackNote, meaning = "this proof is about the last up"): string {
  switch (note.code) {
    case "modeNotProved":
      return `NOT PROVED: the stack also holds objects of the access mode ${note.mode}, but no check of it: its last up did not come that far, or is not through with removing it. Run up`;
    case "stoppedAndGone":
      return `somebody stopped this access, and then removed what was stopped: ${titleOfStop(note)}. An up refuses to make it anew, unless regrant is true`;
    case "configurationMistaken":
      return "the stack's configuration has mistakes; preview names them";
    case "configurationChanged": {
      const { mailboxesAdded: added, mailboxesTakenOff: gone, modesAdded, modesTakenOff } = note;
      const parts = [
        ...(added.length > 0 ? [`${added.join(", ")} added`] : []),
        ...(gone.length > 0 ? [`${gone.join(", ")} taken off`] : []),
        ...modesAdded.map((mode) => `access ${mode} added`),
        ...modesTakenOff.map((mode) => `access ${mode} taken off`),
      ];
      return `the configuration was changed since the last up (${parts.join("; ")}); ${meaning}`;
    }
  }
}
