/** docs/settings.md says what the schema of the settings says, and nothing else. */
import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listSettings } from "../../commands/settings/listing.ts";
import { renderSettings } from "../../commands/settings/page.ts";
import { checkout } from "../../commands/setup/checkout.mjs";

const find = (path: string) => listSettings().find((setting) => setting.path === path);

describe("docs/settings.md", () => {
  test("is what the schema gives: npm run settings writes it", () => {
    expect(readFileSync(join(checkout, "docs", "settings.md"), "utf8")).toBe(renderSettings());
  });

  test("describes every setting", () => {
    const settings = listSettings();
    expect(settings.length).toBeGreaterThan(25);
    expect(settings.filter(({ effect, type }) => effect === "" || type === "").map(({ path }) => path)).toEqual([]);
    expect(settings.filter(({ modes }) => modes.length === 0)).toEqual([]);
  });

  test("tells type and default from the schema, and the modes from the rules that refuse a setting without effect", () => {
    expect(find("onDestroy")).toMatchObject({ type: "`remove` or `keep`", initial: "`remove`" });
    expect(find("mustStayOut")).toMatchObject({ type: "list: address", initial: "empty" });
    expect(find("mailboxes")).toMatchObject({ initial: "**required** always" });
    expect(find("application.roles")).toMatchObject({
      initial: '`["Application Calendars.ReadWrite"]`',
      modes: ["application"],
    });
    expect(find("names.roleGroup")).toMatchObject({ modes: ["impersonation"] });
    expect(find("removeLeftovers")).toMatchObject({ modes: ["application"] });
    expect(find("names.scope")).toMatchObject({ modes: ["application", "impersonation"] });
  });
});
