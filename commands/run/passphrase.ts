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
    passphrase = passphraseIn(environment);
  } catch {
    return `${from} cannot be read: it has to hold the passphrase with which the stack was made.`;
  }
  if (decrypt(keyOf(passphrase, decode(seed)), decode(nonce), decode(sealed)) === "pulumi") return undefined;
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
  const salt = saltIn(text) ?? state;
  if (salt === state || passphraseProblem(salt, environment) === undefined) return undefined;
  if (passphraseProblem(state, environment) !== undefined) return undefined;
  return (
    `encryptionsalt in ${path} was made with another passphrase than the stack's state, and the state's is yours: ` +
    `write there the line that was there before (encryptionsalt: ${state}). Nothing was changed.`
  );
}

/**
 * Keys of a settings file whose secrets were encrypted for another stack, as those of a copied file are; empty where all
 * open, or nobody can tell. The engine then says no more than "message authentication failed".
 * @param keys those with a secret
 */
export function foreignSecrets(
  text: string,
  keys: readonly string[],
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  const secrets = keys.flatMap((key) => {
    const written = new RegExp(
      String.raw`${key.replaceAll(/[^\w:-]/g, "\\$&")}["']?:\s*\{?\s*["']?secure["']?:\s*["']?v1:([^\s"':]+):([^\s"'}]+)`,
    );
    const [, nonce, sealed] = written.exec(text) ?? [];
    return nonce === undefined || sealed === undefined ? [] : [{ key, nonce, sealed }];
  });
  const salt = saltIn(text);
  if (secrets.length === 0 || salt === undefined || passphraseProblem(salt, environment) !== undefined) return [];
  const made = keyOf(passphraseIn(environment), decode(salt.split(":")[1] ?? ""));
  return secrets.flatMap(({ key, nonce, sealed }) =>
    decrypt(made, decode(nonce), decode(sealed)) === undefined ? [key] : [],
  );
}

/**
 * What is wrong with a settings file that is there before its stack is made, as a copied one is: the engine then says no
 * more than "incorrect passphrase".
 */
export function copiedSaltProblem(
  stack: string,
  { path, text }: { readonly path: string; readonly text: string },
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const salt = saltIn(text);
  if (salt === undefined || passphraseProblem(salt, environment) === undefined) return undefined;
  return (
    `${path} was there already, with the encryptionsalt of another stack: take that line out and run stack init again. ` +
    `What stands there as secure: opens nowhere then; set it anew: npm run pulumi -- config set --secret KEY --stack ${stack}`
  );
}

function saltIn(text: string): string | undefined {
  return /^encryptionsalt:\s*["']?([^"'\s]+)/m.exec(text)?.[1];
}

/** @throws where its file cannot be read */
function passphraseIn(environment: NodeJS.ProcessEnv): string {
  const file = environment["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "";
  return environment["PULUMI_CONFIG_PASSPHRASE"] ?? readFileSync(file, "utf8").trim();
}

/** The engine's own way: PBKDF2 with SHA-256, a million rounds, … */
function keyOf(passphrase: string, seed: Buffer): Buffer {
  return pbkdf2Sync(passphrase, seed, 1_000_000, 32, "sha256");
}

/** … then AES-256 in GCM. @returns undefined where the key is another */
function decrypt(key: Buffer, nonce: Buffer, sealed: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

function decode(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}
