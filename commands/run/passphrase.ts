// Whether a passphrase opens a stack's secrets, told without the engine, whose own words for it say nothing of what to
// do.
import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";

import { named } from "../../network/quoted.ts";

/**
 * What is wrong with the passphrase of the environment; `undefined` where it opens the stack, or nobody can tell.
 * @param salt as the engine keeps it in state and configuration: `v1:<salt>:v1:<nonce>:<the word pulumi, encrypted>`
 */
export function passphraseProblem(salt: string, environment: NodeJS.ProcessEnv): string | undefined {
  const [version, seed = "", inner, nonce = "", sealed = ""] = salt.split(":");
  if (version !== "v1" || inner !== "v1") return undefined;
  const file = environment["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "";
  const direct = environment["PULUMI_CONFIG_PASSPHRASE"];
  if (direct === undefined && file === "") {
    return "there is no passphrase: set PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds the one with which the stack was made.";
  }
  const from =
    direct === undefined ? `the file ${named(file)} (PULUMI_CONFIG_PASSPHRASE_FILE)` : "PULUMI_CONFIG_PASSPHRASE";
  let passphrase: string;
  try {
    passphrase = direct ?? readFileSync(file, "utf8").trim();
  } catch {
    return `${from} cannot be read: it has to hold the passphrase with which the stack was made.`;
  }
  if (opens(passphrase, decode(seed), decode(nonce), decode(sealed))) return undefined;
  return (
    `the passphrase in ${from} is not this stack's. Set the one with which the stack was made (stack init); ` +
    "nothing else opens its secrets, and nothing was changed."
  );
}

/**
 * What is wrong with a settings file that a run with another passphrase has written its salt into, while the state still
 * opens with the one of the environment: the engine then says no more than "incorrect passphrase".
 * @param text the settings file's
 */
export function foreignSaltProblem(
  state: string,
  { path, text }: { readonly path: string; readonly text: string },
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const salt = /^encryptionsalt:\s*["']?([^"'\s]+)/m.exec(text)?.[1] ?? state;
  if (salt === state || passphraseProblem(salt, environment) === undefined) return undefined;
  if (passphraseProblem(state, environment) !== undefined) return undefined;
  return (
    `encryptionsalt in ${path} was made with another passphrase than the stack's state, and the state's is yours: ` +
    `write there the line that was there before (encryptionsalt: ${state}). Nothing was changed.`
  );
}

/** The engine's own way: PBKDF2 with SHA-256, a million rounds, then AES-256 in GCM over the word `pulumi`. */
function opens(passphrase: string, seed: Buffer, nonce: Buffer, sealed: Buffer): boolean {
  try {
    const key = pbkdf2Sync(passphrase, seed, 1_000_000, 32, "sha256");
    const decipher = createDecipheriv("aes-256-gcm", key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString() === "pulumi";
  } catch {
    return false;
  }
}

function decode(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}
