import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { powershellFiles, syntaxErrors } from "../../commands/powershellSyntax.ts";
import { describeWithPowerShell, powershell } from "../support/powershell.ts";

describeWithPowerShell("the parser of PowerShell", () => {
  test("understands every PowerShell file of the project, and names the line of what it does not understand", () => {
    expect(powershellFiles()).toContain("exchange/powershell/receiver.ps1");
    const folder = mkdtempSync(join(tmpdir(), "syntax-"));
    writeFileSync(join(folder, "broken.ps1"), "'fine'\nif ($true) {\n");
    const file = relative(join(import.meta.dirname, "../.."), join(folder, "broken.ps1"));
    expect(syntaxErrors(powershell ?? "", [...powershellFiles(), file])).toEqual([
      expect.stringMatching(/broken\.ps1:2: Missing closing '}'/),
    ]);
    rmSync(folder, { recursive: true });
  });
});
