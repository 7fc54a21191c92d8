/** azuread's SDK, loaded by the first resource of Entra's that a stack declares: one without any never loads it. */
import { createRequire } from "node:module";
import type * as Azuread from "@pulumi/azuread";

const load = createRequire(import.meta.url);

/** As CommonJS, whose classes load one by one: an import would load all of them (about 40 ms more). */
export function azureadSdk(): typeof Azuread {
  return load("@pulumi/azuread") as typeof Azuread;
}
