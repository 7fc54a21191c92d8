// The order of the test files: those that run the engine, or meet a fault in every call, come first, so that no long one
// is left for the end. A clean clone has no durations yet by which jest would know them.
const { default: Sequencer } = require("@jest/test-sequencer");

const isLong = /\/test\/(endToEnd\/|commands\/|standIn\/|resources\/lifecycle\/(f|applicationF)aults\.)/;

module.exports = class extends Sequencer {
  /**
   * @override
   * @param {Parameters<Sequencer["sort"]>[0]} tests
   */
  async sort(tests) {
    const sorted = await super.sort(tests);
    const [first, rest] = [true, false].map((is) => sorted.filter(({ path }) => isLong.test(path) === is));
    return [...(first ?? []), ...(rest ?? [])];
  }
};
