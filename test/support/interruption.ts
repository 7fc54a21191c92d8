/** The file that the wrapper leaves on Ctrl-C, for a test that presses it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interruptionVariable } from "../../network/interruption.ts";

export interface Interruption {
  /** The environment's variable, for a process that is to be interrupted. */
  readonly environment: Readonly<Record<string, string>>;
  /** Presses Ctrl-C. */
  press(): void;
  /** Takes it back, so that the next run is not interrupted. */
  clear(): void;
  /** Removes everything. */
  remove(): void;
}

/** Prepares an interruption of this process, and of those that get the environment. */
export function prepareInterruption(): Interruption {
  const folder = mkdtempSync(join(tmpdir(), "interruption-"));
  const file = join(folder, "interrupted");
  process.env[interruptionVariable] = file;
  return {
    environment: { [interruptionVariable]: file },
    press() {
      writeFileSync(file, "");
    },
    clear() {
      rmSync(file, { force: true });
    },
    remove() {
      Reflect.deleteProperty(process.env, interruptionVariable);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
