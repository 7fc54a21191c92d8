// Reads what a preview says: which resources would change, and in which properties.

/** Changed properties by the resource's type, e.g. `SecurityGroup` → `hiddenFromAddressLists, members`. */
export type Drift = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the output of `pulumi preview --diff` (without colours). What the refresh before it shows is not counted: the
 * second part says the same again, as what would be repaired.
 */
export function readDrift(output: string): Drift {
  const drift = new Map<string, string[]>();
  let changed: string[] | undefined;
  for (const line of output.split("\n")) {
    const step = /^\s*(\S+)? ?(\S+:\S+): \((\S+)\)\s*(?:\[.*)?$/.exec(line);
    const isEnd = /^\s*(--outputs:--|Resources:)\s*$/.test(line);
    if (step !== null || isEnd) changed = undefined;
    if (step !== null && !["refresh", "same", "read"].includes(step[3] ?? "")) {
      changed = [];
      drift.set(step[2]?.split(":").at(-1) ?? "", changed);
    }
    const property = /^\s+[~+-] ([A-Za-z]\w*)\s*: /.exec(line)?.[1];
    if (property !== undefined) changed?.push(property);
  }
  return drift;
}

/**
 * One line for each difference between what a preview shows and what it has to show; empty where it is exactly that.
 */
export function compareDrift(found: Drift, expected: Readonly<Record<string, readonly string[]>>): string[] {
  const show = (names: readonly string[] | undefined): string => (names ?? ["nothing"]).toSorted().join(", ");
  const types = new Set([...found.keys(), ...Object.keys(expected)]);
  return [...types]
    .filter((type) => show(found.get(type)) !== show(expected[type]))
    .map((type) => `${type}: the preview shows ${show(found.get(type))} instead of ${show(expected[type])}`);
}
