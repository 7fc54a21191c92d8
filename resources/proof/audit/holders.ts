/** Who is meant by a name that Exchange shows in permissions and roles. */
import type { ExchangeObject } from "../../../exchange/session.ts";
import { guid, text } from "../../lifecycle/exchangeValue.ts";
import type { Context } from "../../lifecycle/contract.ts";
import { getAll } from "../../lifecycle/lookup.ts";
import type { Asking } from "./asking.ts";
import { whoseIs, type Own } from "./own.ts";
import type { Holder } from "./subjects.ts";

/** Looks names up, each once; what is no name of a recipient is told by its form. */
export type FindHolder = (name: string) => Holder;

const select = ["Guid", "ExternalDirectoryObjectId", "PrimarySmtpAddress", "RecipientTypeDetails", "Name"];
const selectUser = ["Guid", "ExternalDirectoryObjectId", "UserPrincipalName", "RecipientTypeDetails", "Name"];

/** Asks for all names at once: one cmdlet each, two for an account without mail. */
export async function findHolders(
  context: Context,
  asking: Asking,
  own: Own,
  names: Iterable<string>,
): Promise<FindHolder> {
  const unknown = [...new Set(names)].filter((name) => byForm(name) === undefined);
  const found = await Promise.all(
    unknown.map(async (name) => [name, await asking.ask("holders", () => lookUp(context, name))] as const),
  );
  const holders = new Map(found.map(([name, object]) => [name, holderOf(own, name, object)]));
  return (name) => byForm(name) ?? holders.get(name) ?? { kind: "unknown", name, whose: "other" };
}

/** The one recipient or account of a name; `undefined` where it is none or several. */
async function lookUp({ exchange }: Context, name: string): Promise<ExchangeObject | undefined> {
  // No name of an object: Exchange would take it for a pattern.
  if (name.includes("*")) return undefined;
  const recipients = await getAll(exchange, "Get-Recipient", { Identity: name }, { select });
  if (recipients.length > 0) return only(recipients);
  return only(await getAll(exchange, "Get-User", { Identity: name }, { select: selectUser }));
}

function only(objects: readonly ExchangeObject[]): ExchangeObject | undefined {
  return objects.length === 1 ? objects[0] : undefined;
}

function byForm(name: string): Holder | undefined {
  if (/^default$/i.test(name)) return { kind: "everybody", name, whose: "other" };
  if (/^anonymous$/i.test(name)) return { kind: "anonymous", name, whose: "other" };
  if (/^(NT User:)?S-1-\d/i.test(name)) return { kind: "gone", name, whose: "other" };
  const [, address] = /^ExchangePublishedUser\.(.+)$/i.exec(name) ?? [];
  return address === undefined ? undefined : { kind: "outside", name: address, whose: "other" };
}

/** A recipient or account that Exchange showed. */
export function holderOf(own: Own, name: string, object: ExchangeObject | undefined): Holder {
  if (object === undefined) return { kind: "unknown", name, whose: "other" };
  const id = guid(object, "ExternalDirectoryObjectId") || guid(object);
  const shown = text(object, "PrimarySmtpAddress") || text(object, "UserPrincipalName") || name;
  const isGroup = /group/i.test(text(object, "RecipientTypeDetails") || text(object, "RecipientType"));
  return {
    kind: isGroup ? "group" : "user",
    name: isGroup ? text(object, "Name") || shown : shown,
    ...(id === "" ? {} : { id }),
    whose: whoseIs(own, id),
  };
}
