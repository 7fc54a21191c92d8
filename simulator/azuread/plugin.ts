// The stand-in for the azuread plugin: the program that `bin/pulumi-resource-azuread` starts.
import { main } from "@pulumi/pulumi/provider/index.js"; // not the package's root, which would load the whole SDK
import { createProvider } from "./provider.ts";
import { observeRequests } from "./requests.ts";

await main(createProvider(observeRequests()), process.argv.slice(2));
