/** The admin API's envelope: addresses, request bodies, and answers freed of the wire's annotations. */
import type { Call } from "../cmdlets.ts";
import { isRecord, parseJson } from "../json.ts";
import type { ExchangeObject } from "../session.ts";

/** A page of an answer. */
export interface Page {
  readonly objects: readonly ExchangeObject[];
  readonly warnings: readonly string[];
  /** Where the next page is; `undefined` on the last one. */
  readonly nextLink: string | undefined;
}

/** Objects a page; what Microsoft's module asks for, and the documented maximum (facts/exchange.md §1.2). */
const pageSize = 1000;

/** Where a cmdlet is run. The tenant's GUID works in the address, also for writes (facts/exchange.md §1.1). */
export function invokeAddress(endpoint: string, tenantId: string, select: readonly string[] = []): string {
  const query = select.length === 0 ? "" : `?$select=${select.map(encodeURIComponent).join(",")}`;
  return `${endpoint}/adminapi/beta/${tenantId}/InvokeCommand${query}`;
}

/** Where several calls go together. */
export function batchAddress(endpoint: string, tenantId: string): string {
  return `${endpoint}/adminapi/beta/${tenantId}/$batch`;
}

/** Where the caller's own cmdlets are listed. */
export function moduleFileAddress(endpoint: string, tenantId: string): string {
  return `${endpoint}/adminapi/v1.0/${tenantId}/EXOModuleFile?Version=3.9.2`;
}

/**
 * The anchor mailbox of a call about the organisation. Two forms are in use for app-only calls: `APP:` with the
 * tenant's GUID and `UPN:` with the initial domain. Only with the initial domain were writes seen to work through the
 * module (INSUFF_ACCESS_RIGHTS with the GUID), and the one client seen to use it says `UPN:`, so that form it is
 * (facts/exchange.md §1.1; that the anchor is the cause is inferred).
 */
export function anchorMailbox(initialDomain: string): string {
  return `UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${initialDomain}`;
}

/** The body of one call. */
export function commandBody(call: Call): { CmdletInput: { CmdletName: string; Parameters: object } } {
  return { CmdletInput: { CmdletName: call.cmdlet, Parameters: call.parameters } };
}

/** Headers of one command, except for the token. English, because errors are told apart by their text, too. */
export function commandHeaders(call: Call, anchorMailbox: string): Record<string, string> {
  return {
    "Content-Type": "application/json; charset=utf-8",
    Accept: "application/json",
    "Accept-Language": "en-US",
    Prefer: `odata.maxpagesize=${pageSize}`,
    "X-AnchorMailbox": anchorMailbox,
    "X-CmdletName": call.cmdlet,
    "X-ResponseFormat": "json",
  };
}

/** Reads an answer's envelope; `undefined` where it is none, which is never the same as an empty answer. */
export function readPage(body: unknown): Page | undefined {
  if (!isRecord(body) || !Array.isArray(body["value"])) return undefined;
  const values: readonly unknown[] = body["value"];
  if (!values.every(isRecord)) return undefined;
  const link = body["@odata.nextLink"];
  if (link !== undefined && link !== null && typeof link !== "string") return undefined;
  const warnings = body["@adminapi.warnings"];
  return {
    objects: values.map((value) => withoutAnnotations(value) as ExchangeObject),
    warnings: Array.isArray(warnings) ? warnings.filter((warning) => typeof warning === "string") : [],
    nextLink: link === null || link === "" ? undefined : link,
  };
}

/** JSON without the members that describe other members: `Guid@data.type`, `Members@odata.type`, `@odata.id`. */
function withoutAnnotations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAnnotations);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([name]) => !/@(odata|data|adminapi)\./.test(name));
  return Object.fromEntries(members.map(([name, member]) => [name, withoutAnnotations(member)]));
}

/** Headers of a `$batch`, except for the token; each item has those of its command. */
export function batchHeaders(anchorMailbox: string): Record<string, string> {
  return {
    "Content-Type": "application/json; charset=utf-8",
    Accept: "application/json",
    Prefer: `odata.maxpagesize=${pageSize};odata.continue-on-error`,
    "X-AnchorMailbox": anchorMailbox,
  };
}

/** Items of a `$batch`'s answer by their ids, in whatever order they came; `undefined` where it is no such answer. */
export function readBatch(body: unknown): ReadonlyMap<string, BatchItem> | undefined {
  if (!isRecord(body) || !Array.isArray(body["responses"])) return undefined;
  const responses: readonly unknown[] = body["responses"];
  const items = new Map<string, BatchItem>();
  for (const response of responses) {
    if (!isRecord(response)) continue;
    const { id, status, headers, body: content } = response;
    items.set(String(id), {
      status: typeof status === "number" ? status : undefined,
      headers: isRecord(headers) ? lowerCased(headers) : {},
      body: typeof content === "string" ? parseJson(content) : (content ?? ""),
    });
  }
  return items;
}

/** One call's answer out of a batch. */
export interface BatchItem {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

function lowerCased(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
