// `npm run tenant [-- OPTIONS]`: the embedded tenant, and the environment for a rehearsal on it. The tenant knows nothing of the
// engine's plugins; whether its stand-in for azuread is needed is said here.
import { executableVariable } from "../exchange/powershell/shell.ts";
import { quote, runTenant } from "../simulator/main.ts";
import { standInFolder, standInNeeded } from "./engine/engine.ts";

const standIn = [
  "# The azuread plugin is not installed; its stand-in, for the embedded tenant only:",
  `export PATH=${quote(standInFolder)}:"$PATH"`,
];

await runTenant(standInNeeded() ? standIn : [], process.env[executableVariable] || undefined);
