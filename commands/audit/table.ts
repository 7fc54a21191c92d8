// A table whose long cells go on in the next line. Pure.

/** @param widths of the columns but the last, which is as wide as its longest cell; a longer word sticks out */
export function wrapTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
): string[] {
  return [heading, ...rows].flatMap((row) => {
    const cells = row.map((cell, column) => wrap(cell, widths[column] ?? Infinity));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      `  ${cells.map((lines, column) => (lines[line] ?? "").padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
    );
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
