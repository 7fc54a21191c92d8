// The two uses of the command.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { messageOf } from "../../resources/lifecycle/userError.ts";
import { readTextFile } from "../../stacks/textFile.ts";
import { digestOf, formatSeal, readSeal } from "./digest.ts";
import type { Facts } from "./facts.ts";
import { writeAll } from "./files.ts";
import { wordingOf } from "./language.ts";
import { WrongOption, type CheckOptions, type HandoverOptions } from "./options.ts";
import { readHandover } from "./reading.ts";
import { readRecipient } from "./recipient.ts";

/** What the operator is told, and the exit code (options.ts, `usage`). */
export interface Outcome {
  readonly code: 0 | 1;
  readonly lines: readonly string[];
}

/**
 * Makes the two files, unless the access is not as asked for.
 * @param say gets a line for everything that is waited for, and each note
 * @throws Error where it cannot be done; then nothing was written
 */
export async function handOver(
  options: HandoverOptions,
  say: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const { stack, language, overwrites } = options;
  const recipient = readRecipient(options.to);
  // Of a stack that is named with its organisation and project, the last part.
  const name = stack.split("/").at(-1) ?? stack;
  const file = `${name}-handover.age`;
  const paths = [file, `${name}-letter.txt`].map((each) => join(resolve(options.folder), each));
  const [encryptedPath = "", letterPath = ""] = paths;
  const taken = paths.filter((path) => existsSync(path));
  if (taken.length > 0 && !overwrites) throw alreadyThere(taken);
  const { content, refusals, key, notes, ...known } = await readHandover(options, say, environment);
  for (const note of notes) say(`note: ${note}`);
  if (refusals.length > 0) return { code: 1, lines: refusedBecause(stack, refusals) };
  const { fingerprint } = recipient;
  const facts: Facts = { ...known, stack, content, contact: options.contact, file, fingerprint, madeAt: Date.now() };
  const wording = wordingOf(language);
  const seal = formatSeal({ stack, digest: digestOf(facts, key) });
  const encrypted = await recipient.encrypt(textOf(wording.plainText(facts)));
  try {
    const letter = textOf([...wording.letter(facts), seal]);
    writeAll(
      [
        { path: encryptedPath, content: encrypted },
        { path: letterPath, content: letter },
      ],
      overwrites,
    );
  } catch (cause) {
    const { code, dest } = cause as NodeJS.ErrnoException & { dest?: string };
    if (code === "EEXIST" && dest !== undefined) throw alreadyThere([dest], cause);
    throw new Error(`--out: nothing was written: ${messageOf(cause)}`, { cause });
  }
  return {
    code: 0,
    lines: [
      ...(taken.length > 0 ? [`Overwritten: ${taken.join(", ")}`] : []),
      `For the call centre: ${encryptedPath}`,
      `The letter to it:    ${letterPath}`,
      `Their key:           ${fingerprint}`,
      "Before you send them, call the call centre at a number that you know, and compare the key's fingerprint.",
    ],
  };
}

/**
 * Compares a letter with what the stack holds now.
 * @throws Error where it cannot be told
 */
export async function checkLetter(
  options: CheckOptions,
  say: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const { stack, letter } = options;
  const seal = readSeal(readLetter(letter));
  if (seal === undefined) {
    throw new WrongOption(
      `--check: ${letter} is no letter of a hand-over: its last line, "hand-over NAME DIGEST", is not there, or not whole`,
    );
  }
  if (seal.stack !== stack) {
    say(`note: the letter was written for the stack ${seal.stack}; a stack that was renamed since keeps its digest`);
  }
  const { content, opens, key, refusals, notes } = await readHandover(options, say, environment);
  for (const note of [...notes, ...refusals]) say(`note: ${note}`);
  if (digestOf({ content, opens }, key) === seal.digest) {
    return { code: 0, lines: [`current: the call centre's copy is what the stack ${stack} holds`] };
  }
  return {
    code: 1,
    lines: [
      `not current: the list, a name, the password, a certificate, the reach or a role of the stack ${stack} is another one since that letter. Make a new hand-over, and send it`,
    ],
  };
}

function readLetter(path: string): string {
  try {
    return readTextFile(path);
  } catch (cause) {
    throw new WrongOption(`--check: the letter ${JSON.stringify(path)} ${messageOf(cause)}`, { cause });
  }
}

function refusedBecause(stack: string, refusals: readonly string[]): string[] {
  return [
    `nothing was handed over, because the access is not as asked for: ${refusals.join("; ")}`,
    `run \`npm run pulumi -- up --stack ${stack}\` and then \`npm run verify -- --stack ${stack}\`, which says what is wrong`,
  ];
}

function alreadyThere(paths: readonly string[], cause?: unknown): WrongOption {
  return new WrongOption(
    `--out: ${paths.join(" and ")} ${paths.length > 1 ? "are" : "is"} there already, and nothing was written. Name another folder, or overwrite with --force`,
    { cause },
  );
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
