/** Tells the stack's own, the call centre's and the operator's access from that of others; pure. */
import type { Whose } from "./subjects.ts";

/** What is the stack's. Ids are in lower case; empty where it has no such thing. */
export interface Own {
  /** GUIDs of its role assignments. */
  readonly assignments: ReadonlySet<string>;
  /** Object id of the enterprise app. */
  readonly app: string;
  /** Its client id. */
  readonly appId: string;
  /** Object id of the service user. */
  readonly user: string;
  /** Object id of the identity that runs this. */
  readonly operator: string;
}

/** Whose somebody is, by his object id. */
export function whoseIs({ app, user, operator }: Own, id: string | undefined): Whose {
  if (id === undefined || id === "") return "other";
  if (id === app || id === user) return "callCentre";
  return id === operator ? "operator" : "other";
}
