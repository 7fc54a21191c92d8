/** An error for the operator: one line, no stack. */
import { describe, expect, test } from "@jest/globals";
import { messageOf, UnsettledError, UserError } from "../../../resources/lifecycle/userError.ts";
import { UnfinishedError } from "../../../resources/lifecycle/artifact.ts";

describe("an error for the operator", () => {
  test.each([
    new UserError("The group is gone.", { cause: new Error("inner") }),
    new UnsettledError("The group is half there."),
    new UnfinishedError("id", {}, "The group lacks its owner."),
  ])("prints as its one line, as the provider host prints it: %s", (error) => {
    // The host writes `${error}: ${error.stack}` (facts/pulumi.md §0.5).
    expect(`${String(error)}: ${error.stack ?? ""}`).toBe(`${error.message}: `);
    expect(error.message).not.toContain("\n");
  });

  test("carries its whole message as the reason of a partial failure", () => {
    const error = new UnfinishedError("id", { name: "x" }, "The group lacks its owner.");
    expect(error.reasons).toEqual(["The group lacks its owner."]);
    expect(error.id).toBe("id");
    expect(error.properties).toEqual({ name: "x" });
  });

  test("is made of one line, whatever was thrown", () => {
    expect(messageOf(new Error("one\n  two\r\n three"))).toBe("one two three");
    expect(messageOf("text")).toBe("text");
    expect(messageOf(undefined)).toBe("undefined");
  });
});
