// The texts of a report's page, which each language has.
import type { MailboxPart } from "../../resources/lifecycle/applicationRoles.ts";
import type { AuditWords } from "../../resources/proof/words/auditWords.ts";
import type { Speaker } from "../../resources/proof/words/words.ts";
import type { Report } from "../verify/report.ts";
import type { AccessMode } from "../verify/stack.ts";
import type { StackNote } from "../verify/stackNote.ts";
import type { WayInReport } from "../verify/wayInReport.ts";
import type { ChangedKind, Origin } from "./changes.ts";
import type { ModeView } from "./view.ts";

/** A verdict: the question, and how it was asked. */
export interface Question {
  readonly question: string;
  readonly how: string;
}

/** What the page says, all of it in one language; sentences end without a full stop where they stand in a list. */
export interface PageWords extends Speaker {
  /** Of the document, e.g. `en`. */
  readonly lang: string;
  readonly title: (stack: string) => string;
  readonly heading: string;
  readonly passed: string;
  readonly failed: string;
  readonly notWhole: string;
  /** @param at ISO time */
  readonly asked: (about: Pick<Report, "stack" | "tenantId" | "place" | "at">) => string;
  readonly sayNote: (note: StackNote) => string;
  readonly modes: Readonly<Record<AccessMode, string>>;
  readonly opened: Readonly<Record<MailboxPart, string>>;
  readonly picture: PictureWords;
  readonly verdicts: VerdictWords;
  readonly wrong: string;
  readonly mayPass: string;
  readonly facts: { readonly caption: string } & Readonly<
    Record<"opens" | "roles" | "assignment" | "filter" | "none", string>
  >;
  readonly accepted: string;
  readonly notes: string;
  readonly list: (count: number) => string;
  /** Where the list has been told before. */
  readonly sameList: string;
  readonly others: (count: number) => string;
  /** Of one that the scope holds too many. */
  readonly inside: string;
  readonly othersHeading: readonly [mailbox: string, now: string];
  readonly open: string;
  readonly shut: string;
  readonly changes: {
    readonly heading: string;
    readonly caption: string;
    readonly columns: readonly [object: string, name: string, where: string];
    readonly kinds: Readonly<Record<ChangedKind, string>>;
    /** After the kind of what was not simply made. */
    readonly origins: Readonly<Record<Origin, string>>;
    readonly nameless: string;
  };
  readonly stop: {
    readonly heading: string;
    readonly noAssignment: string;
    readonly afterwards: string;
  };
  readonly undo: { readonly heading: string; readonly command: string; readonly first: string; readonly last: string };
  readonly places: Readonly<Record<Report["place"], PlaceWords>>;
  readonly notProved: string;
  readonly audit: AuditWords;
}

/** What is otherwise in Microsoft 365 than in an organisation of Exchange Server. */
export interface PlaceWords {
  readonly where: Readonly<Record<ChangedKind, string>>;
  /**
   * What the table of the objects does not show.
   * @param makesUser whether the stack made, or took over, the service user
   */
  readonly besides: (makesUser: boolean) => readonly string[];
  /** How to stop the access: the assignments, who signs in, and when it takes hold. */
  readonly assignments: string;
  readonly signIn: Readonly<Record<AccessMode, (who: string) => string>>;
  readonly lag: string;
  /** What stays when it is undone. @param makesUser as above */
  readonly stays: (makesUser: boolean) => string;
}

/** What the picture says. */
export interface PictureWords {
  readonly who: Readonly<Record<AccessMode, string>>;
  readonly through: string;
  readonly assignmentOn: (scope: string) => string;
  readonly assignmentOff: string;
  readonly assignmentGone: string;
  readonly opens: (parts: readonly string[]) => string;
  readonly everyMailbox: string;
  readonly asAsked: string;
  readonly listed: (count: number) => string;
  readonly openOutside: (count: number) => string;
  readonly shutInside: (count: number) => string;
  /** Listed, but not among those that were asked about one by one, while the scope does not hold. */
  readonly notAsked: (count: number) => string;
  readonly shut: (count: number) => string;
  readonly wrong: string;
  readonly toldBelow: (count: number) => string;
  readonly more: (count: number) => string;
  /** For who does not see it. */
  readonly describe: (view: ModeView) => string;
}

/** Questions and answers. */
export interface VerdictWords {
  readonly caption: string;
  readonly columns: readonly [question: string, answer: string, how: string];
  readonly listed: (view: ModeView) => Question;
  readonly wider: (view: ModeView) => Question;
  readonly whoElse: (view: ModeView) => Question;
  readonly wayIn: (view: ModeView) => Question;
  readonly live: Question;
  readonly yes: string;
  readonly no: string;
  readonly nobody: string;
  readonly somebodyElse: string;
  /** Nobody else got in but who was there at the beginning. */
  readonly nobodyButAccepted: string;
  readonly states: Readonly<Record<WayInReport["state"], string>>;
  readonly liveAnswer: {
    readonly notRun: string;
    /** None of the roles opens a calendar to Graph. */
    readonly nothing: string;
    /** Not every mailbox was answered for. */
    readonly partly: string;
    readonly failed: (error: string) => string;
    readonly passed: (mailboxes: number) => string;
  };
}
