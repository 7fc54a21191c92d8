import { expect, test } from "@jest/globals";
import { refusedCancel, refusedOptions } from "../../../commands/run/refusedOptions.ts";

test.each([
  ["--debug"],
  ["-d"],
  ["-yd"],
  ["--debug=true"],
  ["-v=9"],
  ["-v", "5"],
  ["--verbose", "3"],
  ["--tracing", "file:/tmp/t"],
  ["--otel-traces=file:///tmp/t"],
])("a run is not begun with %s %s: it would write secrets", (...given) => {
  expect(refusedOptions(["up", "--stack", "a", ...given], {})).toEqual([
    expect.stringMatching(/^--\S+ would write secrets in clear/),
  ]);
});

test.each(["--refresh=false", "--refresh=0", "-r=false", "-yr=f"])("nor with %s: it would not look first", (given) => {
  expect(refusedOptions(["up", "-s", "a", given], {})).toEqual([expect.stringMatching(/^--refresh=false would write/)]);
});

test("nor with a variable that has the engine log everything", () => {
  expect(refusedOptions(["preview"], { PULUMI_DEBUG_GRPC: "/tmp/log" })).toEqual([
    expect.stringContaining("PULUMI_DEBUG_GRPC would write secrets"),
  ]);
});

test("nor is a lock taken by cancel, which asks nobody whether the run is at work", () => {
  expect(refusedCancel(["cancel", "--yes", "--stack", "a"], "a")).toEqual([
    expect.stringContaining("npm run recover -- --stack a"),
  ]);
  expect(refusedCancel(["up", "--message", "cancel"], "a")).toEqual([]);
});

test("everything else is the engine's: names and texts with the same letters, flags that are off", () => {
  const args = ["up", "-sdev", "-s", "dev", "-m", "-d", "-ydf", "--debug=false", "--refresh", "-r", "--refresh=true"];
  expect(
    refusedOptions(
      args.filter((each) => each !== "-ydf"),
      { PULUMI_DEBUG_GRPC: "" },
    ),
  ).toEqual([]);
  expect(refusedOptions(["up", "--diff", "-y", "--target", "urn:d", "-tv", "--logtostderr"], {})).toEqual([]);
});
