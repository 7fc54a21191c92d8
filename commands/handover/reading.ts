// Reads what is to be handed over: from the stack's state, and from the tenant the names of its mailboxes and whether
// somebody stopped the access since the last proof. Writes nothing.
import { openPlace } from "../../connection/place.ts";
import { readUser } from "../../directory/users.ts";
import { contextOf } from "../../resources/lifecycle/context.ts";
import type { Context } from "../../resources/lifecycle/contract.ts";
import { text } from "../../resources/lifecycle/exchangeValue.ts";
import { getByGuid } from "../../resources/lifecycle/lookup.ts";
import type { Member } from "../../resources/recipients/memberList.ts";
import { claimsIn, NotRun, readConfiguration, readResources, type StackOptions } from "../verify/stack.ts";
import { compareSettings, sayStackNote } from "../verify/stackNote.ts";
import type { Content, Mailbox } from "./facts.ts";
import { holdingOf, type Holding } from "./holding.ts";
import { findStops } from "./stops.ts";

/** A whole hand-over as the stack has it now. */
export interface Reading extends Omit<Holding, "content" | "key"> {
  readonly content: Content;
  readonly key: string;
  /** What the operator is to know beside it. */
  readonly notes: readonly string[];
}

/**
 * Reads it. Takes the stack's passphrase or key, and a credential that may read users and role assignments.
 * @throws NotRun where something of it cannot be read
 */
export async function readHandover(
  options: StackOptions,
  report: (line: string) => void,
  environment: NodeJS.ProcessEnv,
): Promise<Reading> {
  const [resources, { read, settings }] = await Promise.all([
    readResources(options, environment, "--show-secrets"),
    readConfiguration(options, environment),
  ]);
  const claims = claimsIn(options, resources);
  const { key, content, ...holding } = holdingOf(claims, resources);
  if (key === undefined) {
    throw new NotRun(
      `the stack has no key for hand-overs yet: run \`npm run pulumi -- up --stack ${options.stack}\`, which makes it`,
    );
  }
  const place = await openPlace(read, environment, report);
  if ("problems" in place) throw new NotRun(place.problems.join("; "));
  if (place.tenantId.toLowerCase() !== content.tenantId.toLowerCase()) {
    throw new NotRun(`the stack is of tenant ${content.tenantId}, and the sign-in is to ${place.tenantId}`);
  }
  const context = contextOf(place, report);
  const [stops, ...names] = await Promise.all([
    findStops(context, claims),
    ...holding.members.map((member) => namesOf(context, member)),
  ]);
  await context.exchange.close();
  const mailboxes = names.filter((each) => each !== undefined);
  const gone = holding.members.filter((_, index) => names[index] === undefined).map(({ address }) => address);
  const notes = compareSettings(claims, settings).map((note) =>
    sayStackNote(note, "what the last up made is what counts here"),
  );
  const missing = gone.map((address) => `${address} is no longer in the directory`);
  return {
    ...holding,
    content: { ...content, mailboxes },
    key,
    refusals: [...holding.refusals, ...stops, ...missing],
    notes,
  };
}

/** A mailbox as its owner's directory has it now: Entra, or Active Directory; `undefined` where it is gone. */
async function namesOf({ entra, exchange }: Context, { address, id }: Member): Promise<Mailbox | undefined> {
  if (entra === undefined) {
    const user = await getByGuid(exchange, "Get-User", id);
    if (user === undefined) return undefined;
    const [primaryAddress, userName] = [text(user, "WindowsEmailAddress"), text(user, "UserPrincipalName")];
    return { primaryAddress: primaryAddress || address, userName };
  }
  const user = await readUser(entra.graph, id);
  if (user === undefined) return undefined;
  const primary = user.proxyAddresses.find((each) => each.startsWith("SMTP:"))?.slice("SMTP:".length);
  return { primaryAddress: primary ?? user.mail ?? address, userName: user.userPrincipalName };
}
