// Ends a test run with the one line that a person and .ci/run read: `N passed, N failed[, N skipped]`.
module.exports = class Reporter {
  /**
   * @param {unknown} _contexts
   * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
   *   numRuntimeErrorTestSuites: number }} results a suite that did not even load counts as one failure
   */
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    // jest's own summary comes after all reporters.
    process.once("exit", () => process.stderr.write(`${results.numPassedTests} passed, ${failed} failed${tail}\n`));
  }
};
