// What `verify` says about a stack, in JSON and for people: one part for each access mode that the stack holds.
import type { ModeReport } from "./modeReport.ts";
import { shown } from "../run/say.ts";
import { formatMode } from "./modeText.ts";
import { section, textOf } from "./section.ts";
import { sayStackNote, type StackNote } from "./stackNote.ts";

/** The report's JSON form. */
export interface Report {
  /** Version of this form: a reader refuses one that it does not know. */
  readonly schema: 1;
  readonly stack: string;
  readonly tenantId: string;
  /** What was asked: a tenant of Microsoft 365, or an organisation of Exchange Server, whose GUID is the tenant's id. */
  readonly place: "microsoft365" | "exchangeServer";
  /** ISO time. */
  readonly at: string;
  /** All parts together; `null` where nothing is wrong, but something that was to be proved could not be asked. */
  readonly passed: boolean | null;
  /** `null` where the stack holds no such access. */
  readonly impersonation: ModeReport | null;
  readonly application: ModeReport | null;
  /** About the stack: what its configuration asks for beyond the last `up`, and what has no proof. */
  readonly notes: readonly (StackNote & { readonly text: string })[];
}

/** Puts the parts together. `isWhole`: whether every access mode that the stack holds has its part. */
export function makeReport(
  about: Pick<Report, "stack" | "tenantId" | "place" | "impersonation" | "application"> & {
    readonly notes: readonly StackNote[];
    readonly isWhole: boolean;
  },
): Report {
  const { isWhole, stack, tenantId, place, impersonation, application } = about;
  const notes = about.notes.map((note) => ({ ...note, text: sayStackNote(note) }));
  const parts = [impersonation, application].flatMap((part) => (part === null ? [] : [part.passed]));
  const passed = parts.includes(false) ? false : isWhole && !parts.includes(null) ? true : null;
  return { schema: 1, stack, tenantId, place, at: new Date().toISOString(), passed, impersonation, application, notes };
}

/** The report for people. */
export function formatReport(report: Report): string {
  const { impersonation, application, stack, tenantId, at } = report;
  return shown([
    `${headline(report.passed)}: stack ${stack}, tenant ${tenantId}, ${at}`,
    ...[impersonation, application].flatMap((mode) => (mode === null ? [] : part(mode))),
    ...section("Note", report.notes.map(textOf)),
    "",
  ]);
}

function part(report: ModeReport): string[] {
  const { mode, passed } = report;
  const result = passed === null ? "not proved whole" : passed ? "as asked for" : "NOT AS ASKED FOR";
  return ["", `Access mode ${mode}: ${result}`, "", ...formatMode(report)];
}

function headline(passed: boolean | null): string {
  if (passed === null) return "THE ACCESS IS NOT PROVED WHOLE";
  return passed ? "The access is as asked for" : "THE ACCESS IS NOT AS ASKED FOR";
}
