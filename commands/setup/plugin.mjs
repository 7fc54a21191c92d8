// The azuread plugin, which only its own host has.
import * as fs from "node:fs";
import { join, resolve } from "node:path";
import { azureadVersion, checkout, pulumiHome, systemPath } from "./checkout.mjs";
import { remove } from "./file.mjs";
import { readNotes, writeNotes } from "./notes.mjs";
import { messageOf, say, since } from "./problem.mjs";
import { run } from "./process.mjs";

/** How long a host that could not be reached is left alone, in milliseconds. */
const DAY = 86_400_000;

/**
 * Whether the real azuread plugin is installed: in PULUMI_HOME, or by the operator's own choice on PATH.
 * @param {string} [path] PATH
 */
export function hasAzureadPlugin(path) {
  const name = "pulumi-resource-azuread";
  const folder = join(pulumiHome, "plugins", `resource-azuread-v${azureadVersion}`);
  if (fs.existsSync(join(folder, name)) && !fs.existsSync(`${folder}.partial`)) return true;
  return systemPath(path).some((place) => !resolve(place).startsWith(checkout) && fs.existsSync(join(place, name)));
}

/** @param {import("./engine.mjs").Engine} engine @param {boolean} retry */
export async function providePlugin(engine, retry) {
  const key = `${pulumiHome} ${azureadVersion}`;
  const last = readNotes().azuread;
  const waits = !retry && last?.key === key && Date.now() - last.triedAt < DAY;
  if (hasAzureadPlugin() || waits) return;
  const start = Date.now();
  say(`azuread plugin ${azureadVersion}: installing (at most 2 minutes)`);
  const temporary = join(pulumiHome, `calendar-access-tmp-${process.pid}`);
  fs.mkdirSync(temporary, { recursive: true });
  const env = { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true", TMPDIR: temporary };
  try {
    const args = ["plugin", "install", "resource", "azuread", azureadVersion];
    await run(engine.binary, args, { env, limit: 120_000, progress: () => "" });
    say(`azuread plugin ${azureadVersion}: ready after ${since(start)}`);
  } catch (error) {
    writeNotes({ azuread: { key, triedAt: Date.now() } });
    const lines = messageOf(error).split("\n");
    const reason = lines.findLast((line) => line.includes("Error downloading plugin:")) ?? lines.at(-1);
    say(`azuread plugin ${azureadVersion}: its host cannot be reached (${since(start)}): ${reason?.trim()}`);
    say(
      "  The embedded tenant's stand-in serves the azuread types in demo and tests. A real tenant needs the plugin itself.",
    );
    say("  Asked again after a day, or by `npm run setup -- --retry`.");
  } finally {
    remove(temporary);
  }
}
