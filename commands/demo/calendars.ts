// What the call centre does in other people's calendars, by whatever protocol.

/** An appointment; times in UTC, ISO form. */
export interface Appointment {
  readonly subject: string;
  readonly start: string;
  readonly end: string;
}

/** What an operation gave: its answer, or the code of the refusal, e.g. `ErrorImpersonateUserDenied`. */
export type Outcome<T> = { readonly value: T; readonly refused?: undefined } | { readonly refused: string };

/** Calendars of other people, by address. */
export interface Calendars {
  /** Returns the new appointment's id. */
  place(mailbox: string, appointment: Appointment): Promise<Outcome<string>>;
  /** Subjects of the appointments between two times. */
  list(mailbox: string, from: string, to: string): Promise<Outcome<readonly string[]>>;
  cancel(mailbox: string, id: string): Promise<Outcome<true>>;
}
