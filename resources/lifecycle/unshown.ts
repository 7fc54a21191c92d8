/**
 * Inputs that the program needs for itself. The engine keeps a property whose name begins with two underscores like any
 * other, and shows it in no plan, difference or summary (facts/pulumi.md §0.5): under such a name they travel and lie in
 * the state. Artifacts know them by their own names. Pure.
 */
import type { Properties } from "./contract.ts";

const beginning = "__";

/** The name under which an input travels that is not to be shown. */
export function unshown(name: string): string {
  return beginning + name;
}

/** What the engine hands over, by the artifact's own names; without the stub's text. */
export function ownProperties(given: Readonly<Properties>): Properties {
  const entries = Object.entries(given).filter(([name]) => name !== "__provider");
  return Object.fromEntries(
    entries.map(([name, value]) => [name.startsWith(beginning) ? name.slice(beginning.length) : name, value]),
  );
}

/** Renames as the engine knows them: unshown is what is so in `given`, which it handed over. */
export function namesOf(given: Readonly<Properties>): (name: string) => string {
  return (name) => (unshown(name) in given ? unshown(name) : name);
}
