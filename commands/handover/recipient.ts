// The call centre's public key, and the encryption to it: age, by its author's own library. What it makes is opened by the
// tool `age`.
import { createHash } from "node:crypto";
import { armor, Encrypter } from "age-encryption";
import { quoted } from "../../network/quoted.ts";

import { messageOf } from "../../resources/lifecycle/userError.ts";
import { readTextFile } from "../../stacks/textFile.ts";
import { WrongOption } from "./options.ts";

/** Somebody's public key. */
export interface Recipient {
  /** To be compared by phone: SHA-256 of the key's text, its first 128 bits in groups of four digits. */
  readonly fingerprint: string;
  /** The text as a file that only the holder of the key can open; in characters that any mail carries. */
  encrypt(text: string): Promise<string>;
}

const isSecret = (text: string): boolean => /AGE-SECRET-KEY-/i.test(text);

/**
 * Reads the key, or the file that holds it. What is wrong with it is said without it: it could be a secret one.
 * @throws WrongOption
 */
export function readRecipient(to: string): Recipient {
  if (isSecret(to)) throw secretKey();
  const key = to.toLowerCase().startsWith("age1") ? to : keyIn(to);
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(key);
  } catch (cause) {
    throw new WrongOption(
      "--to: this is no public key of age: one begins with age1, and a letter that is missing or wrong is noticed. Ask the call centre for what `age-keygen -y` prints",
      { cause },
    );
  }
  return {
    fingerprint: fingerprintOf(key),
    encrypt: async (text) => armor.encode(await encrypter.encrypt(text)),
  };
}

/** As `printf %s KEY | sha256sum` shows it, cut after 32 digits. */
export function fingerprintOf(key: string): string {
  const digits = createHash("sha256").update(key).digest("hex").slice(0, 32);
  return (digits.match(/.{4}/g) ?? []).join(" ");
}

function keyIn(path: string): string {
  const text = textOf(path);
  if (isSecret(text)) throw secretKey();
  if (/^ssh-|^ecdsa-/m.test(text)) throw otherKind("an SSH key");
  if (/BEGIN PGP/.test(text)) throw otherKind("an OpenPGP key");
  const lines = text.split("\n").map((line) => line.trim());
  const [key, ...others] = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (key !== undefined && others.length === 0) return key;
  throw new WrongOption(
    `--to: the file ${path} is to hold one public key of age (a line that begins with age1), and holds ${key === undefined ? "none" : `${others.length + 1} lines`}`,
  );
}

function textOf(path: string): string {
  try {
    return readTextFile(path);
  } catch (cause) {
    throw new WrongOption(
      `--to: ${quoted(path)} is neither a public key of age (age1…) nor a file that holds one: as a file it ${messageOf(cause)}`,
      { cause },
    );
  }
}

function secretKey(): WrongOption {
  return new WrongOption(
    "--to: this is a SECRET key: whoever has it opens everything that is encrypted to it. It should never leave the call centre: let them make a new one with age-keygen, and send the public key (age1…)",
  );
}

function otherKind(what: string): WrongOption {
  return new WrongOption(
    `--to: this is ${what}. A key of age is needed: the call centre makes one with age-keygen, and sends the line that begins with age1`,
  );
}
