/**
 * The key of the digests that hand-over letters carry: made once, a secret of the stack. Without it nobody can find out by
 * trying what was handed over. No cloud object.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { Artifact } from "./lifecycle/artifact.ts";

/** The key as an artifact without inputs; its `key` is 32 bytes in hexadecimal. */
export const handoverKey: Artifact = {
  title: "hand-over key",
  check: async () => ({ inputs: {}, problems: [] }),
  diff: () => ({ changes: false, replaces: [], deleteBeforeReplace: false }),
  create: async () => ({ id: randomUUID(), properties: { key: randomBytes(32).toString("hex") } }),
  read: async (_context, { properties }) => ({ properties, inputs: {} }),
  update: async (_context, { properties }) => ({ key: properties["key"] }),
  remove: async () => undefined,
};
