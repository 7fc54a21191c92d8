// One linter: ESLint with type-aware rules, and the direction of imports (index → stacks → resources → exchange,
// directory).
import { defineConfig, globalIgnores } from "eslint/config";
import js from "@eslint/js";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/**
 * What each part of the project may import besides itself and packages. `simulator` is a program of its own that knows
 * nothing of the others; only `commands` and `test` start it.
 * @type {Record<string, string[]>}
 */
const mayImport = {
  "index.ts": ["stacks", "resources", "exchange", "directory"],
  stacks: ["resources", "exchange", "directory"],
  resources: ["exchange", "directory"],
  exchange: [],
  // openSession opens both: it shares Exchange's transport and retries.
  directory: ["exchange"],
  simulator: [],
  commands: ["index.ts", "stacks", "resources", "exchange", "directory", "simulator"],
};
const parts = [...Object.keys(mayImport), "test"];

const zones = Object.entries(mayImport).flatMap(([part, allowed]) =>
  parts
    .filter((other) => other !== part && !allowed.includes(other))
    .map((other) => ({
      target: `./${part}`,
      from: `./${other}`,
      message: `${part} may import ${allowed.length > 0 ? allowed.join(", ") : "nothing"} besides itself.`,
    })),
);

const extensions = [".ts", ".mjs", ".js"];

export default defineConfig(
  globalIgnores([".demo/", ".tmp/", "coverage/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [createNodeResolver({ extensions })],
      // Without it the search for cycles passes over TypeScript.
      "import-x/extensions": extensions,
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      // The provider host loads an artifact when it is first asked for it (resources/dynamic.ts).
      "import-x/no-cycle": ["error", { allowUnsafeDynamicCyclicDependency: true }],
      "import-x/no-self-import": "error",
    },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    extends: [js.configs.recommended],
    // The type check knows the globals of each of them.
    rules: { "no-undef": "off" },
  },
  {
    files: ["**/*.ts"],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-restricted-syntax": [
        "error",
        { selector: "TSParameterProperty", message: "Node cannot strip parameter properties; declare the field." },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // An async method may fulfil a port without having anything to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["resources/**/*.ts", "exchange/**/*.ts", "directory/**/*.ts"],
    ignores: ["resources/pulumiResources.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@pulumi/*"],
              allowTypeImports: true,
              message: "Only the program needs the SDK (resources/pulumiResources.ts): it takes half a second to load.",
            },
          ],
        },
      ],
    },
  },
);
