/** A PowerShell that several openings of a connection share: for tests of what an opening says, not of a shell's birth or death. */
import { jest } from "@jest/globals";
import { Shell } from "../../exchange/powershell/shell.ts";

/** Gives this one out wherever a PowerShell is to be started, until the mocks are restored; nobody who got it ends it. */
export function lend(shell: Shell): void {
  const lent = new Proxy(shell, {
    get(target, name) {
      if (name === "end") return () => undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  jest.spyOn(Shell, "start").mockImplementation(() => Promise.resolve(lent));
}
