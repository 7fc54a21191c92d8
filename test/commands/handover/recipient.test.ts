/** The call centre's key: read with care, named by a fingerprint, and what is encrypted to it opened by the tool age. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { armor, Decrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { readRecipient } from "../../../commands/handover/recipient.ts";
import { age, runAge, withoutAge } from "../../support/age.ts";

let folder: string;
let identity: string;
let key: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "recipient-"));
  identity = await generateX25519Identity();
  key = await identityToRecipient(identity);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const place = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const messageOf = (to: string): string => {
  try {
    readRecipient(to);
  } catch (error) {
    return String(error);
  }
  throw new Error("it was taken");
};

describe("a call centre's key", () => {
  test("is taken as it is, or from a file with comments", () => {
    const file = place("key.pub", `# CallPro\n\n${key}\r\n`);
    expect(readRecipient(file).fingerprint).toBe(readRecipient(key).fingerprint);
  });

  test("has a fingerprint of 128 bits in groups of four digits, and another key has another", async () => {
    const other = await identityToRecipient(await generateX25519Identity());
    expect(readRecipient(key).fingerprint).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
    expect(readRecipient(other).fingerprint).not.toBe(readRecipient(key).fingerprint);
  });

  test.each(["X25519", "post-quantum"])(
    "of the kind %s opens what was encrypted to it, and no other does",
    async (kind) => {
      const make = kind === "X25519" ? generateX25519Identity : generateHybridIdentity;
      const [own, other] = [await make(), await make()];
      const encrypted = await readRecipient(await identityToRecipient(own)).encrypt("geheim é\n");
      expect(encrypted).not.toContain("geheim");
      const open = async (by: string): Promise<string> => {
        const decrypter = new Decrypter();
        decrypter.addIdentity(by);
        return decrypter.decrypt(armor.decode(encrypted), "text");
      };
      expect(await open(own)).toBe("geheim é\n");
      await expect(open(other)).rejects.toThrow("no identity matched");
    },
  );

  test("that is a secret one is refused without being repeated, also from a file", () => {
    for (const to of [identity, place("identity.txt", `# public key: ${key}\n${identity}\n`)]) {
      expect(messageOf(to)).toContain("SECRET key");
      expect(messageOf(to)).not.toContain(identity);
    }
  });

  test("with a wrong letter is noticed", () => {
    const last = key.at(-1) === "q" ? "p" : "q";
    expect(messageOf(key.slice(0, -1) + last)).toContain("--to: this is no public key of age");
  });

  test.each([
    ["an SSH key", "ssh-ed25519 AAAA somebody\n", "this is an SSH key"],
    ["an OpenPGP key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "this is an OpenPGP key"],
    ["nothing", "# nothing\n", "holds none"],
    ["two keys", "age1a\nage1b\n", "holds 2 lines"],
  ])("is not found in a file with %s", (name, content, message) => {
    expect(messageOf(place(name, content))).toContain(message);
  });

  test("is asked for where there is no such file", () => {
    expect(messageOf(join(folder, "missing"))).toContain("does not exist");
  });
});

(age === undefined ? describe.skip : describe)(
  `the tool age${age === undefined ? ` (skipped: ${withoutAge})` : ""}`,
  () => {
    test("opens what was encrypted to a key that it made, and works out the same fingerprint", async () => {
      const keyFile = join(folder, "age.txt");
      runAge("keygen", "--output", keyFile);
      const recipient = readRecipient(runAge("keygen", "-y", keyFile).trim());
      const file = place("handover.age", await recipient.encrypt("geheim é\n"));
      expect(runAge("age", "--decrypt", "--identity", keyFile, file)).toBe("geheim é\n");
    });
  },
);
