/** The mark of ownership: how a stack recognises what it made, even where its state was lost (design.md §4). */

const beginning = "Managed by Pulumi: ";

/** Most characters of a mark: what a user's job title holds. */
const longest = 128;

/** A whole mark: the name of project and stack, and the id. */
const form = /^Managed by Pulumi: ([^[\]]*) \[([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\]$/i;

/**
 * The text that marks this stack's objects: a role group's Description, a group's Notes, a user's job title. It travels
 * in the call that makes the object, so that nothing of ours is ever without it, and stays as it was then: the stack is
 * recognised by its id alone, whatever it is called later.
 * @param id the stack's id, a GUID that it was given at its birth; no other stack has it
 */
export function markOf(project: string, stack: string, id: string): string {
  const end = ` [${id.toLowerCase()}]`;
  return `${beginning}${project}/${stack}`.slice(0, longest - end.length) + end;
}

/** The id of the stack whose mark a text is, in lower case; empty for any other text. */
export function stackIdOf(text: unknown): string {
  return typeof text === "string" ? (form.exec(text.trim())?.[2] ?? "").toLowerCase() : "";
}

/** Whether a text that Exchange or Entra returned marks an object of the stack of that mark; never for an empty mark. */
export function bearsMark(text: unknown, mark: string): boolean {
  const id = stackIdOf(text);
  return id !== "" && id === stackIdOf(mark);
}

/** Whether a text is the mark of any stack of any project. */
export function bearsAnyMark(text: unknown): text is string {
  return typeof text === "string" && text.trim().startsWith(beginning);
}

/** A stack as its mark names it. */
export interface MarkedStack {
  /** Project and stack as they were called at the object's birth, e.g. `calendar-access/contoso`. */
  readonly stack: string;
  /** Empty where the mark holds none: then nobody can tell whose it is. */
  readonly id: string;
}

/**
 * The other stack whose mark a text is; `undefined` for our own mark, for one of ours that somebody wrote more behind,
 * and for what is no mark.
 */
export function foreignMark(text: unknown, mark: string): MarkedStack | undefined {
  if (!bearsAnyMark(text)) return undefined;
  const own = stackIdOf(mark);
  if (own !== "" && text.toLowerCase().includes(own)) return undefined;
  return { stack: form.exec(text.trim())?.[1] ?? text.trim().slice(beginning.length), id: stackIdOf(text) };
}

/** What `movedFrom` means for a state of the other stack that is still somewhere. */
export const sharedIds =
  "Only then: both states hold the same objects from there on, and a destroy of EITHER removes them for both. Never run up or destroy on the old one again; take its state away with pulumi stack rm --force, which deletes no object.";

/**
 * Says that an object is another stack's, and whose: nothing takes it over, not even `adopt`.
 * @param isNew whether our stack holds nothing yet: only then may it be that other one, moved
 */
export function foreignConflict(title: string, { stack, id }: MarkedStack, isNew: boolean): string {
  const whose = id === "" ? `${stack}, whose mark holds no id` : `${stack} (id ${id})`;
  const way =
    isNew && id !== ""
      ? ` If that is this stack, whose state was lost, is kept elsewhere now, or which was destroyed and left it to others, set movedFrom to ${id}. ${sharedIds}`
      : "";
  return `${title} belongs to another stack, ${whose}, and is not taken over, not even with adopt. Nothing was touched.${way}`;
}
