// The call centre's side once it has an app: a little Microsoft Graph client for somebody's calendar and inbox
// (facts/calendar-access.md §3).
import type { Calendars, Outcome } from "./calendars.ts";
import type { Send } from "./http.ts";

/** Calendars, and what an access to calendars must not open. */
export interface Mailboxes extends Calendars {
  /** Subjects of the messages in somebody's inbox. */
  readInbox(mailbox: string): Promise<Outcome<readonly string[]>>;
}

interface Subjects {
  readonly value: readonly { readonly subject: string }[];
}

/** Opens mailboxes at `origin` with an app's access token for Graph. Nothing is sent yet. */
export function openMailboxes(send: Send, origin: string, token: string): Mailboxes {
  const call = async <T>(
    method: string,
    path: string,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<Outcome<T>> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await send(method, `${origin}/v1.0${path}`, headers, body === undefined ? "" : JSON.stringify(body));
    return readOutcome(method, path, answer.status, answer.text) as Outcome<T>;
  };
  const listSubjects = async (path: string): Promise<Outcome<readonly string[]>> => {
    const outcome = await call<Subjects>("GET", path);
    return outcome.refused === undefined ? { value: outcome.value.value.map(({ subject }) => subject) } : outcome;
  };
  return {
    async place(mailbox, { subject, start, end }) {
      const utc = (dateTime: string): object => ({ dateTime, timeZone: "UTC" });
      const event = { subject, start: utc(start), end: utc(end) };
      const outcome = await call<{ readonly id: string }>("POST", `/users/${mailbox}/events`, event);
      return outcome.refused === undefined ? { value: outcome.value.id } : outcome;
    },
    list: (mailbox, from, to) =>
      listSubjects(`/users/${mailbox}/calendarView?startDateTime=${from}&endDateTime=${to}&$select=subject`),
    async cancel(mailbox, id) {
      const outcome = await call<unknown>("DELETE", `/users/${mailbox}/events/${id}`);
      return outcome.refused === undefined ? { value: true } : outcome;
    },
    readInbox: (mailbox) => listSubjects(`/users/${mailbox}/mailFolders/inbox/messages?$select=subject`),
  };
}

/** @throws Error where the answer is neither an answer nor a refusal of access */
function readOutcome(method: string, path: string, status: number, text: string): Outcome<unknown> {
  if (status >= 200 && status < 300) return { value: text === "" ? undefined : (JSON.parse(text) as unknown) };
  if (status !== 401 && status !== 403) throw new Error(`${method} ${path} answered with status ${status}: ${text}`);
  const { error } = JSON.parse(text) as { readonly error: { readonly code: string } };
  return { refused: error.code };
}
