import { expect, test } from "@jest/globals";
import { keepProblems } from "../../../commands/run/beforeDestroy.ts";
import type { State } from "../../../commands/run/state.ts";

const resource = (name: string, outputs: Readonly<Record<string, unknown>>) => ({
  urn: `urn:pulumi:a::calendar-access::x::${name}`,
  type: "x",
  outputs,
});
const state: State = {
  resources: [
    resource("role-group", { adoption: "{}", __onDestroy: "remove" }),
    resource("scope", { __onDestroy: "remove" }),
    resource("security-group", { adoption: "{}", __onDestroy: "keep" }),
  ],
};
const configured = (value?: string) =>
  value === undefined ? {} : { "calendar-access:onDestroy": { value, secret: false } };

test("a destroy is not begun where the settings keep what the state would delete, and says what", () => {
  expect(keepProblems(state, configured("keep"))).toEqual([
    expect.stringMatching(/^onDestroy: the settings say "keep", .* would delete role-group, which .* Run up first/),
  ]);
});

test("it is where they agree, or where nothing was taken over", () => {
  expect(keepProblems(state, configured("remove"))).toEqual([]);
  expect(keepProblems(state, configured())).toEqual([]);
  expect(keepProblems({ resources: (state.resources ?? []).slice(1) }, configured("keep"))).toEqual([]);
  expect(keepProblems({}, configured("keep"))).toEqual([]);
});
