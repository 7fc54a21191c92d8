// What the project is called now: its stacks are kept under that name, and so are new settings.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The name in Pulumi.yaml; `undefined` where it has none.
 * @param project the folder with Pulumi.yaml
 */
export function projectNameIn(project: string): string | undefined {
  return /^name:\s*["']?([^"'\s#]+)/m.exec(readFileSync(join(project, "Pulumi.yaml"), "utf8"))?.[1];
}
