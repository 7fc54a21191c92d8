// `npm run settings`: writes docs/settings.md from the schema of a stack's settings, which alone describes them
// (stacks/settings.ts). A test holds that the file is what the schema gives.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

import { schema, type Settings } from "../stacks/settings.ts";
import { about } from "../stacks/settingText.ts";
import { withoutEffect } from "../stacks/withoutEffect.ts";
import { checkout } from "./setup.mjs";

/** One setting, as docs/settings.md shows it. */
export interface Setting {
  /** E.g. `names.scope`. */
  readonly path: string;
  readonly type: string;
  readonly initial: string;
  /** The access modes in which it has an effect. */
  readonly modes: readonly Settings["access"][number][];
  readonly effect: string;
}

const accessModes = ["application", "impersonation"] as const;

const head = `# Settings

<!-- Written by \`npm run settings\` from stacks/settings.ts. -->

All settings of a stack, in the namespace \`calendar-access:\`. Structured values are written as YAML in the stack's file, or as
JSON with \`npm run pulumi -- config set\`. Everything that is wrong with settings and certificates is reported together, each
with its path and what to write instead; what is wrong in the tenant comes after that, together too.

A setting that has no effect in the chosen \`access\` is refused by name, so that nobody waits for what never comes: \`for\` says
where it counts. In reach \`organization\` the same holds for \`owner\`, \`names.securityGroup\` and \`names.scope\`, and beside
\`serviceUser.existing\` for the rest of \`serviceUser\` and \`passwordRotation\`. \`names.roleGroup\` and \`serviceUser.name\` also
count in \`application\` with \`removeLeftovers\`, which looks for the leftovers by them. While the stack still holds what a
change takes away, its settings may stay: each run says which to leave out.

Names and addresses are refused, with the code point, where they hold characters that nobody sees, that turn the direction of
what follows, or that look like others. None of these settings is a secret: one that was set with \`--secret\` is refused.

`;

const foot = `
Of azuread's settings these are read: \`azuread:tenantId\` (required), \`azuread:clientId\` (required, but for the Azure CLI),
\`azuread:environment\` (\`public\`, \`usgovernment\`, \`usgovernmentl5\`, \`china\`), \`azuread:metadataHost\` (a private cloud: the embedded
tenant), \`azuread:useOidc\`, \`azuread:useCli\`, \`azuread:clientCertificatePath\`, and, set with \`--secret\` only,
\`azuread:clientSecret\`, \`azuread:clientCertificatePassword\` and \`azuread:oidcToken\`. Credentials belong into the environment:
[operator.md](operator.md#credentials). A managed identity is not supported.

Example files: [examples/](examples/).
`;

/** All settings, those within settings after one another. */
export function listSettings(holder: z.ZodObject = schema, before = ""): Setting[] {
  return Object.entries(holder.shape).flatMap(([name, field]) => {
    const inner = bare(field as z.ZodType);
    const path = before + name;
    if (inner instanceof z.ZodObject) return listSettings(inner, `${path}.`);
    const { effect = "", required } = about.get(field as z.ZodType) ?? {};
    const initial = required === undefined ? defaultOf(field as z.ZodType) : `**required** ${required}`;
    return [{ path, type: typeOf(field as z.ZodType), initial, modes: modesOf(path), effect }];
  });
}

/** The document's whole text. */
export function renderSettings(): string {
  const rows = listSettings().map(({ path, type, initial, modes, effect }) => [
    `\`${path}\``,
    type,
    initial,
    modes.length === accessModes.length ? "both" : modes.map((mode) => `\`${mode}\``).join(", "),
    effect,
  ]);
  return head + formatTable([["setting", "type", "default", "for", "what it does"], ...rows]) + foot;
}

/** Without what only says what happens where it is left out, or with what was read. */
function bare(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional) {
    return bare(field.unwrap() as z.ZodType);
  }
  if (field instanceof z.ZodPipe && about.get(field)?.type === undefined) return bare(field.in as z.ZodType);
  return field;
}

function typeOf(field: z.ZodType): string {
  const inner = bare(field);
  const type = about.get(inner)?.type;
  if (type !== undefined) return type;
  if (inner instanceof z.ZodBoolean) return "`true` or `false`";
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(" or ");
  if (inner instanceof z.ZodArray) return `list: ${typeOf(inner.element as z.ZodType)}`;
  throw new Error(`a setting of the kind ${inner.def.type} has no type for docs/settings.md`);
}

function defaultOf(field: z.ZodType): string {
  const outer = field instanceof z.ZodPipe ? (field.in as z.ZodType) : field;
  if (!(outer instanceof z.ZodDefault)) return "–";
  const value: unknown = outer.def.defaultValue;
  if (Array.isArray(value) && value.length === 0) return "empty";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** Asked of the rules that refuse a setting without effect: they and this page cannot differ. */
function modesOf(path: string): (typeof accessModes)[number][] {
  const [holder = "", name] = path.split(".");
  const on = bare((schema.shape as Record<string, z.ZodType>)[holder] ?? schema) instanceof z.ZodBoolean;
  return accessModes.filter((mode) => {
    const settings = schema.parse({ access: [mode], ...(on && name === undefined ? { [holder]: true } : {}) });
    const held = { impersonation: false, application: false, group: false };
    return withoutEffect(settings, new Set([holder, path]), held).length === 0;
  });
}

/** A table as Prettier writes it. */
function formatTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1), ""].join("\n");
}

if (import.meta.main) writeFileSync(join(checkout, "docs", "settings.md"), renderSettings());
