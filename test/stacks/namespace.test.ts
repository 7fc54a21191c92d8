/** A renamed project: its stacks keep their settings. */
import { describe, expect, test } from "@jest/globals";
import { keyIn, publishedName, underProject } from "../../stacks/namespace.ts";

const configuration = { "calendar-access:owner": "bea", "azuread:tenantId": "t", "calendar-acces:reach": "group" };

describe("the settings of a renamed project", () => {
  test("are found under the name that it has now, and nothing else is", () => {
    expect(underProject(configuration, "callpro")).toEqual({
      "callpro:owner": "bea",
      "azuread:tenantId": "t",
      "calendar-acces:reach": "group",
    });
    expect(keyIn("calendar-access:owner", "callpro")).toBe("callpro:owner");
    expect(keyIn("calendar-accessories:owner", "callpro")).toBe("calendar-accessories:owner");
  });

  test("under the new name are the later word", () => {
    for (const both of [
      { "callpro:owner": "new", "calendar-access:owner": "old" },
      { "calendar-access:owner": "old", "callpro:owner": "new" },
    ]) {
      expect(underProject(both, "callpro")).toEqual({ "callpro:owner": "new" });
    }
  });

  test("stay as they are where nobody renamed it", () => {
    expect(underProject(configuration, publishedName)).toEqual(configuration);
  });
});
