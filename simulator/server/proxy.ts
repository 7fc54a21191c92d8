/** Keeps clients of the embedded tenant from sending calls to this machine through the environment's proxy. */

const loopback = ["localhost", "127.0.0.1"];

/**
 * Both spellings of the variable, because clients differ in which they read and which goes first: each with what it
 * excepts already, or else with what the other one does, and the names of this machine.
 */
export function exceptLoopback(environment: NodeJS.ProcessEnv): { NO_PROXY: string; no_proxy: string } {
  const { NO_PROXY: upper = "", no_proxy: lower = "" } = environment;
  return { NO_PROXY: extend(upper.trim() || lower), no_proxy: extend(lower.trim() || upper) };
}

function extend(excepted: string): string {
  const names = excepted.split(",").map((name) => name.trim());
  const given = names.filter((name) => name !== "");
  // Alone it excepts everything; in a list some clients take it for a name.
  if (given.includes("*")) return "*";
  return [...given, ...loopback.filter((name) => !given.includes(name))].join(",");
}
