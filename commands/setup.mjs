// `npm run setup`: Node packages, the Pulumi engine and the azuread plugin, each only where it is missing.
// Plain JavaScript on the system's Node (20 or newer), because it runs before anything is installed. It writes inside
// the checkout and PULUMI_HOME only (npm's own cache aside). `--retry` asks for the azuread plugin again before a day
// is over.
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { homedir, hostname } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** The checkout's top folder. */
export const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
/** Where Pulumi keeps its engine, plugins and credentials. */
export const pulumiHome = resolve(process.env["PULUMI_HOME"] || join(homedir(), ".pulumi"));

/** @type {{ dependencies: Record<string, string> }} */
const { dependencies } = JSON.parse(fs.readFileSync(join(checkout, "package.json"), "utf8"));
/** The engine goes with the SDK, version for version. */
export const engineVersion = dependencies["@pulumi/pulumi"] ?? "";
/** The version that package.json pins. */
export const azureadVersion = dependencies["@pulumi/azuread"] ?? "";

const packages = join(checkout, "node_modules");
const pinnedNode = join(packages, ".bin", "node");
const workshop = join(pulumiHome, "calendar-access-build");
const notesFile = join(packages, ".setup.json");
/** What has to stand side by side: engine, language host, host of dynamic providers (facts/pulumi.md §0.4). */
export const engineParts = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
const DAY = 86_400_000;

/** A condition that the user can do something about: shown without a stack. */
class Problem extends Error {}

/** @param {string} line */
const say = (line) => process.stderr.write(`setup: ${line}\n`);
/** @param {number} start milliseconds since the epoch */
const since = (start) => `${Math.round((Date.now() - start) / 1000)} s`;

// ---------------------------------------------------------------------------------------------- notes between runs
/**
 * What earlier runs found out, so that a run with nothing to do stays quick. Losing it costs a second look only.
 * @typedef {{ engines?: Record<string, { stamp: string, version: string }>, azuread?: { key: string, triedAt: number } }} Notes
 */

/** @returns {Notes} */
function readNotes() {
  try {
    return JSON.parse(fs.readFileSync(notesFile, "utf8"));
  } catch {
    return {};
  }
}

/** @param {Notes} change */
function writeNotes(change) {
  if (!fs.existsSync(packages)) return;
  replaceFile(notesFile, JSON.stringify({ ...readNotes(), ...change }, null, 2));
}

/** Writes a file so that no reader ever sees half of it. @param {string} path @param {string | Buffer} content */
function replaceFile(path, content, mode = 0o644) {
  const draft = `${path}.${process.pid}.new`;
  fs.writeFileSync(draft, content, { mode });
  fs.renameSync(draft, path);
}

// ------------------------------------------------------------------------------------------------- one at a time
/**
 * Runs `work` while no other set-up (or other thing named `what`) holds `path`. A lock whose owner died is taken over.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work, what = "set-up") {
  fs.mkdirSync(dirname(path), { recursive: true });
  const turn = randomUUID();
  const mine = `${process.pid} ${startOf(process.pid)} ${hostname()} ${turn}\n`;
  const draft = `${path}.${turn}`;
  fs.writeFileSync(draft, mine);
  try {
    for (let told = false; !take(draft, path);) {
      const owner = readIfThere(path);
      if (owner === undefined) continue;
      if (isDead(owner)) {
        discard(path, owner);
        continue;
      }
      if (!told) say(`another ${what} is at work (process ${owner.split(" ")[0]}); waiting for it`);
      told = true;
      await sleep(500);
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
  const release = () => {
    if (readIfThere(path) === mine) fs.rmSync(path, { force: true });
  };
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** A hard link appears with its content or not at all. @param {string} draft @param {string} path */
function take(draft, path) {
  try {
    fs.linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Takes a dead owner's lock away, and puts it back if somebody else was quicker. @param {string} path @param {string} owner */
function discard(path, owner) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    fs.renameSync(path, aside);
    if (readIfThere(aside) !== owner) take(aside, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  fs.rmSync(aside, { force: true });
}

/** @param {string} owner "pid start host …" as {@link withLock} writes it */
export function isDead(owner) {
  const [pid = "", start = "", host] = owner.trim().split(" ");
  if (!/^\d+$/.test(pid)) return true;
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
  return startOf(Number(pid)) !== start;
}

/** When a process started (clock ticks since boot), so that a reused pid is not taken for it. @param {number} pid */
function startOf(pid) {
  const status = readIfThere(`/proc/${pid}/stat`);
  return status?.slice(status.lastIndexOf(")") + 2).split(" ")[19] ?? "?";
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** @param {unknown} error @returns {unknown} */
const codeOf = (error) => (typeof error === "object" && error !== null && "code" in error ? error.code : undefined);

// ---------------------------------------------------------------------------------------------------- child processes
/**
 * Runs a program to its end; throws a Problem with its last lines where it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limit?: number, show?: boolean,
 *   progress?: (lines: string[]) => string }} [options] `limit` in milliseconds; `show` passes the output on;
 *   `progress` words the line printed every 15 s
 * @returns {Promise<string>} its standard output
 */
async function run(program, args, { cwd = checkout, env = process.env, limit, show = false, progress } = {}) {
  const start = Date.now();
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ["ignore", show ? 2 : "pipe", show ? 2 : "pipe"],
    ...(limit === undefined ? {} : { timeout: limit }),
  });
  const stop = () => child.kill();
  process.once("exit", stop);
  let output = "";
  let complaints = "";
  child.stdout?.on("data", (data) => (output += data));
  child.stderr?.on("data", (data) => (complaints += data));
  const timer = progress && setInterval(() => say(`  ${since(start)}${progress(complaints.split("\n"))}`), 15_000);
  /** @type {[number | null, string | null]} */
  const [code, signal] = await new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (...end) => done(end));
  }).finally(() => {
    clearInterval(timer);
    process.off("exit", stop);
  });
  if (code === 0) return output;
  const end = signal ? `ended by ${signal} after ${since(start)}` : `exit code ${code}`;
  const tail = `${output}${complaints}`.trim().split("\n").slice(-8).join("\n  ");
  throw new Problem(`${basename(program)} ${args[0]}: ${end}${tail && `\n  ${tail}`}`);
}

