// Ends a test run with what a person and .ci/run read: a line for each suite that was skipped, and
// `N passed, N failed[, N skipped]`.
module.exports = class Reporter {
  /**
   * @param {unknown} _contexts
   * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
   *   numRuntimeErrorTestSuites: number, testResults: { testResults: { status: string, ancestorTitles: string[],
   *   title: string }[] }[] }} results a suite that did not even load counts as one failure
   */
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    const left = results.testResults
      .flatMap(({ testResults }) => testResults)
      .filter(({ status }) => status === "pending");
    const suites = new Set(left.map(({ ancestorTitles, title }) => ancestorTitles[0] ?? title));
    const lines = [...suites].map((suite) => `skipped: ${suite}\n`).join("");
    // jest's own summary comes after all reporters.
    process.once("exit", () =>
      process.stderr.write(`${lines}${results.numPassedTests} passed, ${failed} failed${tail}\n`),
    );
  }
};
