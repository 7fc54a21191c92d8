// The parts that a report for people is made of.
import type { Finding } from "../../resources/proof/finding.ts";
import { describeSample } from "../../resources/proof/sentence.ts";
import type { Basis } from "../../resources/proof/verdict.ts";
import type { Said } from "../../resources/proof/words/english.ts";

/** Names and values in two columns. */
export function formatFacts(facts: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

/** A title and its lines; nothing without lines. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `  ${title}:`, ...lines.map((line) => `  - ${line}`)];
}

/** Rows in columns, below a heading; the last column is not padded. Nothing without rows. */
export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const all = [heading, ...rows];
  const widths = heading.map((_title, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return [
    "",
    ...all.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()),
  ];
}

/** An assignment as a report shows it. */
export interface ReportedAssignment {
  /** GUID. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly enabled: boolean;
  /** Name of its own scope, else its kind, e.g. `Organization`. */
  readonly writeScope: string;
}

/** A live assignment for a report. */
export function reportAssignment({
  id,
  name,
  role,
  enabled,
  writeScope,
  customScope,
}: ReportedAssignment & { readonly customScope: string }): ReportedAssignment {
  return { id, name, role, enabled, writeScope: customScope === "" ? writeScope : customScope };
}

/** An assignment as a line. */
export function describeAssignment(assignment: ReportedAssignment | null): string {
  if (assignment === null) return "gone";
  const { name, enabled, writeScope } = assignment;
  return `${name}, ${enabled ? "enabled" : "disabled"}, write scope: ${writeScope}`;
}

/** The sentence of what is data beside it. */
export function textOf({ text }: { readonly text: string }): string {
  return text;
}

/** A finding as a line, with the advice to ask again where lag can explain it. */
export function describeFinding({ text, mayPass }: Said<Finding>): string {
  return mayPass ? `${text} (can be lag between Microsoft's servers: ask again in a few minutes)` : text;
}

/** Who a proof asked about one by one, to go on with after its summary. */
export function sampleAfter({ sample }: Pick<Basis, "sample">): string {
  const asked = describeSample(sample);
  return asked === "" ? "" : `; asked one by one besides: ${asked}`;
}
