// docs/settings.md, written from the schema of a stack's settings, which alone describes them.
import { accessModes, listSettings } from "./listing.ts";

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

/** A table as Prettier writes it. */
function formatTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1), ""].join("\n");
}
