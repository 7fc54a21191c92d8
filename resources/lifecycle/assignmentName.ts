/** What an assignment is called, and how its reach is. Pure. */
import { shortName } from "./shortName.ts";

/** The write scope of reach `organization`. */
export const wholeOrganization = "the whole organization";

/** In place of the scope's GUID where a sweep looks for an assignment whose scope is gone; it is known by its name. */
export const noScope = "none";

/**
 * The name of an app's assignment, at most 64 characters. The two reaches have names of their own, because changing
 * between them is a second assignment before the first one goes (design.md §4).
 */
export function applicationAssignmentName(role: string, base: string, reach: "group" | "organization"): string {
  return shortName(`${role}-${reach === "organization" ? "Organization-" : ""}${base}`);
}
