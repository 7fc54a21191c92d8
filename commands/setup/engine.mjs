// The Pulumi engine: found on PATH or in PULUMI_HOME, else provided there.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { engineVersion, pulumiHome, systemPath } from "./checkout.mjs";
import { isAtLeast, makeParts, missingParts, workshop } from "./engineParts.mjs";
import { remove } from "./file.mjs";
import { readNotes, writeNotes } from "./notes.mjs";
import { Problem, say, since } from "./problem.mjs";
import { run } from "./process.mjs";

/** @typedef {{ binary: string, version: string }} Engine the engine's executable and its version, "3.259.0" */

/**
 * The engine to use: a complete one of at least the pinned version on PATH, else the pinned one in PULUMI_HOME.
 * Scripts named `pulumi` do not count: they would stand between us and the engine and swallow signals.
 * @param {string} [path] PATH
 * @returns {Engine | undefined}
 */
export function findEngine(path) {
  const folders = systemPath(path).filter((folder) => basename(folder) === "bin");
  for (const folder of [...folders, join(pulumiHome, "versions", engineVersion, "bin")]) {
    const binary = join(folder, "pulumi");
    if (missingParts(realFolder(binary)).length > 0 || isScript(binary)) continue;
    const version = versionOf(binary);
    if (version !== undefined && isAtLeast(version, engineVersion)) return { binary, version };
  }
  return undefined;
}

/** Where a program really lies; links in /usr/local/bin are usual. @param {string} path */
const realFolder = (path) => dirname(fs.existsSync(path) ? fs.realpathSync(path) : path);

/** @param {string} path */
function isScript(path) {
  const start = Buffer.alloc(2);
  const file = fs.openSync(path, "r");
  fs.readSync(file, start);
  fs.closeSync(file);
  return start.toString() === "#!";
}

/** Asks an engine for its version once; the answer holds until the file changes. @param {string} binary */
function versionOf(binary) {
  const { size, mtimeMs } = fs.statSync(binary);
  const stamp = `${size} ${mtimeMs}`;
  const known = readNotes().engines ?? {};
  if (known[binary]?.stamp === stamp) return known[binary].version;
  const env = { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const answer = spawnSync(binary, ["version"], { env, encoding: "utf8", timeout: 20_000 });
  const version = /^v?(\d+\.\d+\.\d+)/.exec(answer.stdout ?? "")?.[1];
  if (version !== undefined) writeNotes({ engines: { ...known, [binary]: { stamp, version } } });
  return version;
}

/** Puts what is missing into PULUMI_HOME/versions, part by part and each in one step. @returns {Promise<Engine>} */
export async function provideEngine() {
  const already = findEngine();
  if (already) return already;
  const start = Date.now();
  const target = join(pulumiHome, "versions", engineVersion, "bin");
  // Complete and yet not found: the engine itself is broken.
  const absent = missingParts(target);
  const wanted = absent.length > 0 ? absent : ["pulumi"];
  // We hold the lock: drafts of earlier attempts have no owner any more. Go's caches in the workshop stay, so that a
  // second attempt goes on where the first one ended.
  for (const name of readFolder(workshop)) if (name.startsWith("draft-")) remove(join(workshop, name));
  fs.mkdirSync(workshop, { recursive: true });
  const draft = fs.mkdtempSync(join(workshop, "draft-"));
  fs.mkdirSync(join(draft, "tmp"));
  say(`Pulumi engine ${engineVersion}: ${wanted.join(", ")} missing in ${target}`);
  try {
    const source = await makeParts(wanted, draft);
    fs.mkdirSync(target, { recursive: true });
    for (const part of wanted) fs.renameSync(join(source, part), join(target, part));
  } finally {
    remove(draft);
  }
  say(`Pulumi engine ${engineVersion}: in place after ${since(start)}, clearing up`);
  // A hundred thousand small files: rm is many times quicker than Node.
  await run("rm", ["-rf", workshop]);
  const engine = findEngine();
  if (!engine)
    throw new Problem(`the engine in ${target} does not answer "pulumi version"; remove that folder and try again`);
  say(`Pulumi engine ${engineVersion}: ready after ${since(start)}`);
  return engine;
}

/** @param {string} folder */
const readFolder = (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);
