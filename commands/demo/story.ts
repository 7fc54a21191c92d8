// The stories of the demo, as lists of steps that are put one after the other.
import { beginning, impersonationStory } from "./impersonation.ts";
import { migrationStory } from "./migration.ts";
import { serverStory } from "./server.ts";
import type { StepMaker } from "./scene.ts";
import { writePapers } from "./papers.ts";
import { compare, readBack, undo } from "./undo.ts";

/** Steps between the beginning and the end, by name. */
const middles = {
  all: () => [...impersonationStory(), ...migrationStory()],
  impersonation: impersonationStory,
  migration: migrationStory,
  server: serverStory,
} as const satisfies Record<string, () => readonly StepMaker[]>;

/** What `--story` takes. */
export const storyNames: readonly string[] = Object.keys(middles);

/** Whether a story plays on Exchange Server, over a real PowerShell. */
export function isOnServer(name: string): boolean {
  return name === "server";
}

/**
 * All steps of a story; `keep` leaves the undo out.
 * @throws Error for an unknown name
 */
export function stepsOf(name: string, keep: boolean): readonly StepMaker[] {
  if (!isStory(name)) throw new Error(`no story ${name}; there is ${storyNames.join(", ")}`);
  return [...beginning, ...middles[name](), writePapers, ...(keep ? [] : [undo, compare]), readBack];
}

function isStory(name: string): name is keyof typeof middles {
  return storyNames.includes(name);
}
