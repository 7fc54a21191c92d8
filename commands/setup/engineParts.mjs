// The parts of the engine: downloaded with Pulumi's installer, else built from the Go modules.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { checkout, engineVersion, packages, pinnedNode, pulumiHome } from "./checkout.mjs";
import { replaceFile } from "./file.mjs";
import { messageOf, Problem, say, since } from "./problem.mjs";
import { run } from "./process.mjs";

/** Where parts are made, with everything that Go writes meanwhile. */
export const workshop = join(pulumiHome, "calendar-access-build");

/** What has to stand side by side: engine, language host, host of dynamic providers (facts/pulumi.md §0.4). */
export const engineParts = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** @param {string} folder @returns {string[]} the engine's parts that are missing, empty or not executable there */
export function missingParts(folder) {
  return engineParts.filter((part) => {
    const status = fs.statSync(join(folder, part), { throwIfNoEntry: false });
    return !status?.isFile() || status.size === 0 || (status.mode & 0o111) === 0;
  });
}

/** Of one major version, and not older. @param {string} version @param {string} least */
export function isAtLeast(version, least) {
  const [a = 0, b = 0, c = 0] = version.split(".").map(Number);
  const [x = 0, y = 0, z = 0] = least.split(".").map(Number);
  return a === x && (b > y || (b === y && c >= z));
}

/**
 * @param {string[]} wanted names of parts
 * @param {string} draft an empty folder of this attempt
 * @returns {Promise<string>} the folder that holds them
 */
export async function makeParts(wanted, draft) {
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
