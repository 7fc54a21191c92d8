// `npm run settings`: writes what is said of a stack's settings elsewhere than in their schema (stacks/settings.ts). Tests hold
// that the files are what the schema gives.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { renderSettings } from "./settings/page.ts";
import { checkout } from "./setup/checkout.mjs";

const usage = `usage: npm run settings [-- --help]

  Writes docs/settings.md anew from the settings' schema (stacks/settings.ts): after a change of a setting, of its default
  or of its description. A test fails until that was done.

  It takes no options, reads no stack, and asks no tenant.
`;

const [option] = process.argv.slice(2);
if (option === undefined) writeFileSync(join(checkout, "docs", "settings.md"), renderSettings());
else {
  const isAsked = option === "--help" || option === "-h";
  console.log(isAsked ? usage : `npm run settings: it takes no ${option}\n${usage}`);
  process.exitCode = isAsked ? 0 : 2;
}
