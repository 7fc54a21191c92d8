// What no run of the engine can do without, and what it says of that in words that lead elsewhere.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { backendOf } from "../engine/backend.ts";
import { azureadVersion } from "../setup/checkout.mjs";
import { hasAzureadPlugin } from "../setup/plugin.mjs";
import type { State } from "./state.ts";

/** Commands that go to a backend. */
const ofBackend = ["stack", "config", "preview", "pre", "up", "update", "refresh", "destroy", "down", "dn", "import"];

/**
 * Why a command is not begun that has no backend: the engine would ask for an account of Pulumi's own service.
 * @param project the folder with Pulumi.yaml
 */
export function missingBackend(args: readonly string[], environment: NodeJS.ProcessEnv, project: string): string[] {
  const isHelp = args.some((each) => each === "--help" || each === "-h");
  const hasAccount = (environment["PULUMI_ACCESS_TOKEN"] ?? "") !== "";
  if (isHelp || hasAccount || !args.some((each) => ofBackend.includes(each))) return [];
  if (backendOf(environment, project) !== "") return [];
  return [
    "there is no backend: PULUMI_BACKEND_URL is not set. It says where the stacks' state lies, e.g. export PULUMI_BACKEND_URL=file://$HOME/calendar-access-own/state " +
      "(README.md, First stack). To be asked no more: npm run pulumi -- login URL.",
  ];
}

/**
 * Why a stack with objects of azuread's is not run where its plugin is missing: the engine would try to fetch it for each.
 * Before every command the set-up does so once a day (commands/setup/plugin.mjs).
 */
export function missingPlugin({ resources = [] }: State, environment: NodeJS.ProcessEnv): string[] {
  if (!resources.some(({ type }) => type === "pulumi:providers:azuread")) return [];
  const isOnPath = (environment["PATH"] ?? "")
    .split(delimiter)
    .some((folder) => existsSync(join(folder, "pulumi-resource-azuread")));
  if (isOnPath || hasAzureadPlugin(environment["PATH"])) return [];
  return [
    `the azuread plugin ${azureadVersion} is not installed, and this stack holds objects of azuread's. Where its host can be reached: npm run setup -- --retry. ` +
      `From an archive: npm run pulumi -- plugin install resource azuread ${azureadVersion} --file ARCHIVE. Nothing was changed.`,
  ];
}
