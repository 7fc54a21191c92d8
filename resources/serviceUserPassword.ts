/** The service user's password: generated once, a secret output, made anew when `rotation` changes. No cloud object. */
import { randomInt, randomUUID } from "node:crypto";
import type { Artifact } from "./lifecycle/artifact.ts";

/** What makes another password. */
export interface ServiceUserPasswordInputs {
  /** Any text; another text asks for another password. */
  readonly rotation: string;
}

/** Entra takes up to 256 characters and asks for three of four kinds; this has 32 of all four. */
const length = 32;
const kinds = ["abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#%+-.:=?@_~"];

/** A random password without characters that are easily confused; every kind occurs. */
export function generatePassword(): string {
  const all = kinds.join("");
  for (;;) {
    const password = Array.from({ length }, () => all[randomInt(all.length)]).join("");
    if (kinds.every((kind) => Array.from(kind).some((character) => password.includes(character)))) return password;
  }
}

/** The password as an artifact: no object, only a secret in the state. */
export const serviceUserPassword: Artifact = {
  title: "service user's password",
  check: async (_context, _recorded, desired) => ({ inputs: desired, problems: [] }),
  diff: (recorded, desired) => {
    const changes = recorded["rotation"] !== desired["rotation"];
    return { changes, replaces: [], deleteBeforeReplace: false };
  },
  create: async (_context, desired) => ({
    id: randomUUID(),
    properties: { ...desired, password: generatePassword() },
  }),
  read: async (_context, { properties }) => ({ properties, inputs: { rotation: properties["rotation"] } }),
  update: async (_context, _recorded, desired) => ({ ...desired, password: generatePassword() }),
  remove: async () => undefined,
};
