// `npm run recover -- --stack NAME [--force]`: brings a stack back to work after its run was killed. Needs no tenant.
// --force also releases a lock of whose owner nobody can know here whether it lives.
//
// Exit codes: 0 the stack is free and has no pending operations (any more); 1 the lock stays, because its owner lives
// or is not proved dead, and nothing was changed; 2 it could not be done (bad option, unknown stack, a backend of
// another kind, the engine's own error).
import { parseArgs } from "node:util";

import { recover } from "./engine/recovery.ts";
import { shown } from "./run/say.ts";
import { checkout } from "./setup/checkout.mjs";

const call = "usage: npm run recover -- --stack NAME [--force]";

const usage = `${call}

Brings a stack back to work after its run was killed: it releases the lock of a run that is dead, and tells what that run
left pending. The lock of a run at work stays. It needs no tenant, and nothing in the tenant is changed.

  --stack NAME  the stack
  --force       releases the lock also where nobody can tell here whether its run is alive

Exit codes: 0 the stack is free; 1 the lock stays, and nothing was changed; 2 it could not be done.`;

function readArguments(): { stack: string; force: boolean } {
  try {
    const options = { stack: { type: "string", short: "s" }, force: { type: "boolean" } } as const;
    const { stack, force = false } = parseArgs({ options }).values;
    if (stack) return { stack, force };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)} ${call}`, { cause: error });
  }
  throw new Error(call);
}

const say = (line: string): void => {
  console.log(shown([`recover: ${line}`]));
};
try {
  if (process.argv.includes("--help") || process.argv.includes("-h")) {
    console.log(usage);
  } else {
    const { stack, force } = readArguments();
    process.exitCode = await recover(stack, checkout, say, force);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
