// How a command shows a line: what a tenant named is read there, and never obeyed by the terminal.
import { visible } from "../../network/visible.ts";

/** Shows lines as those of a command, on standard error. */
export function sayAs(command: string): (line: string) => void {
  return (line) => {
    console.error(`${command}: ${visible(line)}`);
  };
}

/** A text of these lines, for standard output. */
export function shown(lines: readonly string[]): string {
  return lines.map(visible).join("\n");
}
