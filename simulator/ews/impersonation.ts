/** ExchangeImpersonation: whose mailbox the caller acts in, and whether it may (facts/calendar-access.md §1-2). */
import { mayReachMailbox } from "../access/authorization.ts";
import { isMailbox } from "../exchange/writeScope.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Caller, Simulator } from "../server/service.ts";
import type { ConnectingId } from "./envelope.ts";
import { deniedImpersonation, EwsFault, missingMailbox } from "./fault.ts";

/**
 * The mailbox that the request acts in: the impersonated one, or the caller's own; `undefined` for a caller without a
 * mailbox that impersonates nobody. Throws an {@link EwsFault} where the caller may not.
 */
export function openMailbox(
  simulator: Simulator,
  caller: Caller,
  impersonated: ConnectingId | undefined,
): Recipient | undefined {
  if (impersonated === undefined) {
    if (caller.kind === "application") {
      throw new EwsFault(
        "ErrorImpersonationRequired",
        "ExchangeImpersonation SOAP header must be present for this type of OAuth token.",
      );
    }
    return visibleMailboxes(simulator).find((box) => box.externalDirectoryObjectId === caller.objectId);
  }
  const mailbox = findMailbox(simulator, impersonated);
  const isOwn = caller.kind === "user" && mailbox.externalDirectoryObjectId === caller.objectId;
  const channel = caller.kind === "user" ? "impersonation" : "EWS.AccessAsApp";
  if (!isOwn && !mayReachMailbox(simulator, caller, mailbox.guid, channel)) throw deniedImpersonation();
  // Shared, room and equipment mailboxes belong to accounts that are disabled by design.
  if (mailbox.type === "UserMailbox" && mailbox.accountDisabled) {
    throw new EwsFault("ErrorAccountDisabled", "The account that was used is disabled.");
  }
  return mailbox;
}

function findMailbox(simulator: Simulator, { kind, value }: ConnectingId): Recipient {
  switch (kind) {
    case "PrincipalName": {
      if (!/^[^@\s]+@[^@\s]+$/.test(value)) {
        throw new EwsFault("ErrorInvalidUserPrincipalName", "The specified user principal name is invalid.");
      }
      const found = visibleMailboxes(simulator).find((box) => equal(box.userPrincipalName, value));
      return found ?? refuseMissing(value);
    }
    case "SID":
      throw new EwsFault("ErrorInvalidUserSid", "The specified security identifier is invalid.");
    case "PrimarySmtpAddress":
      return findPrimary(simulator, value);
    case "SmtpAddress":
      return findByAddress(simulator, value) ?? refuseMissing(value);
    default:
      throw new EwsFault(
        "ErrorInvalidExchangeImpersonationHeaderData",
        "ExchangeImpersonation SOAP header must contain a valid identity.",
      );
  }
}

/** The mailbox whose primary address this is; an alias is refused with the right address. */
function findPrimary(simulator: Simulator, address: string): Recipient {
  const mailbox = findByAddress(simulator, address);
  if (mailbox === undefined) return refuseMissing(address);
  if (!equal(mailbox.primarySmtpAddress, address)) {
    const Primary = mailbox.primarySmtpAddress ?? "";
    throw new EwsFault(
      "ErrorNonPrimarySmtpAddress",
      "The primary SMTP address must be specified when referencing a mailbox.",
      { Primary },
    );
  }
  return mailbox;
}

export function findByAddress(simulator: Simulator, address: string): Recipient | undefined {
  return visibleMailboxes(simulator).find(
    ({ primarySmtpAddress, emailAddresses }) =>
      equal(primarySmtpAddress, address) || emailAddresses.some((known) => equal(known, `smtp:${address}`)),
  );
}

function refuseMissing(address: string): never {
  const { code, message, values } = missingMailbox(address);
  throw new EwsFault(code, message, values);
}

function visibleMailboxes(simulator: Simulator): Tenant["recipients"] {
  return simulator.tenant.recipients.filter((box) => isMailbox(box) && box.visibleAt <= simulator.now());
}

function equal(one: string | null, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
