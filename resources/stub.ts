/**
 * The text of a dynamic resource's provider: it asks this package, by its name, for the provider of a kind.
 *
 * FROZEN: it is stored in every customer's state, and refresh and destroy run the stored text (facts/pulumi.md §0.5).
 * test/resources/dynamic.test.ts holds it for ever.
 */
import type { Kind } from "./lifecycle/contract.ts";

/**
 * The stub of one kind of artifact. The host works in the folder of the program, or in one below it: from both the
 * package finds itself by its name (`exports` in package.json), wherever its files have moved.
 */
export function stubOf(kind: Kind): string {
  const ask = `require("node:module").createRequire(process.cwd() + "/")("calendar-access/provider")`;
  return `exports.handler = () => ${ask}.providerOf("${kind}");\n`;
}
