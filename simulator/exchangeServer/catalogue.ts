/** The cmdlets of Exchange Server: those that both editions have, with the parameters that they have there, and its own. */
import { readFileSync } from "node:fs";
import type { Cmdlet } from "../exchange/cmdlet.ts";
import { allCmdlets } from "../exchange/cmdlets.ts";
import { text, type Parameters } from "../exchange/parameter.ts";
import { ownCmdlets } from "./ownCmdlets.ts";

/**
 * What each cmdlet takes on Exchange Server 2016, 2019 and SE, `?` after a switch: taken from the tags "Applicable" of
 * MicrosoftDocs/office-docs-powershell at 93336da. A cmdlet that is not in it is not there.
 */
const there = JSON.parse(readFileSync(new URL("./parameters.json", import.meta.url), "utf8")) as Readonly<
  Record<string, string>
>;

/** A cmdlet with the parameters of Exchange Server; `undefined` where that has no such cmdlet. */
function asThere(cmdlet: Cmdlet): Cmdlet | undefined {
  const listed = there[cmdlet.name];
  if (listed === undefined) return undefined;
  const names = listed.split(" ").filter((name) => name !== "");
  const plain = names.map((name) => name.replace("?", ""));
  const known: Parameters = { ...cmdlet.parameters, DomainController: text };
  const parameters = Object.fromEntries(Object.entries(known).filter(([name]) => plain.includes(name)));
  return {
    ...cmdlet,
    parameters,
    unmodelled: plain.filter((name) => !(name in parameters)).join(" "),
    switches: new Set(names.filter((name) => name.endsWith("?")).map((name) => name.slice(0, -1))),
    ...(cmdlet.exclusive !== undefined && {
      exclusive: cmdlet.exclusive
        .map((set) => set.filter((name) => plain.includes(name)))
        .filter((set) => set.length > 1),
    }),
  };
}

const ownNames = new Set(ownCmdlets.map(({ name }) => name));

/** All cmdlets of Exchange Server that are modelled. */
export const serverCmdlets: readonly Cmdlet[] = [
  ...allCmdlets.filter(({ name }) => !ownNames.has(name)),
  ...ownCmdlets,
].flatMap((cmdlet) => asThere(cmdlet) ?? []);

const byName = new Map(serverCmdlets.map((cmdlet) => [cmdlet.name.toLowerCase(), cmdlet]));

/** The cmdlet of this name in any case; `undefined` where it is not modelled, or not there. */
export function findServerCmdlet(name: string): Cmdlet | undefined {
  return byName.get(name.toLowerCase());
}
