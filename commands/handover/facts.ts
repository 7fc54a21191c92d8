// What a hand-over tells. Pure data.

/** A mailbox that the call centre couples in CallPro. */
export interface Mailbox {
  readonly primaryAddress: string;
  readonly userName: string;
}

/** What is handed over: of this the digest is made. */
export interface Content {
  readonly tenantId: string;
  readonly impersonation:
    | {
        /** With its whole suffix. */
        readonly userName: string;
        /** `undefined` for a user that was there before the stack, whose password is the customer's. */
        readonly password: string | undefined;
      }
    | undefined;
  readonly application: { readonly clientId: string; readonly thumbprints: readonly string[] } | undefined;
  readonly mailboxes: readonly Mailbox[];
}

/** What the texts tell. */
export interface Facts {
  readonly stack: string;
  readonly content: Content;
  readonly opens: {
    /** Every mailbox of the organisation is open, not the listed ones alone. */
    readonly wholeOrganization: boolean;
    /** Of the application: whether mail opens, too. */
    readonly wholeMailbox: boolean;
    /** Of the application: what it asks tokens for. */
    readonly audiences: readonly string[];
  };
  /** Ends of the app's certificates, in the order of {@link Content}'s thumbprints: ms since the epoch. */
  readonly certificateEnds: readonly number[];
  /** When the access was last proved: ms since the epoch; `undefined` where the state does not say. */
  readonly provedAt: number | undefined;
  /** ms since the epoch. */
  readonly madeAt: number;
  readonly contact: string | undefined;
  /** Name of the encrypted file. */
  readonly file: string;
  /** Of the call centre's key. */
  readonly fingerprint: string;
}
