// One linter: ESLint with type-aware rules, and the direction of imports from room to room.
import { defineConfig, globalIgnores } from "eslint/config";
import js from "@eslint/js";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/**
 * The rooms of the house from the ground up (docs/design.md §3): each may import what stands on the floors below it, and
 * nothing beside it. Written as the globs of their files.
 */
const floors = [
  ["network/**/*"],
  ["identity/**/*"],
  ["exchange/**/*", "directory/**/*"],
  ["connection/**/*"],
  ["resources/lifecycle/**/*"],
  ["resources/recipients/**/*"],
  ["resources/proof/**/*"],
  // The artifacts …
  ["resources/!(dynamic|pulumiResources|stub).ts"],
  ["resources/tenant/**/*"],
  // … and the door of the provider host.
  ["resources/@(dynamic|pulumiResources|stub).ts"],
  ["stacks/**/*"],
  ["*.ts"],
];
/** Programs of their own, which know nothing of the others; only `commands` and `test` start them. */
const islands = ["simulator/**/*", "standIn/**/*"];

const house = floors.flat();
const zone = (/** @type {string} */ room, /** @type {string[]} */ from) => ({
  target: `./${room}`,
  from: from.map((each) => `./${each}`),
  message: `${room} may import what stands on the floors below it (docs/design.md §3).`,
});
const zones = [
  ...floors.flatMap((rooms, floor) => {
    const below = floors.slice(0, floor).flat();
    return rooms.map((room) => {
      const refused = house.filter((other) => other !== room && !below.includes(other));
      return zone(room, [...refused, ...islands, "commands/**/*", "test/**/*"]);
    });
  }),
  ...islands.map((island) =>
    zone(island, [...house, ...islands.filter((other) => other !== island), "commands/**/*", "test/**/*"]),
  ),
  zone("commands/**/*", ["test/**/*"]),
];

const parameterProperty = {
  selector: "TSParameterProperty",
  message: "Node cannot strip parameter properties; declare the field.",
};
/** One process may serve several tenants: what changes belongs to a session or a host (docs/design.md §4). */
const memories = [
  ":matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind='let']",
  "Program > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]",
].map((selector) => ({ selector, message: "A module remembers nothing: give it to the session or the host." }));

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
      "no-restricted-syntax": ["error", parameterProperty],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // An async method may fulfil a port without having anything to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["{resources,connection,exchange,directory,identity,network}/**/*.ts"],
    ignores: ["resources/pulumiResources.ts"],
    rules: {
      "no-restricted-syntax": ["error", parameterProperty, ...memories],
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
