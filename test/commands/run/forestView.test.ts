// A run does not look into fewer domains than the last one without a word.
import { expect, test } from "@jest/globals";

import { narrowedView } from "../../../commands/run/forestView.ts";
import { readCall, type Call, type Known } from "../../../commands/run/state.ts";

const setting = (server: object): string => JSON.stringify({ channel: "server", server });
const known = (before: object, now: object): Known => ({
  state: {
    resources: [
      { urn: "p", type: "pulumi:providers:pulumi-nodejs", inputs: { "calendar-access:exchange": setting(before) } },
    ],
  },
  configuration: { "calendar-access:exchange": { secret: false, value: setting(now) } },
});
const call = (command: string): Call => readCall([command]) as Call;
const whole = { viewEntireForest: true };

test("is refused where the setting is gone, and goes on where it is there, or was switched off on purpose", () => {
  expect(narrowedView(call("up"), known(whole, {}))).toEqual([
    expect.stringMatching(/^exchange\.server\.viewEntireForest was true .*Write true again; or false, if/),
  ]);
  expect(narrowedView(call("preview"), known(whole, {}))).toHaveLength(1);
  expect(narrowedView(call("up"), known(whole, whole))).toEqual([]);
  expect(narrowedView(call("up"), known(whole, { viewEntireForest: false }))).toEqual([]);
  expect(narrowedView(call("up"), known({}, {}))).toEqual([]);
});

test("is none of a destroy, which goes by the last run's settings, nor of a stack of which nothing is known", () => {
  expect(narrowedView(call("destroy"), known(whole, {}))).toEqual([]);
  expect(narrowedView(call("up"), { state: undefined, configuration: undefined })).toEqual([]);
});
