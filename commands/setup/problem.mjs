// What the set-up says, and how it fails.

/** A condition that the user can do something about: shown without a stack. */
export class Problem extends Error {}

/** @param {string} line */
export const say = (line) => process.stderr.write(`setup: ${line}\n`);

/** @param {number} start milliseconds since the epoch */
export const since = (start) => `${Math.round((Date.now() - start) / 1000)} s`;

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {unknown} error @returns {unknown} e.g. `ENOENT` */
export const codeOf = (error) =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
