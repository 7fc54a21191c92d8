// Jest on native ES modules: it needs `node --experimental-vm-modules`, which `npm test` passes.
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/transformer.cjs" },
  // Dependencies are used as published: without this jest would look for a transformer for their .mjs files.
  transformIgnorePatterns: ["/node_modules/"],
  // The matcher that judges the tenant's journal.
  setupFilesAfterEnv: ["<rootDir>/test/support/reach.ts"],
  testSequencer: "<rootDir>/test/sequencer.cjs",
  reporters: ["default", "<rootDir>/test/reporter.cjs"],
  // Runs of the engine wait as often as they work: three workers fill two cores.
  maxWorkers: 3,
  // For a lifecycle against the embedded tenant; tests that run the engine name their own limit.
  testTimeout: process.env["TEST_CHANNEL"] === "powershell" ? 600_000 : 30_000,
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
};