/** PATH without npm's own additions: there the pinned Node and the `pulumi` wrapper of some package would answer. */
const systemPath = (path = process.env["PATH"] ?? "") =>
  path.split(delimiter).filter((folder) => folder !== "" && !/node_modules[\\/]\.bin[\\/]?$/.test(folder));

// -------------------------------------------------------------------------------------------------- Node packages
/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} Package
 * @typedef {{ packages: Record<string, Package> }} LockFile
 */

/**
 * Whether what npm noted as installed is what the lock file asks for; packages for other platforms may be missing.
 * @param {LockFile} lock package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json
 */
export function isSameTree(lock, installed) {
  /** @param {Package} a @param {Package} b */
  const same = (a, b) => a.version === b.version && a.integrity === b.integrity;
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== "");
  return (
    wanted.every(([path, entry]) => {
      const found = installed.packages[path];
      return found ? same(entry, found) : entry.optional === true;
    }) && Object.keys(installed.packages).every((path) => lock.packages[path])
  );
}

/** npm writes its own note last, so that an interrupted `npm ci` leaves none. */
function packagesAreCurrent() {
  const installed = readIfThere(join(packages, ".package-lock.json"));
  const lock = fs.readFileSync(join(checkout, "package-lock.json"), "utf8");
  return installed !== undefined && fs.existsSync(pinnedNode) && isSameTree(JSON.parse(lock), JSON.parse(installed));
}

