// Where things are, and which versions belong to this checkout.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's top folder. */
export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Where Pulumi keeps its engine, plugins and credentials. */
export const pulumiHome = resolve(process.env["PULUMI_HOME"] || join(homedir(), ".pulumi"));

/** @type {{ dependencies: Record<string, string> }} */
const { dependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
/** The engine goes with the SDK, version for version. */
export const engineVersion = dependencies["@pulumi/pulumi"] ?? "";
/** The version that package.json pins. */
export const azureadVersion = dependencies["@pulumi/azuread"] ?? "";

/** Where npm puts the packages. */
export const packages = join(checkout, "node_modules");
/** The Node that everything but the set-up runs on. */
export const pinnedNode = join(packages, ".bin", "node");

/** PATH without npm's own additions: there the pinned Node and the `pulumi` wrapper of some package would answer. */
export const systemPath = (path = process.env["PATH"] ?? "") =>
  path.split(delimiter).filter((folder) => folder !== "" && !/node_modules[\\/]\.bin[\\/]?$/.test(folder));
