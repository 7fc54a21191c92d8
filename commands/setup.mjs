// `npm run setup`: Node packages, the Pulumi engine and the azuread plugin, each only where it is missing.
// Plain JavaScript on the system's Node (20 or newer), because it runs before anything is installed. It writes inside
// the checkout and PULUMI_HOME only (npm's own cache aside). `--retry` asks for the azuread plugin again before a day
// is over.
import { join } from "node:path";
import { checkout, pulumiHome } from "./setup/checkout.mjs";
import { findEngine, provideEngine } from "./setup/engine.mjs";
import { withLock } from "./setup/lock.mjs";
import { installPackages, packagesAreCurrent, readPinned } from "./setup/packages.mjs";
import { hasAzureadPlugin, providePlugin } from "./setup/plugin.mjs";
import { Problem, say } from "./setup/problem.mjs";

const usage = `usage: npm run setup [-- --retry]

Provides what the other commands need, each only where it is missing: the pinned Node packages, the Pulumi engine and the
azuread plugin. It writes inside the checkout, ~/.pulumi and npm's own cache. The other commands run it first.

  --retry  asks for the azuread plugin again before a day is over`;

/** @param {string[]} args */
async function main(args) {
  if (args.includes("--help") || args.includes("-h")) return console.log(usage);
  const unknown = args.find((arg) => arg !== "--retry");
  if (unknown) throw new Problem(`unknown option ${unknown}; the only ones are --retry and --help`);
  if (process.platform === "win32")
    throw new Problem("Windows itself is not supported; use the Windows Subsystem for Linux");
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Problem(`Node.js 20 or newer is needed, this is ${process.version}`);
  }
  if (!packagesAreCurrent()) await withLock(join(checkout, ".tmp", "setup.lock"), installPackages);
  const engine = findEngine() ?? (await withLock(join(pulumiHome, "calendar-access-setup.lock"), provideEngine));
  await providePlugin(engine, args.includes("--retry"));
  if (process.env["npm_lifecycle_event"] !== "setup") return;
  say(`Pulumi ${engine.version} (${engine.binary}), Node ${readPinned()} (node_modules)`);
  say(
    `azuread types: ${hasAzureadPlugin() ? "the real plugin" : "the embedded tenant's stand-in, in demo and tests only"}`,
  );
}

// `exit` listeners stop the children and release the lock.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));
try {
  await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  say(error instanceof Problem ? message : (error instanceof Error && error.stack) || message);
  process.exitCode = 1;
}
