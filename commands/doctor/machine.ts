// This machine: Node, the engine, the azuread plugin. Nothing is fetched.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { azureadVersion, checkout, engineVersion } from "../setup/checkout.mjs";
import { findEngine } from "../setup/engine.mjs";
import { hasAzureadPlugin } from "../setup/plugin.mjs";
import type { Check } from "./check.ts";

/** @param isReal whether the stack is of a real tenant, which the plugin's stand-in does not serve; `undefined` without one */
export function checkMachine(isReal: boolean | undefined): Check[] {
  const { devDependencies, dependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const wanted = dependencies["node"] ?? devDependencies["node"] ?? "";
  const version = process.versions.node;
  const engine = findEngine();
  return [
    { code: "node", state: version === wanted ? "ok" : "warning", version, wanted },
    {
      code: "engine",
      state: engine === undefined ? "wrong" : "ok",
      version: engine?.version ?? "",
      wanted: engineVersion,
    },
    {
      code: "plugin",
      state: hasAzureadPlugin() ? "ok" : isReal === true ? "wrong" : "warning",
      wanted: azureadVersion,
    },
  ];
}
