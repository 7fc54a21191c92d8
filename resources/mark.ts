/** The mark of ownership: how a stack recognises what it made, even where its state was lost (design.md §4). */

const beginning = "Managed by Pulumi: ";

/**
 * The text that marks this stack's objects: a role group's Description, a group's Notes, a user's job title. It travels
 * in the call that makes the object, so that nothing of ours is ever without it.
 */
export function markOf(project: string, stack: string): string {
  return `${beginning}${project}/${stack}`;
}

/** Whether a text that Exchange or Entra returned is that mark; never true for an empty mark. */
export function bearsMark(text: unknown, mark: string): boolean {
  return mark !== "" && typeof text === "string" && text.trim() === mark;
}

/** Whether a text is the mark of any stack of any project. */
export function bearsAnyMark(text: unknown): boolean {
  return typeof text === "string" && text.trim().startsWith(beginning);
}
