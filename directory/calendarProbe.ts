/** Tries calendars as the application itself does: Graph's own answer, mailbox by mailbox. Reads only. */
import pLimit from "p-limit";
import { readClaims } from "../network/accessToken.ts";
import type { RetryPolicy } from "../network/retry.ts";
import type { Transport } from "../network/transport.ts";
import type { Waits } from "../network/waits.ts";
import type { Connection } from "../identity/connection.ts";
import { DirectoryError } from "./errors.ts";
import { openGraph } from "./graph.ts";
import { openTokens } from "../identity/tokens.ts";

/**
 * What Graph said about one calendar (facts/calendar-access.md §3):
 * - `open`: it can be read;
 * - `refused`: the app has no right on it, as Graph sees it now;
 * - `absent`: Graph finds no mailbox there;
 * - `unanswered`: no answer that tells anything, whatever was repeated.
 */
export interface CalendarAnswer {
  readonly kind: "open" | "refused" | "absent" | "unanswered";
  /** Graph's code or text, one line; empty where it is open. */
  readonly reason: string;
}

/** What Graph answered the app. */
export interface CalendarProbe {
  /** An answer for each mailbox, in their order. */
  readonly answers: readonly CalendarAnswer[];
  /** Application permissions in the token, e.g. `Calendars.Read`: what Entra consents, at the moment of the sign-in. */
  readonly permissions: readonly string[];
}

/** Who asks, and how long for an answer. */
export interface CalendarProbeOptions {
  /** The app's own: its client id, its credential, and the stack's tenant. */
  readonly connection: Connection;
  readonly waits: Waits;
  readonly retry?: RetryPolicy;
  readonly transport?: Transport;
}

/** Calendars in one request, and requests in flight: far below 10,000 in 10 minutes (facts/calendar-access.md §3). */
const batchSize = 20;
const inFlight = 4;

/**
 * Signs the app in anew, so that its token holds what is consented now, and asks for the calendar of each mailbox, by
 * object id: its id only, no appointment is read. A refusal is not asked again: repeated attempts are said to keep an
 * old "no" alive (facts/calendar-access.md §3).
 * @throws SignInError where the app cannot sign in; DirectoryError where Graph does not take its token
 */
export async function probeCalendars(
  { connection, ...options }: CalendarProbeOptions,
  mailboxes: readonly string[],
): Promise<CalendarProbe> {
  const { tenantId, endpoints } = connection;
  const tokens = await openTokens(connection, options);
  const token = (): Promise<string> => tokens(`${endpoints.graph}/.default`);
  const permissions = readClaims(await token())?.roles ?? [];
  const graph = await openGraph({ ...options, tenantId, endpoint: endpoints.graph, token });
  const groups: (readonly string[])[] = [];
  for (let start = 0; start < mailboxes.length; start += batchSize) {
    groups.push(mailboxes.slice(start, start + batchSize));
  }
  const limit = pLimit(inFlight);
  const results = await Promise.all(
    groups.map((group) => limit(() => graph.readMany(group.map((id) => `/users/${id}/calendar?$select=id`)))),
  );
  return { answers: results.flat().map(answerOf), permissions };
}

/** The app's rights are what is refused; the second is a token without any permission (facts/calendar-access.md §3). */
const refusals = new Set(["ErrorAccessDenied", "NoPermissionsInAccessToken"]);
const absences = new Set([
  "MailboxNotEnabledForRESTAPI",
  "ErrorInvalidUser",
  "ResourceNotFound",
  "Request_ResourceNotFound",
]);

/** Any other failure may come from anything between here and the mailbox, and says nothing about the app's rights. */
function answerOf(result: PromiseSettledResult<unknown>): CalendarAnswer {
  if (result.status === "fulfilled") return { kind: "open", reason: "" };
  const error: unknown = result.reason;
  if (!(error instanceof DirectoryError)) throw error;
  const { kind, code = "", message } = error;
  if (refusals.has(code)) return { kind: "refused", reason: code };
  if (absences.has(code)) return { kind: "absent", reason: code };
  if (kind === "unauthorized") throw error;
  return { kind: "unanswered", reason: message };
}
