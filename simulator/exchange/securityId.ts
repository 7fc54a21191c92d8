/** Security identifiers, which show where Exchange names a principal by nothing else. */
import { createHash } from "node:crypto";
import type { Tenant } from "../tenant/model.ts";

/** A made-up SID, the same for the same object. */
export function securityId({ tenantId }: Tenant, guid: string): string {
  const digest = createHash("sha256").update(`${tenantId} ${guid}`).digest();
  return `S-1-5-21-${[0, 4, 8].map((at) => digest.readUInt32BE(at)).join("-")}-${digest.readUInt16BE(12)}`;
}
