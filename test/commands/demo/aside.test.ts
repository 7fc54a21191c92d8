// Lines of the engine that look like changes and are none are explained, and only where they are shown.
import { expect, test } from "@jest/globals";

import { asidesOf } from "../../../commands/demo/aside.ts";

test("a reference to the stack itself that was read back", () => {
  const refresh = `~ pulumi:pulumi:Stack: (refresh)
        ~ pulumi:pulumi:StackReference: (refresh)
            [id=organization/calendar-access/demo]
          + outputs: {
              + password: [secret]
`;
  expect(asidesOf(refresh)).toEqual([expect.stringContaining("the stack's own outputs, read back")]);
  expect(asidesOf(refresh.replace("StackReference: (refresh)", "StackReference: (read)"))).toEqual([]);
});

test("outputs of a run that ended without any", () => {
  const failed = `Diagnostics:
    error: update failed

Outputs:
  - assignment  : "ApplicationImpersonation-CallPro Calendar Access"
  - mailboxes   : [
  -     [0]: "ad.viseur@buitendienst.example"
    ]

Resources:
    9 unchanged
`;
  expect(asidesOf(failed)).toEqual([expect.stringContaining("keeps those of the last good one")]);
  expect(asidesOf(failed.replaceAll("  - ", "    "))).toEqual([]);
  expect(asidesOf("Resources:\n  - 1 deleted\n")).toEqual([]);
});
