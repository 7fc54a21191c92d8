/** The embedded tenant is reached directly, whatever the environment's proxy. */
import { describe, expect, test } from "@jest/globals";
import { exceptLoopback } from "../../../simulator/server/proxy.ts";

describe("the environment of a client of the tenant", () => {
  test.each([
    [{}, "localhost,127.0.0.1", "localhost,127.0.0.1"],
    [{ NO_PROXY: "" }, "localhost,127.0.0.1", "localhost,127.0.0.1"],
    [{ NO_PROXY: "corp.example" }, "corp.example,localhost,127.0.0.1", "corp.example,localhost,127.0.0.1"],
    [{ no_proxy: "corp.example" }, "corp.example,localhost,127.0.0.1", "corp.example,localhost,127.0.0.1"],
    [
      { NO_PROXY: "a.example", no_proxy: "b.example" },
      "a.example,localhost,127.0.0.1",
      "b.example,localhost,127.0.0.1",
    ],
    [{ NO_PROXY: " 127.0.0.1 , a.example," }, "127.0.0.1,a.example,localhost", "127.0.0.1,a.example,localhost"],
    [{ NO_PROXY: "localhost,127.0.0.1" }, "localhost,127.0.0.1", "localhost,127.0.0.1"],
    [{ no_proxy: "*" }, "*", "*"],
  ])("with %j excepts %s, and in lower case %s", (environment, upper, lower) => {
    expect(exceptLoopback(environment)).toEqual({ NO_PROXY: upper, no_proxy: lower });
  });
});
