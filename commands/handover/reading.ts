// Reads what is to be handed over: from the stack's state, and from the tenant the names of its mailboxes and whether
// somebody stopped the access since the last proof. Writes nothing.
import { openSession } from "../../connection/session.ts";
import { readUser, type DirectoryUser } from "../../directory/users.ts";
import { contextOf } from "../../resources/lifecycle/context.ts";
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
  const session = await openSession(read, environment, report);
  if ("problems" in session) throw new NotRun(session.problems.join("; "));
  if (session.tenantId.toLowerCase() !== content.tenantId.toLowerCase()) {
    throw new NotRun(`the stack is of tenant ${content.tenantId}, and the sign-in is to ${session.tenantId}`);
  }
  const [stops, ...users] = await Promise.all([
    findStops(contextOf(session, report), claims),
    ...holding.members.map(async ({ id }) => readUser(session.entra.graph, id)),
  ]);
  const mailboxes = holding.members.flatMap((member, index) => mailboxOf(member, users[index]));
  const gone = holding.members.filter((_, index) => users[index] === undefined).map(({ address }) => address);
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

function mailboxOf({ address }: Member, user: DirectoryUser | undefined): Mailbox[] {
  if (user === undefined) return [];
  const primary = user.proxyAddresses.find((each) => each.startsWith("SMTP:"))?.slice("SMTP:".length);
  return [{ primaryAddress: primary ?? user.mail ?? address, userName: user.userPrincipalName }];
}
