// Preloaded (`node --require`) into the Node processes of the engine's runs in tests: the SDK loads two packages and its
// automation API in every one of them, half a second of work each time, and most never use them. Here they are loaded
// when they are used. And it has each call stack written with the places of its own TypeScript, one for each resource;
// here they name its JavaScript. Nothing else differs from a run of the operator's (docs/measurements.md).
const Module = require("node:module");

const lazy = new Set(["@npmcli/arborist", "typescript", "./automation"]);
// The language host that can be built from Go modules (docs/facts/pulumi.md §0.4) is older than Pulumi.yaml's option
// `typescript: false` and says the opposite; an operator's obeys it, and ts-node stays out.
if (process.env["PULUMI_NODEJS_TYPESCRIPT"] !== undefined) process.env["PULUMI_NODEJS_TYPESCRIPT"] = "false";

// Node's own entry to what `require` does; there is no public one that can answer with a value.
const loader = /** @type {{ _load: (request: string, ...rest: unknown[]) => any }} */ (/** @type {unknown} */ (Module));
const load = loader._load;

loader._load = (request, ...rest) =>
  request === "source-map-support/register"
    ? {}
    : lazy.has(request)
      ? new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : load.call(Module, request, ...rest)[name]) })
      : load.call(Module, request, ...rest);
