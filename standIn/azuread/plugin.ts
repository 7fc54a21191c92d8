// The stand-in for the azuread plugin: the program that `bin/pulumi-resource-azuread` starts.
import { connect } from "node:http2";
import { main } from "@pulumi/pulumi/provider/index.js"; // not the package's root, which would load the whole SDK
import { createProvider } from "./provider.ts";
import { observeRequests } from "./requests.ts";

/** Ends this process when its engine is gone, however that ended: a plugin of Node's does not notice by itself. */
function followEngine(address: string | undefined): void {
  if (address === undefined || !/^[\w.[\]:-]+:\d+$/.test(address)) return;
  const engine = connect(`http://${address}`);
  engine.on("close", () => process.exit(1));
  engine.on("error", () => undefined);
  engine.unref();
}

followEngine(process.argv[2]);
await main(createProvider(observeRequests()), process.argv.slice(2));
