/** The server's side of NTLMv2 (MS-NLMP): a challenge, and whether the answer to it knows the password. */
import { createHmac, randomBytes } from "node:crypto";
import { createNTLMHash } from "axios-ntlm/lib/hash.js";
import type { ServerOrganization } from "../tenant/model.ts";

const signature = Buffer.from("NTLMSSP\0", "latin1");

/** Unicode, a target of type domain, NTLM, extended session security, target information. */
const flags = 0x00000001 | 0x00000004 | 0x00000200 | 0x00010000 | 0x00080000 | 0x00800000;

/** 1 negotiates, 3 answers a challenge; `undefined` for what is no message. */
export function typeOfMessage(message: Buffer): number | undefined {
  const isMessage = message.length >= 12 && message.subarray(0, 8).equals(signature);
  return isMessage ? message.readUInt32LE(8) : undefined;
}

/** The second message, and the challenge in it. */
export function makeChallenge(server: ServerOrganization): { message: Buffer; challenge: Buffer } {
  const challenge = randomBytes(8);
  const target = utf16(server.netBiosName);
  const information = Buffer.concat([
    pair(2, server.netBiosName),
    pair(1, server.exchangeServer.split(".")[0]?.toUpperCase() ?? ""),
    pair(4, server.domain),
    pair(3, server.exchangeServer),
    Buffer.alloc(4),
  ]);
  const head = Buffer.alloc(48);
  signature.copy(head);
  head.writeUInt32LE(2, 8);
  writeField(head, 12, target.length, head.length);
  head.writeUInt32LE(flags, 20);
  challenge.copy(head, 24);
  writeField(head, 40, information.length, head.length + target.length);
  return { message: Buffer.concat([head, target, information]), challenge };
}

function pair(id: number, text: string): Buffer {
  const value = utf16(text);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

function writeField(head: Buffer, at: number, length: number, offset: number): void {
  head.writeUInt16LE(length, at);
  head.writeUInt16LE(length, at + 2);
  head.writeUInt32LE(offset, at + 4);
}

function utf16(text: string): Buffer {
  return Buffer.from(text, "utf16le");
}

/** Who answers a challenge, and how. */
export interface ChallengeAnswer {
  readonly user: string;
  /** As the client wrote it; empty beside a UPN. */
  readonly domain: string;
  readonly response: Buffer;
}

/** The third message; `undefined` where it is broken. */
export function readAnswer(message: Buffer): ChallengeAnswer | undefined {
  if (message.length < 64) return undefined;
  const isUnicode = (message.readUInt32LE(60) & 1) === 1;
  const field = (at: number): Buffer => {
    const offset = message.readUInt32LE(at + 4);
    return message.subarray(offset, offset + message.readUInt16LE(at));
  };
  const text = (at: number): string => field(at).toString(isUnicode ? "utf16le" : "latin1");
  return { response: field(20), domain: text(28), user: text(36) };
}

/** Whether an answer was made with this password: NTLMv2 alone, what is older is refused. */
export function isAnswered(challenge: Buffer, { user, domain, response }: ChallengeAnswer, password: string): boolean {
  const [proof, blob] = [response.subarray(0, 16), response.subarray(16)];
  if (blob.length < 28) return false;
  const hash = createNTLMHash(password) as Buffer;
  const key = createHmac("md5", hash)
    .update(utf16(user.toUpperCase() + domain))
    .digest();
  return createHmac("md5", key)
    .update(Buffer.concat([challenge, blob]))
    .digest()
    .equals(proof);
}
