/** The mark of ownership: how a stack recognises what it made, even where its state was lost (design.md §4). */

const beginning = "Managed by Pulumi: ";

/** How a mark begins on what was there before the stack and was taken over: nothing of it says that the stack made it. */
const beginningOfUse = "Used by Pulumi: ";

/** Most characters that a field holds in which a mark stands beside other text: what Active Directory allows. */
const room = 1024;

/** Most characters of a mark: what a user's job title holds. */
const longest = 128;

/** A whole mark: the name of project and stack, and the id. */
const form = /^Managed by Pulumi: ([^[\]]*) \[([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\]$/i;

/** The same, of either kind, wherever in a text. */
const anywhere = /(?<=^|\s)(Managed|Used) by Pulumi: ([^[\]\r\n]*) \[([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\]/gi;

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

/** Whether a text is, or holds, the mark of any stack of any project. */
export function bearsAnyMark(text: unknown): text is string {
  return typeof text === "string" && (text.trim().startsWith(beginning) || marksIn(text).length > 0);
}

/** All marks in a text, whole ones. */
function marksIn(text: string): { readonly whole: string; readonly stack: MarkedStack }[] {
  return [...text.matchAll(anywhere)].map(([whole, kind = "", stack = "", id = ""]) => ({
    whole,
    stack: { stack, id: id.toLowerCase(), ...(kind.toLowerCase() === "used" ? { tookOver: true } : {}) },
  }));
}

/** The id of the stack whose mark is given, of either kind. */
function ownIdOf(mark: string): string {
  return marksIn(mark)[0]?.stack.id ?? "";
}

/** The mark of what the stack took over, from the mark of what it makes. */
export function markOfUse(mark: string): string {
  return mark.replace(beginning, beginningOfUse);
}

/**
 * Whether a field bears the stack's mark as far as it can: of either kind, among whatever else stands there; also where
 * what somebody wrote leaves no room for it, or the answer does not show the field (`undefined`).
 */
export function isMarked(text: unknown, mark: string): boolean {
  if (typeof text !== "string") return text === undefined;
  const id = ownIdOf(mark);
  const isThere = marksIn(text).some(({ stack }) => stack.id === id) || text.includes(mark);
  return isThere || withMark(text, mark).length > room;
}

/** A field's text with a mark: nobody's words are lost, it goes on a line of its own behind them. */
export function withMark(text: string, mark: string): string {
  return text.trim() === "" ? mark : `${text.trimEnd()}\n${mark}`;
}

/** A field's text as it was before the stack took the object over: without the {@link markOfUse} and its line. */
export function withoutUse(text: string, mark: string): string {
  const own = marksIn(text).filter(({ stack }) => stack.tookOver === true && stack.id === ownIdOf(mark));
  const without = (rest: string, whole: string): string =>
    [`\r\n${whole}`, `\n${whole}`, whole].reduce((left, each) => left.replace(each, ""), rest);
  return own.reduce((rest, { whole }) => without(rest, whole), text).trimEnd();
}

/**
 * Why an object cannot be taken over whose field has no room for the mark of that, beside what people wrote there: another
 * stack could not tell whose it is. Empty where it has.
 */
export function roomProblem(field: string, text: unknown, mark: string): string[] {
  const own = markOfUse(mark);
  if (typeof text !== "string" || ownIdOf(mark) === "" || withMark(text, own).length <= room) return [];
  return [`its ${field} leaves no room for this stack's mark: shorten it to ${room - own.length - 1} characters`];
}

/** A stack as its mark names it. */
export interface MarkedStack {
  /** Project and stack as they were called at the object's birth, e.g. `calendar-access/contoso`. */
  readonly stack: string;
  /** Empty where the mark holds none: then nobody can tell whose it is. */
  readonly id: string;
  /** Whether it took the object over ({@link markOfUse}), instead of making it. */
  readonly tookOver?: true;
}

/**
 * The other stack whose mark a text is or holds, also beside our own; `undefined` for our own alone, wherever in the text,
 * and for what holds no mark.
 */
export function foreignMark(text: unknown, mark: string): MarkedStack | undefined {
  if (!bearsAnyMark(text)) return undefined;
  const own = ownIdOf(mark);
  const marks = marksIn(text);
  if (marks.length > 0) return marks.find(({ stack }) => own === "" || stack.id !== own)?.stack;
  const isOwn = (mark !== "" && text.includes(mark)) || (own !== "" && text.toLowerCase().includes(own));
  return isOwn ? undefined : { stack: text.trim().slice(beginning.length), id: "" };
}

/** Says that another stack holds an object, too, and how one of the two lets go of it. */
export function heldByBoth(title: string, field: string, { stack, id }: MarkedStack): string {
  return (
    `${title}: another stack, ${stack} (id ${id}), says in its ${field} that it holds it, too, so no destroy removes it. If that stack is gone, take its mark out of the ${field}. ` +
    "If it goes on, let go of it here: what was taken over stays with onDestroy: keep (up before destroy); for what this stack made, pulumi stack rm --force forgets the state and deletes no object."
  );
}

/** What `movedFrom` means for a state of the other stack that is still somewhere; said once that is set. */
export const sharedIds =
  "Both states hold the same objects from there on, and a destroy of EITHER removes them for both. Never run up or destroy on the old one again; take its state away with pulumi stack rm --force, which deletes no object.";

/**
 * Says that an object is another stack's, and whose: nothing takes it over, not even `adopt`.
 * @param isNew whether our stack holds nothing yet: only then may it be that other one, moved
 */
export function foreignConflict(title: string, { stack, id, tookOver }: MarkedStack, isNew: boolean): string {
  const whose = id === "" ? `${stack}, whose mark holds no id` : `${stack} (id ${id})`;
  const way =
    isNew && id !== ""
      ? ` Only if that is this very stack, whose state was lost, is kept elsewhere now, or which was destroyed and left it to others, set movedFrom to ${id}: a preview then says what it means for the other state.`
      : "";
  // What outlived its stack would be out of everybody's reach for ever.
  const stale =
    tookOver === true
      ? ` That stack took it over, or what it hangs on. If it is gone, take "${beginningOfUse}${stack} [${id}]" out of the role group's Description or the security group's Notes, then run up again.`
      : "";
  return `${title} belongs to another stack, ${whose}, and is not taken over, not even with adopt. Nothing was touched.${stale}${way}`;
}
