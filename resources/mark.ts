/** The mark of ownership: how a stack recognises what it made, even where its state was lost (design.md §4). */

/**
 * The text that marks this stack's objects: a role group's Description, a group's Notes, a user's job title. It travels
 * in the call that makes the object, so that nothing of ours is ever without it.
 */
export function markOf(project: string, stack: string): string {
  return `Managed by Pulumi: ${project}/${stack}`;
}

/** Whether a text that Exchange or Entra returned is that mark; never true for an empty mark. */
export function bearsMark(text: unknown, mark: string): boolean {
  return mark !== "" && typeof text === "string" && text.trim() === mark;
}
