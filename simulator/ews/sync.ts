/** SyncFolderItems: what changed in a folder since the state that the client gives back. */
import type { MailboxItem } from "../tenant/model.ts";
import type { Simulator } from "../server/service.ts";
import { invalidSchema } from "./envelope.ts";
import { EwsError } from "./fault.ts";
import { listItems, type Folder } from "./folder.ts";
import { readShape, writeItem } from "./item.ts";
import { child, element, type Element, type Xml } from "./xml.ts";

/** What the client has: change keys by item id. The state is a text that only the server reads. */
type Known = Readonly<Record<string, string>>;

function readState(text: string): Known {
  if (text === "") return {};
  try {
    const [kind, known] = JSON.parse(Buffer.from(text, "base64").toString("utf8")) as [string, Known];
    if (kind === "sync") return known;
  } catch {
    // Falls through to the refusal.
  }
  throw new EwsError("ErrorInvalidSyncStateData", "The synchronization state data is corrupt or otherwise invalid.");
}

/** The content of the response message. */
export function syncFolder(simulator: Simulator, folder: Folder, operation: Element): Xml[] {
  const known = readState(child(operation, "SyncState")?.text.trim() ?? "");
  const most = Number(child(operation, "MaxChangesReturned")?.text ?? "");
  if (!(most >= 1 && most <= 512)) throw invalidSchema("MaxChangesReturned is between 1 and 512.");
  const wants = readShape(child(operation, "ItemShape"));
  const items = listItems(simulator.tenant, folder);
  const live = new Set(items.map(({ id }) => id));
  const write = (kind: string, item: MailboxItem): Xml =>
    element(
      `t:${kind}`,
      {},
      writeItem(item, folder.mailbox, (name) => name !== "Body" && wants(name)),
    );
  const changes = [
    ...items
      .filter(({ id, changeKey }) => known[id] !== changeKey)
      .map((item) => ({ item, id: item.id, xml: write(item.id in known ? "Update" : "Create", item) })),
    ...Object.keys(known)
      .filter((id) => !live.has(id))
      .map((id) => ({ item: undefined, id, xml: element("t:Delete", {}, element("t:ItemId", { Id: id })) })),
  ];
  const sent = changes.slice(0, most);
  const next = new Map(Object.entries(known));
  for (const { item, id } of sent) {
    if (item === undefined) next.delete(id);
    else next.set(id, item.changeKey);
  }
  const state = Buffer.from(JSON.stringify(["sync", Object.fromEntries(next)])).toString("base64");
  return [
    element("m:SyncState", {}, state),
    element("m:IncludesLastItemInRange", {}, sent.length === changes.length),
    element(
      "m:Changes",
      {},
      sent.map(({ xml }) => xml),
    ),
  ];
}
