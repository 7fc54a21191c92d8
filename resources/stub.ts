/**
 * The text of a dynamic resource's provider, as the SDK's serializer writes it: a few lines that call dynamic.ts.
 *
 * FROZEN: it is stored in every customer's state, and refresh and destroy run the stored text (facts/pulumi.md §0.5).
 * test/resources/dynamic.test.ts holds it for ever.
 */
import type { Kind } from "./lifecycle/contract.ts";

/** The engine's calls and their parameters, in the order of the text. */
const methods = {
  configure: "request",
  check: "olds, news",
  diff: "id, olds, news",
  create: "inputs",
  read: "id, props",
  update: "id, olds, news",
  delete: "id, props",
};

/** The stub of one kind of artifact. */
export function stubOf(kind: Kind): string {
  const entries = Object.entries(methods);
  const functions = entries.map(([method, parameters], index) => {
    const isConfigure = method === "configure";
    const call = isConfigure ? `configure(${parameters})` : `serve(kind, "${method}", [${parameters}])`;
    const body = `async function /*${method}*/(${parameters}) { return require(process.cwd() + "/resources/dynamic.ts").${call}; }`;
    const places = parameters.split(", ").map((_, place) => `__${place}`);
    return functionText(`__f${index + 1}(${places.join(", ")})`, isConfigure ? "" : `kind: "${kind}", `, body);
  });
  const names = entries.map(([method], index) => `${method}: __f${index + 1}`);
  return [
    "exports.handler = __f0;\n",
    `var __provider = {${names.join(", ")}};\n`,
    ...functions,
    functionText("__f0()", "provider: __provider, ", "() => provider"),
  ].join("\n");
}

function functionText(head: string, captured: string, body: string): string {
  return `function ${head} {
  return (function() {
    with({ ${captured}this: undefined, arguments: undefined }) {

return ${body};

    }
  }).apply(undefined, undefined).apply(this, arguments);
}
`;
}
