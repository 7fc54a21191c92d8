/**
 * How a role assignment is given its scope: by the GUID of the scope whose recipients were compared with the list, so
 * that no other scope can take its name in between (design.md §7.13). And how it is read from one.
 */
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { isUnknown } from "./artifact.ts";
import { wholeOrganization } from "./assignmentName.ts";
import { customScopeOf } from "./assignmentRow.ts";
import { isGuid, text } from "./exchangeValue.ts";
import type { Context } from "./contract.ts";
import { alwaysAsking, getByGuid } from "./lookup.ts";

/** The scope of an assignment as it is asked for. */
export interface AskedScope {
  /** Object id of the enterprise app; empty where the role goes to a role group. */
  readonly app: string;
  /** GUID of the management scope; empty for the whole organisation. */
  readonly scope: string;
}

/** The scope of an assignment as it is recorded: by GUID, and by name. */
export interface NamedScope {
  readonly scope: string;
  readonly writeScope: string;
}

/** What became of a write: its answer, and whether the scope had to be called by its name. */
export interface ScopedAnswer {
  readonly answer: readonly ExchangeObject[];
  /** The caller reads it back before anything else. */
  readonly isByName: boolean;
}

/**
 * Writes an assignment with its scope. That the scope parameters take a GUID is in no document, though every identity
 * parameter of Exchange does: where it is refused, the live name of that GUID is used, read at that moment. Rejects
 * with Exchange's refusal where no back end shows the scope (yet).
 */
export async function writeScoped(
  context: Context,
  asked: AskedScope,
  write: (parameters: Readonly<Record<string, string>>) => Promise<readonly ExchangeObject[]>,
): Promise<ScopedAnswer> {
  if (asked.scope === "") return { answer: await write(wholeOrganizationFor(asked)), isByName: false };
  try {
    return { answer: await write(scopeFor(asked, asked.scope)), isByName: false };
  } catch (error) {
    if (!isExchangeError(error, "notFound", "invalid")) throw error;
    const scope = await getByGuid(alwaysAsking(context.exchange), "Get-ManagementScope", asked.scope);
    if (scope === undefined) throw error;
    return { answer: await write(scopeFor(asked, text(scope, "Name"))), isByName: true };
  }
}

/** An app has one scope parameter, and a role group another (facts/exchange.md §2.3). */
function scopeFor({ app }: AskedScope, identity: string): Record<string, string> {
  return app === "" ? { CustomRecipientWriteScope: identity } : { CustomResourceScope: identity };
}

/**
 * The whole organisation is always named: a scope is never null, and left out only for an app, whose parameter set has
 * no word for it (design.md §4, facts/exchange.md §2.3).
 */
function wholeOrganizationFor({ app }: AskedScope): Record<string, string> {
  return app === "" ? { RecipientRelativeWriteScope: "Organization" } : {};
}

/** Whether an assignment is limited to a management scope of that name: a group's or a unit's is something else. */
export function isScopedTo(assignment: ExchangeObject, name: string): boolean {
  return text(assignment, "RecipientWriteScope") === "CustomRecipientScope" && customScopeOf(assignment) === name;
}

/** The live scope in the form of the inputs; anything else than the recorded one is shown as what it is. */
export function liveScope(
  assignment: ExchangeObject,
  scope: ExchangeObject | undefined,
  recorded: NamedScope,
): NamedScope {
  const kind = text(assignment, "RecipientWriteScope");
  const custom = customScopeOf(assignment);
  if (kind === "Organization" && custom === "") return { writeScope: wholeOrganization, scope: "" };
  if (scope !== undefined && isScopedTo(assignment, text(scope, "Name"))) {
    return { writeScope: recorded.writeScope, scope: recorded.scope };
  }
  return { writeScope: custom === "" ? kind : `${custom} (${kind})`, scope: "other" };
}

/** Name of the stack's scope as it is now; what is not known by its GUID is known by its name. */
export async function scopeNameOf(context: Context, { scope, writeScope }: NamedScope): Promise<string | undefined> {
  if (!isGuid(scope) || isUnknown(scope)) return writeScope;
  const live = await getByGuid(context.exchange, "Get-ManagementScope", scope);
  return live === undefined ? undefined : text(live, "Name");
}