async function installPackages() {
  if (packagesAreCurrent()) return;
  const start = Date.now();
  say("Node packages: installing (npm ci)");
  // npm would warn that the system's Node is older than the one it is about to install.
  const options = ["--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  // The system's Node runs npm: the pinned one lies in the folder that npm is about to empty.
  const env = { ...process.env, PATH: systemPath().join(delimiter) };
  try {
    await run("npm", ["ci", ...options], { env, show: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw new Problem("npm is not on PATH; install Node.js 20 or newer with npm");
    throw new Problem(
      `npm ci did not succeed (its messages are above); run npm run setup again once its cause is gone`,
    );
  }
  if (!fs.existsSync(pinnedNode)) {
    throw new Problem(
      "npm ci left no node_modules/.bin/node: install scripts seem to be off (npm's ignore-scripts). " +
        "Run `npm rebuild node --ignore-scripts=false`, then npm run setup again.",
    );
  }
  if (!packagesAreCurrent()) throw new Problem("another npm changed node_modules meanwhile; run npm run setup again");
  say(`Node packages: ready after ${since(start)}`);
}

// -------------------------------------------------------------------------------------------------------- the engine
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

/** @param {string} folder @returns {string[]} the engine's parts that are missing, empty or not executable there */
export function missingParts(folder) {
  return engineParts.filter((part) => {
    const status = fs.statSync(join(folder, part), { throwIfNoEntry: false });
    return !status?.isFile() || status.size === 0 || (status.mode & 0o111) === 0;
  });
}

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

/** Of one major version, and not older. @param {string} version @param {string} least */
export function isAtLeast(version, least) {
  const [a = 0, b = 0, c = 0] = version.split(".").map(Number);
  const [x = 0, y = 0, z = 0] = least.split(".").map(Number);
  return a === x && (b > y || (b === y && c >= z));
}

/** Puts what is missing into PULUMI_HOME/versions, part by part and each in one step. @returns {Promise<Engine>} */
async function provideEngine() {
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

/**
 * @param {string[]} wanted names of parts
 * @param {string} draft an empty folder of this attempt
 * @returns {Promise<string>} the folder that holds them
 */
async function makeParts(wanted, draft) {
  const script = engineParts.slice(2);
  if (wanted.some((part) => !script.includes(part))) {
    const official = await download(draft);
    if (official) return official;
    const go = goProblem();
    if (go) {
      throw new Problem(
        `Pulumi's installer could not be reached and ${go}, so the engine can neither be downloaded nor built. Give this ` +
          `machine access to get.pulumi.com, or install Go 1.26 or newer (go.dev/dl), or put pulumi ${engineVersion} on PATH; ` +
          "then run npm run setup again.",
      );
    }
    say("Pulumi engine: building from the Go modules (about 6 minutes on two cores; 4 GB of disk for that time)");
    if (wanted.includes("pulumi")) {
      const linked = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`;
      await build("cli", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", linked, draft);
    }
    if (wanted.includes("pulumi-language-nodejs")) {
      const program = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
      await build("language-host", program, "-s -w", draft);
    }
  }
  for (const part of script)
    replaceFile(join(draft, part), fs.readFileSync(join(packages, "@pulumi/pulumi", part)), 0o755);
  return draft;
}

/** Pulumi's own installer, into a folder of ours. @param {string} draft @returns {Promise<string | undefined>} */
async function download(draft) {
  const start = Date.now();
  say("Pulumi engine: downloading it with Pulumi's installer");
  const root = join(draft, "official");
  const program = `await require("@pulumi/pulumi/automation").PulumiCommand.install({ root: ${JSON.stringify(root)} })`;
  const env = { ...process.env, PULUMI_HOME: pulumiHome, TMPDIR: join(draft, "tmp"), NODE_USE_ENV_PROXY: "1" };
  try {
    const main = `(async () => { ${program} })().catch((error) => { console.error(error.message); process.exit(1); })`;
    await run(pinnedNode, ["-e", main], { env, limit: 600_000, progress: () => "" });
    if (missingParts(join(root, "bin")).length === 0) return join(root, "bin");
    say(`Pulumi engine: the installer left an incomplete engine (${since(start)})`);
  } catch (error) {
    say(`Pulumi engine: no download (${since(start)}): ${messageOf(error).split("\n").at(-1)?.trim()}`);
  }
  return undefined;
}

/** @returns {string | undefined} why Go cannot build the engine here */
function goProblem() {
  const answer = spawnSync("go", ["env", "GOVERSION"], {
    encoding: "utf8",
    cwd: checkout,
    env: goEnvironment(workshop),
  });
  if (answer.error) return "Go is not on PATH";
  const version = /go(\d+\.\d+)/.exec(answer.stdout)?.[1] ?? "0";
  // From 1.21 on Go fetches the toolchain that go.mod asks for.
  return isAtLeast(version, "1.21") ? undefined : `Go ${version} is too old`;
}

/** Go's environment with everything that it writes inside our workshop. @param {string} temporary @returns {NodeJS.ProcessEnv} */
function goEnvironment(temporary) {
  const settings = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return {
    ...process.env,
    GOENV: process.env["GOENV"] ?? join(settings, "go", "env"),
    // Go counts its own use under the configuration folder.
    XDG_CONFIG_HOME: join(workshop, "config"),
    GOPATH: join(workshop, "go"),
    GOMODCACHE: join(workshop, "modules"),
    GOCACHE: join(workshop, "cache"),
    GOTMPDIR: temporary,
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
}

/**
 * Builds one program from the module in commands/engine/`module`, whose go.sum holds all checksums.
 * @param {string} module
 * @param {string} program import path of its main package
 * @param {string} linked flags for the linker
 * @param {string} draft folder for the result
 */
async function build(module, program, linked, draft) {
  const start = Date.now();
  const name = basename(program);
  const flags = ["-mod=readonly", "-modcacherw", "-trimpath", "-buildvcs=false"];
  const options = { cwd: join(checkout, "commands", "engine", module), env: goEnvironment(join(draft, "tmp")) };
  say(`${name}: fetching its Go modules`);
  const listed = await run("go", ["list", "-deps", ...flags.slice(0, 2), program], { ...options, progress: () => "" });
  const count = listed.trim().split("\n").length;
  say(`${name}: compiling (${since(start)} so far)`);
  await run("go", ["build", "-v", ...flags, "-ldflags", linked, "-o", join(draft, name), program], {
    ...options,
    progress: (lines) => `: ${lines.length - 1} of about ${count} packages`,
  });
  say(`${name}: built after ${since(start)}`);
}

/** @param {string} folder */
const readFolder = (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);

/** @param {string} path */
function remove(path) {
  fs.rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

// ------------------------------------------------------------------------------------------------ the azuread plugin
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

/** @param {Engine} engine @param {boolean} retry */
async function providePlugin(engine, retry) {
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

// -------------------------------------------------------------------------------------------------------------- main
/** @param {string[]} args */
async function main(args) {
  const unknown = args.find((arg) => arg !== "--retry");
  if (unknown) throw new Problem(`unknown option ${unknown}; the only one is --retry`);
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

/** @returns {string} the pinned Node's version, "v24.21.0" */
function readPinned() {
  return `v${JSON.parse(fs.readFileSync(join(packages, "node", "package.json"), "utf8")).version}`;
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  // `exit` listeners stop the children and release the lock.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    say(
      error instanceof Problem
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
    );
    process.exitCode = 1;
  }
}
