/** A setting of the wrong shape (a list where one text belongs): what it is, and how the right one is written. Pure. */
import type { z } from "zod";

/** How each shape is written in a stack's file. */
const writing = {
  array: 'Write each on a line of its own, with "- " before it',
  object: 'Write what belongs to it indented below it, each as "name: value"',
  string: "Write the one value alone",
} as const;

const shapes = ["array", "object", "string"] as const;

/** Follows on the message of a value that has the wrong shape; empty for any other issue. */
export function aboutShape(issue: z.core.$ZodIssue): string {
  const given = shapeOf(issue.input);
  if (given === undefined) return "";
  const wanted = wantedBy(issue);
  if (wanted === undefined) return "";
  const isStructured = given === "a list" || given === "an object";
  if (wanted !== "string" || isStructured) return `, not ${given}. ${writing[wanted]}`;
  // What may be any text is the right one between quotation marks; of anything else its message says what it has to be.
  return issue.message === "must be a text" ? `, not ${given}. Put it between quotation marks` : "";
}

function wantedBy(issue: z.core.$ZodIssue): keyof typeof writing | undefined {
  if (issue.code === "invalid_value") return "string";
  if (issue.code !== "invalid_type") return undefined;
  return shapes.find((shape) => shape === issue.expected);
}

function shapeOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "object":
      return value === null ? undefined : "an object";
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return undefined;
  }
}
