/** Every place and channel that a stack of impersonation can work in, for suites that have to hold in each of them. */
import { describeChannels } from "./channels.ts";
import { describeWithPowerShell } from "./powershell.ts";
import { startServerPlace } from "./server.ts";
import { startTenant, type TestPlace } from "./tenant.ts";

/** Runs a suite over each channel to a tenant of Microsoft 365, and in an organisation of Exchange Server. */
export function describePlaces(name: string, suite: (start: () => Promise<TestPlace>) => void): void {
  describeChannels(name, (channel) => suite(() => startTenant({}, channel)));
  describeWithPowerShell(`${name}, over server`, () => suite(startServerPlace));
}
