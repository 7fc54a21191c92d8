/** A language runtime that runs the project's program in this process, as the SDK's `run` does in one of its own. */
import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
// What the SDK's `run` is made of.
import errors from "@pulumi/pulumi/errors.js";
import log from "@pulumi/pulumi/log/index.js";
import config from "@pulumi/pulumi/runtime/config.js";
import settings from "@pulumi/pulumi/runtime/settings.js";
import stack from "@pulumi/pulumi/runtime/stack.js";
import state from "@pulumi/pulumi/runtime/state.js";
import languageProtocol, { type RunRequest, type RunResponse } from "@pulumi/pulumi/proto/language_pb.js";
import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb.js";
import { checkout } from "../../../commands/setup/checkout.mjs";

/** An entry of the SDK that its declarations leave out. */
const { withLocalStorage } = state as unknown as { withLocalStorage: (act: () => Promise<void>) => Promise<void> };

type RunCall = ServerUnaryCall<RunRequest, RunResponse>;

/** Who hears of an error that nobody caught: the program, while it runs. */
export const stray: { report: (error: unknown) => void } = { report: () => undefined };

/** The language runtime's services that the engine asks for in a run. */
export function languageRuntime(): UntypedServiceImplementation {
  return {
    getPluginInfo: (_call: unknown, callback: sendUnaryData<unknown>) =>
      callback(null, new pluginProtocol.PluginInfo()),
    getRequiredPlugins: (_call: unknown, callback: sendUnaryData<unknown>) =>
      callback(null, new languageProtocol.GetRequiredPluginsResponse()),
    run: ({ request }: RunCall, callback: sendUnaryData<RunResponse>) =>
      void withLocalStorage(async () => {
        configure(request);
        const response = new languageProtocol.RunResponse();
        response.setBail(!(await runProgram()));
        callback(null, response);
      }),
  };
}

function configure(request: RunRequest): void {
  const [engine = ""] = request.getArgsList();
  settings.resetOptions(
    request.getProject(),
    request.getStack(),
    request.getParallel(),
    engine,
    request.getMonitorAddress(),
    request.getDryrun(),
    request.getOrganization(),
  );
  const entries = request.getConfigMap().toObject();
  const secretKeys = request.getConfigsecretkeysList();
  config.setAllConfig(Object.fromEntries(entries), secretKeys);
  // As the language host hands it to the program's process (stacks/secretKeys.ts).
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(secretKeys);
}

/** @returns whether the program ended well; what is wrong has been said otherwise */
async function runProgram(): Promise<boolean> {
  const failed = new Set<unknown>();
  const inThisRun = AsyncLocalStorage.snapshot();
  const fail = (error: unknown): void => {
    if (failed.has(error)) return;
    failed.add(error);
    inThisRun(() => void logError(error));
  };
  const { report } = stray;
  stray.report = fail;
  try {
    await stack.runInPulumiStack(evaluateProgram);
    await settings.disconnect(true);
  } catch (error) {
    fail(error);
    await settings.disconnect(false);
  }
  stray.report = report;
  return failed.size === 0 && !log.hasErrors();
}

/** Another query makes another module of the same file; all that it imports is there already. */
async function evaluateProgram(): Promise<unknown> {
  const { href } = pathToFileURL(join(checkout, "index.ts"));
  const { default: outputs } = (await import(`${href}?${performance.now()}`)) as { default: unknown };
  return outputs;
}

/** Says an error of the program in the words of `run`. */
async function logError(error: unknown): Promise<void> {
  const whole = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (errors.RunError.isInstance(error)) await log.error(error.message);
  else if (errors.ResourceError.isInstance(error))
    await log.error(error.hideStack ? error.message : whole, error.resource);
  else await log.error(`Running program '${checkout}' failed with an unhandled exception:\n${whole}`);
}
