/**
 * The keys of an app registration: which of them the stack made, and which somebody else did. Pure. A key is known by
 * its certificate alone; everything else about it is what somebody wrote beside it, and can be copied.
 */
import { createHash, X509Certificate } from "node:crypto";
import type { GraphObject } from "../../directory/graph.ts";
import { bearsMark, stackIdOf } from "./mark.ts";

/** One key of an app registration. */
export interface AppKey {
  /** Lower case. */
  readonly keyId: string;
  /** SHA-1 of the certificate as Entra shows it, upper case; empty where nobody can tell. */
  readonly thumbprint: string;
  /** Whether Graph showed the certificate; else its thumbprint is only what is written beside it. */
  readonly isShown: boolean;
  /** Empty without one. */
  readonly displayName: string;
  /** ISO time; empty without one. */
  readonly endDateTime: string;
  /** As Graph returned it. */
  readonly entry: GraphObject;
}

/** An app registration's keys, told apart. */
export interface SortedKeys {
  /** Made by the stack, one for a listed certificate. */
  readonly kept: readonly AppKey[];
  /** Made by the stack and needed no more: a killed run's double, or a certificate that was taken off the list. */
  readonly surplus: readonly AppKey[];
  /** Of a listed certificate, but made by somebody else: it stays when the certificate is taken off the list. */
  readonly copies: readonly AppKey[];
  /** Made by somebody else: whoever holds it signs in as the app. */
  readonly foreign: readonly AppKey[];
}

/** Reads Graph's `keyCredentials`. */
export function keysIn(keyCredentials: readonly GraphObject[]): AppKey[] {
  return keyCredentials.map((entry) => {
    const content = text(entry["key"]);
    return {
      keyId: text(entry["keyId"]).toLowerCase(),
      thumbprint: content === "" ? writtenThumbprint(entry["customKeyIdentifier"]) : thumbprintOf(content),
      isShown: content !== "",
      displayName: text(entry["displayName"]),
      endDateTime: text(entry["endDateTime"]),
      entry,
    };
  });
}

/**
 * Tells the stack's keys from those of others.
 * @param mark the stack's mark, whose id its keys bear in their display name
 * @param listed thumbprints of `application.certificates`
 */
export function sortKeys(keys: readonly AppKey[], mark: string, listed: readonly string[]): SortedKeys {
  const kept: AppKey[] = [];
  const surplus: AppKey[] = [];
  const copies: AppKey[] = [];
  const foreign: AppKey[] = [];
  for (const key of keys) {
    const isListed = listed.includes(key.thumbprint);
    if (!bearsMark(key.displayName, mark)) (isListed ? copies : foreign).push(key);
    else if (isListed && !kept.some(({ thumbprint }) => thumbprint === key.thumbprint)) kept.push(key);
    else surplus.push(key);
  }
  return { kept, surplus, copies, foreign };
}

/** What Graph keeps of a key's display name (learn.microsoft.com/graph/api/resources/keycredential). */
const longestName = 90;

/** The mark as a key's display name holds it: cut where the stack's name is long, with the id whole. */
export function keyNameOf(mark: string): string {
  const end = ` [${stackIdOf(mark)}]`;
  return mark.length <= longestName ? mark : mark.slice(0, longestName - end.length) + end;
}

/** What is to become of an app's keys. */
export interface KeyPlan {
  /** Stay as they are, those of others included. */
  readonly keep: readonly AppKey[];
  readonly drop: readonly AppKey[];
  /** Thumbprints of listed certificates that the app does not have. */
  readonly add: readonly string[];
}

/**
 * Decides what is to become of an app's keys: what others put there stays, unless it is named.
 * @param removed key ids and thumbprints of others' keys that are to go; what is not there is done
 */
export function planKeys(
  keys: readonly AppKey[],
  mark: string,
  listed: readonly string[],
  removed: readonly string[],
): KeyPlan {
  const { kept, surplus } = sortKeys(keys, mark, listed);
  const goes = (key: AppKey): boolean => surplus.includes(key) || (!kept.includes(key) && isNamed(key, removed));
  const keep = keys.filter((key) => !goes(key));
  return {
    keep,
    drop: keys.filter(goes),
    add: listed.filter((thumbprint) => !keep.some((key) => key.thumbprint === thumbprint)),
  };
}

/** Whether one of these key ids and thumbprints names the key; their case does not matter. */
export function isNamed({ keyId, thumbprint }: AppKey, names: readonly string[]): boolean {
  return names.some((name) => name.toLowerCase() === keyId || name.toUpperCase() === thumbprint);
}

/** A key as a message names it, e.g. `key 6d5f… (certificate 52ED…, "CN=app", until 2027-01-01)`. */
export function describeKey({ keyId, thumbprint, displayName, endDateTime, entry }: Omit<AppKey, "isShown">): string {
  const parts = [
    thumbprint === "" ? `type ${text(entry["type"]) || "unknown"}` : `certificate ${thumbprint}`,
    ...(displayName === "" ? [] : [`"${displayName}"`]),
    ...(endDateTime === "" ? [] : [`until ${endDateTime.slice(0, 10)}`]),
  ];
  return `key ${keyId || "without an id"} (${parts.join(", ")})`;
}

/** SHA-1 of a certificate's bytes, however they are written: DER or PEM, any base64; empty where it is none. */
function thumbprintOf(content: string): string {
  try {
    const { raw } = new X509Certificate(Buffer.from(content, "base64"));
    return createHash("sha1").update(raw).digest("hex").toUpperCase();
  } catch {
    return "";
  }
}

/** By default the thumbprint, in hex or in base64 of its 20 bytes; or anything else. */
function writtenThumbprint(identifier: unknown): string {
  const written = text(identifier);
  if (/^[0-9a-f]{40}$/i.test(written)) return written.toUpperCase();
  const bytes = Buffer.from(written, "base64");
  return bytes.length === 20 ? bytes.toString("hex").toUpperCase() : "";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
