// The environment that the engine runs in: the pinned Node first, and the stand-in only for rehearsals that need it.
import { describe, expect, test } from "@jest/globals";
import { delimiter, dirname, join } from "node:path";

import {
  engine,
  engineEnvironment,
  rehearsalEnvironment,
  runEngine,
  standInNeeded,
} from "../../../commands/engine/engine.ts";
import { checkout, engineVersion, pulumiHome } from "../../../commands/setup/checkout.mjs";
import { isAtLeast } from "../../../commands/setup/engineParts.mjs";

const folders = (env: Record<string, string>): string[] => (env["PATH"] ?? "").split(delimiter);
const standIn = join(checkout, "standIn", "azuread", "bin");

describe("the engine's environment", () => {
  test("programs run on the pinned Node, whatever stands first on PATH otherwise", () => {
    const env = engineEnvironment({ PATH: ["/usr/bin", join(checkout, "node_modules/.bin")].join(delimiter) });
    expect(folders(env)).toEqual([join(checkout, "node_modules/.bin"), dirname(engine().binary), "/usr/bin"]);
    expect(env["PULUMI_HOME"]).toBe(pulumiHome);
  });

  test("the stand-in is on PATH in rehearsals only, and only where the real azuread plugin is not installed", () => {
    expect(folders(engineEnvironment())).not.toContain(standIn);
    expect(folders(rehearsalEnvironment()).includes(standIn)).toBe(standInNeeded());
  });

  test("rehearsals reach this machine without the environment's proxy; other runs keep what the operator set", () => {
    const base = { PATH: "/usr/bin", NO_PROXY: "corp.example" };
    const excepted = "corp.example,localhost,127.0.0.1";
    expect(rehearsalEnvironment(base)).toMatchObject({ NO_PROXY: excepted, no_proxy: excepted });
    const usual = engineEnvironment(base);
    expect(usual["NO_PROXY"]).toBe("corp.example");
    expect(usual).not.toHaveProperty("no_proxy");
  });

  test("variables without a value are left out, and an operator's choice on update checks is kept", () => {
    const env = engineEnvironment({ PATH: "/usr/bin", EMPTY: undefined, PULUMI_SKIP_UPDATE_CHECK: "false" });
    expect(env).not.toHaveProperty("EMPTY");
    expect(env["PULUMI_SKIP_UPDATE_CHECK"]).toBe("false");
  });

  test("hosts keep a small young generation beside Node's other options, unless its size was set", () => {
    const optionsOf = (NODE_OPTIONS: string): string | undefined => engineEnvironment({ NODE_OPTIONS })["NODE_OPTIONS"];
    expect(engineEnvironment({})["NODE_OPTIONS"]).toBe("--max-semi-space-size=4");
    expect(optionsOf("--use-openssl-ca")).toBe("--use-openssl-ca --max-semi-space-size=4");
    expect(optionsOf("--max-semi-space-size=16")).toBe("--max-semi-space-size=16");
  });
});

describe("running the engine", () => {
  test("it is the binary itself, of the pinned version or newer", async () => {
    expect(engine().binary).toBe(join(engine().root, "bin", "pulumi"));
    const { code, stdout } = await runEngine(["version"]);
    expect(code).toBe(0);
    expect(isAtLeast(stdout.trim().slice(1), engineVersion)).toBe(true);
  });

  test("its exit code and its complaint are a result", async () => {
    const result = await runEngine(["no-such-command"]);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain("no-such-command");
  });
});
