// What the engine shows beside the point: lines that look like changes and are none.

/**
 * Explains such lines, where a run of the engine shows any.
 * @param output without colours
 * @returns a line each, for the spectator
 */
export function asidesOf(output: string): string[] {
  const asides: string[] = [];
  if (/pulumi:pulumi:StackReference: \(refresh\)/.test(output)) {
    asides.push(
      "(What is listed under StackReference are the stack's own outputs, read back: no change in the tenant.)",
    );
  }
  const outputs = /^Outputs:\n((?: .*\n)*)/m.exec(output)?.[1] ?? "";
  if (/^ {2}- \w+ *: /m.test(outputs)) {
    asides.push("(Outputs with a minus: this run ended without any. The stack keeps those of the last good one.)");
  }
  return asides;
}
