/** A value is a text in the script, whatever it holds: read back by a real PowerShell. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { literalOf, valueOf } from "../../../commands/onboard/literal.ts";
import { describeWithPowerShell, powershell } from "../../support/powershell.ts";

test("a quote of any kind is written twice, and nothing else is changed", () => {
  expect(literalOf("O'Brien ‘x’ $(y) `n")).toBe("'O''Brien ‘‘x’’ $(y) `n'");
  expect(valueOf({ name: "a", list: ["b", true], none: {} })).toBe("@{ name = 'a'; list = @('b', $true); none = @{} }");
});

describeWithPowerShell("literals", () => {
  test("come back from PowerShell as they were: quotes, expansions, line breaks, other scripts", () => {
    const piece = fc.constantFrom(
      "'",
      "‘",
      "’",
      "‚",
      "‛",
      '"',
      "`",
      "$(exit 3)",
      "$env:PATH",
      "\n",
      "\r\n",
      ";",
      "#",
      "é",
      "漢",
      "😀",
      " ",
    );
    const text = fc.array(fc.oneof(piece, fc.string({ unit: "grapheme", maxLength: 4 })), { maxLength: 8 });
    const texts = fc.sample(
      text.map((parts) => parts.join("").replaceAll("\0", "")),
      300,
    );
    const folder = mkdtempSync(join(tmpdir(), "literal-"));
    const path = join(folder, "script.ps1");
    writeFileSync(path, `ConvertTo-Json -InputObject @(${texts.map(literalOf).join(",\n")}) -Compress`);
    const said = execFileSync(powershell ?? "", ["-NoProfile", "-NonInteractive", "-File", path], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(JSON.parse(said)).toEqual(texts);
  }, 60_000);
});
