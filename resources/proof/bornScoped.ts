/**
 * That a fresh role assignment opens no more than it was asked to: looked at anew before anything else, and disabled at
 * once where it does, or where nobody can tell (design.md §7.1, §7.13).
 */
import { isExchangeError } from "../../exchange/errors.ts";
import type { Context } from "../lifecycle/contract.ts";
import { alwaysAsking } from "../lifecycle/lookup.ts";
import { UserError } from "../lifecycle/userError.ts";
import { digestOf, knownList } from "../recipients/listed.ts";
import { compareWithList } from "../recipients/memberList.ts";
import { recipientsInside } from "../recipients/scopeMembers.ts";

/** An assignment as far as it matters here; the fields are those of the artifact's inputs (roleAssignment.ts). */
export interface ScopedAssignment {
  readonly name: string;
  readonly scope: string;
  readonly writeScope: string;
  readonly enabled: boolean;
  readonly members: string;
}

/** Reads an assignment in the form of its inputs; `undefined` where Exchange shows none. */
export type ReadAssignment = (context: Context, id: string) => Promise<ScopedAssignment | undefined>;

/**
 * Reads back what was written by the scope's name: the name may have become another scope's in between, and that opens
 * other mailboxes.
 */
export async function demandScope(
  context: Context,
  id: string,
  desired: ScopedAssignment,
  read: ReadAssignment,
): Promise<void> {
  const live = await readAnew(context, id, read).catch(async (error: unknown) => {
    await disable(context, id);
    throw error;
  });
  if (live.scope === desired.scope) return;
  await disable(context, id);
  throw disabled(desired, wronglyScoped(live, desired));
}

/** Looks at what was made, and at who is inside its scope. */
export async function demandBornScoped(
  context: Context,
  id: string,
  desired: ScopedAssignment,
  read: ReadAssignment,
): Promise<void> {
  if (desired.scope === "") return;
  const live = await readAnew(context, id, read);
  const excess = await excessOf(context, live, desired);
  if (excess === undefined) return;
  if (live.enabled) await disable(context, id);
  throw disabled(desired, excess);
}

/** Waits until Exchange shows an assignment, asking it every time. */
async function readAnew(context: Context, id: string, read: ReadAssignment): Promise<ScopedAssignment> {
  const fresh = { ...context, exchange: alwaysAsking(context.exchange) };
  return context.waitFor("the role assignment to be visible", () => read(fresh, id));
}

/** In what way a fresh assignment opens more than the list; `undefined` where it does not. */
async function excessOf(
  context: Context,
  live: ScopedAssignment,
  desired: ScopedAssignment,
): Promise<string | undefined> {
  if (live.scope !== desired.scope) return wronglyScoped(live, desired);
  try {
    const [inside, listed] = [await recipientsInside(context, desired.scope), knownList(context, desired.members)];
    // Of a list that is not known, nobody can tell who would be too many.
    if (listed === undefined) {
      const isListed = digestOf(inside) === desired.members;
      return isListed ? undefined : `its scope holds ${digestOf(inside)}, and listed are ${desired.members}`;
    }
    const addresses = compareWithList(inside, listed).more.map(({ address }) => address);
    return addresses.length === 0
      ? undefined
      : `its scope holds mailboxes that are not listed: ${addresses.join(", ")}`;
  } catch (error) {
    // A scope that cannot be relied on: better no access than one that nobody can tell.
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Stops an assignment; insists where an answer is lost, because stopping twice does no harm. */
async function disable(context: Context, id: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await context.exchange.write("Set-ManagementRoleAssignment", { Identity: id, Enabled: false });
      return;
    } catch (error) {
      if (!isExchangeError(error, "unknownOutcome") || attempt === 3) throw error;
    }
  }
}

function wronglyScoped({ writeScope }: ScopedAssignment, desired: ScopedAssignment): string {
  return `its scope is "${writeScope}" instead of "${desired.writeScope}", the stack's own`;
}

function disabled({ name }: ScopedAssignment, excess: string): UserError {
  return new UserError(
    `role assignment "${name}": ${excess}. The assignment was disabled. Repair the cause, then run up with regrant set to true.`,
  );
}
