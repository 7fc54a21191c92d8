/**
 * A field in which the mark stands, beside what others wrote there: put back where somebody took it off, written on what
 * is taken over, and taken off what is kept (mark.ts). Only tried for: no run fails by it, and no removal is held up.
 */
import { isExchangeError } from "../../exchange/errors.ts";
import { text } from "./exchangeValue.ts";
import type { Context } from "./contract.ts";
import { getByGuid } from "./lookup.ts";
import { foreignMark, heldByBoth, isMarked, withMark, withoutUse } from "./mark.ts";
import { messageOf } from "./userError.ts";

/** Which field of which object. */
export interface MarkedField {
  /** The object for the operator, e.g. `role group`. */
  readonly title: string;
  readonly read: "Get-RoleGroup" | "Get-Group";
  readonly write: "Set-RoleGroup" | "Set-Group";
  readonly field: "Description" | "Notes";
}

/** Where a role group bears the mark. */
export const roleGroupDescription: MarkedField = {
  title: "role group",
  read: "Get-RoleGroup",
  write: "Set-RoleGroup",
  field: "Description",
};

/** Where a security group does. */
export const groupNotes: MarkedField = {
  title: "security group",
  read: "Get-Group",
  write: "Set-Group",
  field: "Notes",
};

/** What stands in it; `undefined` where nobody tells. */
export async function readField(context: Context, id: string, { read, field }: MarkedField): Promise<unknown> {
  try {
    // A group's answer holds its members, too: of a long list there are thousands.
    return (await getByGuid(context.exchange, read, id, { select: ["Guid", field] }))?.[field];
  } catch (error) {
    // No refresh, and no destroy after it, fails by a field that nothing else hangs on.
    if (!isExchangeError(error)) throw error;
    return undefined;
  }
}

/** Writes the mark behind what stands there. */
export async function markInField(context: Context, id: string, place: MarkedField, mark: string): Promise<void> {
  const there = await readField(context, id, place);
  if (isMarked(there, mark)) return;
  const before = text({ there }, "there");
  await tryWrite(context, id, place, withMark(before, mark), `it does not bear this stack's mark: "${mark}"`);
}

/** Whether what stands in it bears the stack's mark, as far as it can; says what another stack's beside it means. */
export function markedIn(context: Context, { title, field }: MarkedField, noted: unknown, mark: string): boolean {
  const other = foreignMark(noted, mark);
  if (other !== undefined) context.report(heldByBoth(title, field, other));
  return isMarked(noted, mark);
}

/** Why an object stays that bears another stack's mark, too; `undefined` where it bears none, or nobody tells. */
export async function readOtherHolder(
  context: Context,
  id: string,
  place: MarkedField,
  mark: string,
): Promise<string | undefined> {
  const other = foreignMark(await readField(context, id, place), mark);
  return other && heldByBoth(place.title, place.field, other);
}

/** Takes the mark off again that was written when the object was taken over. */
export async function unmarkField(context: Context, id: string, place: MarkedField, mark: string): Promise<void> {
  const before = text({ there: await readField(context, id, place) }, "there");
  const after = withoutUse(before, mark);
  if (after === before.trimEnd()) return;
  await tryWrite(context, id, place, after, `it still bears this stack's mark: take that off by hand`);
}

async function tryWrite(
  context: Context,
  Identity: string,
  { title, write, field }: MarkedField,
  value: string,
  otherwise: string,
): Promise<void> {
  try {
    await context.exchange.write(write, { Identity, [field]: value, BypassSecurityGroupManagerCheck: true });
  } catch (error) {
    // Nobody knows whether it was done: a new look tells.
    if (isExchangeError(error, "unknownOutcome") || !isExchangeError(error)) throw error;
    context.report(`${title}: ${field} was not written, so ${otherwise}. Exchange said: ${messageOf(error)}`);
  }
}
