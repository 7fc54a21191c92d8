/** ResolveNames: the organisation's address list, which every account of it may ask. */
import type { Recipient } from "../tenant/exchangeModel.ts";
import { isRecipient } from "../exchange/recipientFilter.ts";
import { describeError, EwsError } from "./fault.ts";
import type { OperationCall } from "./operations.ts";
import { child, element, type Xml } from "./xml.ts";

/** As many as Exchange shows. */
const most = 100;

/** Found by the beginning of a name or address; hidden recipients are not in the list. */
export function resolveNames({ simulator, operation }: OperationCall): Xml {
  const entry = (child(operation, "UnresolvedEntry")?.text.trim() ?? "").replace(/^smtp:/i, "").toLowerCase();
  const all = simulator.tenant.recipients.filter(
    (recipient) => isRecipient(recipient) && !recipient.hiddenFromAddressListsEnabled && entry !== "",
  );
  const found = all.filter((recipient) => keysOf(recipient).some((key) => key.toLowerCase().startsWith(entry)));
  return element("m:ResolveNamesResponse", {}, element("m:ResponseMessages", {}, describe(found)));
}

function keysOf({ displayName, alias, emailAddresses }: Recipient): string[] {
  const words = displayName.split(" ").map((_, index, parts) => parts.slice(index).join(" "));
  return [...words, alias ?? "", ...emailAddresses.map((address) => address.replace(/^smtp:/i, ""))];
}

function describe(found: readonly Recipient[]): Xml {
  const tag = "m:ResolveNamesResponseMessage";
  if (found.length === 0) {
    const error = new EwsError("ErrorNameResolutionNoResults", "No results were found.");
    return element(tag, { ResponseClass: "Error" }, describeError(error));
  }
  const several = new EwsError("ErrorNameResolutionMultipleResults", "Multiple results were found.");
  const isOne = found.length === 1;
  const shown = found.slice(0, most);
  return element(
    tag,
    { ResponseClass: isOne ? "Success" : "Warning" },
    isOne ? element("m:ResponseCode", {}, "NoError") : describeError(several),
    element(
      "m:ResolutionSet",
      { TotalItemsInView: shown.length, IncludesLastItemInRange: shown.length === found.length },
      shown.map((recipient) => element("t:Resolution", {}, element("t:Mailbox", {}, writeMailbox(recipient)))),
    ),
  );
}

function writeMailbox({ displayName, primarySmtpAddress, type, group }: Recipient): Xml[] {
  const kind = group !== null ? "PublicDL" : type === "MailContact" ? "Contact" : "Mailbox";
  return [
    element("t:Name", {}, displayName),
    element("t:EmailAddress", {}, primarySmtpAddress),
    element("t:RoutingType", {}, "SMTP"),
    element("t:MailboxType", {}, kind),
  ];
}
