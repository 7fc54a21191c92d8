/** What a sweep leaves though it bears the stack's mark: a mark can be copied along with the text that it stands in. */
import type { Context, Kind } from "../lifecycle/contract.ts";

/** Names what is left, and why: alone a mark lets nothing be removed. */
export function reportLeft(context: Context, title: string, why: readonly string[]): void {
  context.report(
    `${title}: bears this stack's mark, but is not as the stack makes it, so it was left: ${why.join("; ")}. Look at it, and remove it by hand if it is the stack's.`,
  );
}

/** Why another one is none of an interrupted run's, where the state held the stack's own to the end. */
export const heldItsOwn = "the stack had another one, as its state said, so no interrupted run made it";

/** Kinds that stand for an object with a mark, of which a stack has one. */
const marked: ReadonlySet<Kind> = new Set([
  ...(["roleGroup", "securityGroup", "serviceAccount"] as const),
  ...(["serviceUserListing", "applicationCertificates"] as const),
]);

/** Whether the stack's own object of a kind was in the state, and there, when this run began. */
export function heldOwn({ present }: Context, kind: Kind): boolean {
  return marked.has(kind) && present.has(kind);
}
