// What the doctor found, as a table for people and as JSON.
import { styleText } from "node:util";
import { visible } from "../../network/visible.ts";
import { formatTable } from "../verify/section.ts";
import { exitCodeOf, type Check, type State } from "./check.ts";
import { describeCheck } from "./english.ts";

const signs: Readonly<Record<State, string>> = {
  ok: "ok",
  warning: "warning",
  wrong: "WRONG",
  unknown: "UNKNOWN",
  notAsked: "not asked",
};

const colours = { ok: "green", warning: "yellow", wrong: "red", unknown: "red", notAsked: "dim" } as const;

/** @param isColoured whether it goes to a terminal that shows colours */
export function formatChecks(checks: readonly Check[], isColoured: boolean): string {
  const rows = checks.map((check) => {
    const { what, text } = describeCheck(check);
    return { state: check.state, cells: [what, signs[check.state], text].map(visible) };
  });
  // The table's lines come in the order of the rows, below an empty line and the heading.
  const lines = formatTable(
    ["", "", ""],
    rows.map(({ cells }) => cells),
  ).slice(2);
  const shown = lines.map((line, index) => {
    const state = rows[index]?.state ?? "ok";
    return isColoured
      ? line.replace(signs[state], (sign) => styleText(colours[state], sign, { validateStream: false }))
      : line;
  });
  const count = (state: State): number => checks.filter((check) => check.state === state).length;
  const summary = {
    0: "All is well.",
    1: `${count("wrong")} wrong.`,
    2: `${count("unknown")} could not be asked.`,
  }[exitCodeOf(checks)];
  return [...shown, "", summary].join("\n");
}

/** The JSON form; `schema` is its version: a reader refuses one that it does not know. */
export function reportChecks(stack: string | undefined, checks: readonly Check[]): object {
  return {
    schema: 1,
    stack: stack ?? null,
    at: new Date().toISOString(),
    passed: { 0: true, 1: false, 2: null }[exitCodeOf(checks)],
    checks: checks.map((check) => ({ ...check, ...describeCheck(check) })),
  };
}
