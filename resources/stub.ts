/**
 * What every customer's state says of a dynamic resource: its type, and the text of its provider, which asks this
 * package, by its name, for the provider of a kind.
 *
 * FROZEN: refresh and destroy run the stored text (facts/pulumi.md §0.5). test/resources/dynamic.test.ts holds both for
 * ever.
 */
import type { Kind } from "./lifecycle/contract.ts";

/** What a resource of that kind is called, e.g. `RoleGroup`. */
export type TypeName = Capitalize<Kind>;

const types = "pulumi-nodejs:dynamic/calendarAccess:";

/** The engine's type of a resource. */
export function typeOf(name: TypeName): string {
  return types + name;
}

/** The kind of a resource by the engine's type; empty for a resource of others. */
export function kindIn(type: string): string {
  const name = type.startsWith(types) ? type.slice(types.length) : "";
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/**
 * The stub of one kind of artifact. The host works in the folder of the program, or in one below it: from both the
 * package finds itself by its name (`exports` in package.json), wherever its files have moved.
 */
export function stubOf(kind: Kind): string {
  const ask = `require("node:module").createRequire(process.cwd() + "/")("calendar-access/provider")`;
  return `exports.handler = () => ${ask}.providerOf("${kind}");\n`;
}
