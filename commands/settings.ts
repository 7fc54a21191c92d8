// `npm run settings`: writes what is said of a stack's settings elsewhere than in their schema (stacks/settings.ts). Tests hold
// that the files are what the schema gives.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { renderSettings } from "./settings/page.ts";
import { checkout } from "./setup/checkout.mjs";

writeFileSync(join(checkout, "docs", "settings.md"), renderSettings());
