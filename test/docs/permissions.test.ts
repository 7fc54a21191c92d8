/** docs/permissions.md names what the table of rights holds, and the embedded tenant knows each by the same id. */
import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../commands/setup/checkout.mjs";
import { cmdletRights, rights } from "../../resources/tenant/rightsTable.ts";
import { appRolesOf, RESOURCE_APPLICATIONS } from "../../simulator/tenant/resourceApplications.ts";

const page = readFileSync(join(checkout, "docs", "permissions.md"), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("| "));

describe("docs/permissions.md", () => {
  test.each(rights.map(({ id, guid }) => [id, guid]))("has a row for %s with its id", (id, guid) => {
    expect(rows.filter((row) => row.includes(id) && row.includes(`\`${guid}\``))).toHaveLength(1);
  });

  test.each(cmdletRights.flatMap(({ cmdlets }) => cmdlets).map((cmdlet) => [cmdlet]))("names %s", (cmdlet) => {
    const [verb = "", noun = ""] = cmdlet.split("-");
    // Several verbs share a noun there: "New-, Set-, Remove-RoleGroup".
    expect(page).toMatch(new RegExp(`\\b${verb}-(, [A-Z][a-z]+-)*${noun}\\b|\\b${verb}- and [A-Z][a-z]+-${noun}\\b`));
  });

  test("gives permissions the ids that the tenant's resources have", () => {
    const known = RESOURCE_APPLICATIONS.flatMap(({ appId }) => appRolesOf(appId));
    for (const { id, guid, kind } of rights.filter((right) => right.kind !== "entraRole")) {
      expect({ kind, id: known.find((role) => role.value === id)?.id }).toEqual({ kind, id: guid });
    }
  });
});
