// The file backend as the engine lays it out: where it is, and where its locks are.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { pulumiHome } from "../setup/checkout.mjs";

/**
 * The backend that an engine will use, found as it finds it: environment, project, the one that is logged in to.
 * @param project the folder with Pulumi.yaml
 * @returns its URL; empty where none is found
 */
export function backendOf(environment: NodeJS.ProcessEnv, project: string): string {
  const chosen = environment["PULUMI_BACKEND_URL"] ?? "";
  if (chosen !== "") return chosen;
  const declared = /^backend:\s*\n\s+url:\s*["']?([^"'\s#]+)/m.exec(readText(join(project, "Pulumi.yaml")))?.[1];
  if (declared !== undefined) return declared;
  const folder = environment["PULUMI_CREDENTIALS_PATH"] ?? environment["PULUMI_HOME"] ?? pulumiHome;
  try {
    const { current } = JSON.parse(readText(join(folder, "credentials.json"))) as { current?: unknown };
    return typeof current === "string" ? current : "";
  } catch {
    return "";
  }
}

/**
 * The folder `.pulumi` of a backend (facts/pulumi.md §0.6).
 * @param backend URL of a file backend as the engine reports it: `file:///folder`, `file://~/folder`
 * @returns undefined where the backend is not made of files, or its layout is not the one we know
 */
export function backendFolder(backend: string): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(backend)?.[1];
  if (path === undefined) return undefined;
  const root = path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(decodeURIComponent(path));
  const folder = join(root, ".pulumi");
  return /^version: 1\s*$/m.test(readText(join(folder, "meta.yaml"))) ? folder : undefined;
}

/**
 * The folder of a stack's locks (facts/pulumi.md §0.6).
 * @param backend as in {@link backendFolder}
 * @returns undefined as there
 */
export function lockFolder(backend: string, project: string, stack: string): string | undefined {
  const folder = backendFolder(backend);
  return folder === undefined ? undefined : join(folder, "locks", "organization", project, stack);
}

/** A file's text; empty where it is not there. */
function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
