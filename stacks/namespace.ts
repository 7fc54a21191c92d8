/** Whose keys of the configuration are this project's: also those from before somebody renamed it. Pure. */

/** What the project is called as it is published; the settings of a stack whose project has another name now stay under it. */
export const publishedName = "calendar-access";

/**
 * The configuration with the settings under the name that the project has now. `pulumi stack rename` changes the project
 * of a stack (organisation/project/stack), but no key of its configuration.
 */
export function underProject<Value>(
  configuration: Readonly<Record<string, Value>>,
  project: string,
): Record<string, Value> {
  const renamed = Object.entries(configuration).map(([key, value]) => [keyIn(key, project), value] as const);
  // What stands under the name of now is the later word.
  const own = Object.entries(configuration).filter(([key]) => key.startsWith(`${project}:`));
  return Object.fromEntries([...renamed, ...own]);
}

/** A key, with the name that the project has now if it bears the published one. */
export function keyIn(key: string, project: string): string {
  return key.startsWith(`${publishedName}:`) ? `${project}${key.slice(publishedName.length)}` : key;
}
