/** Rules between settings that are right one by one. Pure. */
import { named } from "../network/quoted.ts";
import type { Settings } from "./settings.ts";

/** One thing that does not go together. */
export interface Contradiction {
  /** The settings that it is about: it says nothing where one of them could not be read. */
  readonly keys: readonly (keyof Settings)[];
  readonly problem: string;
}

/**
 * Everything that contradicts something else.
 * @param given names of the settings that the stack has; the others are defaults
 */
export function contradictions(settings: Settings, given: ReadonlySet<string>): Contradiction[] {
  return [
    ...aboutMailboxes(settings, given),
    ...aboutOwner(settings),
    ...aboutAccess(settings),
    ...aboutServer(settings),
  ];
}

function aboutMailboxes({ reach, mailboxes, mustStayOut }: Settings, given: ReadonlySet<string>): Contradiction[] {
  const found: Contradiction[] = [];
  if (mailboxes.length === 0) {
    const fault = given.has("mailboxes") ? "the list is empty" : "is missing";
    const problem = `mailboxes: ${fault}. Write the addresses of the field staff's mailboxes.`;
    found.push({ keys: ["mailboxes"], problem });
  }
  for (const address of duplicates(mailboxes)) {
    found.push({ keys: ["mailboxes"], problem: `mailboxes: ${address} is listed twice. Write it once.` });
  }
  for (const address of duplicates(mustStayOut)) {
    found.push({ keys: ["mustStayOut"], problem: `mustStayOut: ${address} is listed twice. Write it once.` });
  }
  for (const address of mustStayOut.filter((each) => mailboxes.includes(each))) {
    const problem = `mustStayOut: ${address} is one of the listed mailboxes. Take it off one of the lists.`;
    found.push({ keys: ["mailboxes", "mustStayOut"], problem });
  }
  if (reach === "organization" && mustStayOut.length > 0) {
    const problem = 'mustStayOut: nothing stays out of reach "organization". Leave it out, or set reach to "group".';
    found.push({ keys: ["reach", "mustStayOut"], problem });
  }
  return found;
}

function aboutOwner({ reach, owner, mailboxes, serviceUser }: Settings): Contradiction[] {
  if (owner === undefined) {
    const problem =
      "owner: is missing. Write the address of the person who owns the security group (an administrator).";
    return reach === "group" ? [{ keys: ["reach", "owner"], problem }] : [];
  }
  const refuse = (keys: (keyof Settings)[], who: string): Contradiction[] => [
    {
      keys: ["owner", ...keys],
      problem: `owner: ${owner} is ${who}; an owner can widen the group. Name somebody else.`,
    },
  ];
  if (mailboxes.includes(owner)) return refuse(["mailboxes"], "one of the listed mailboxes");
  const { existing, name } = serviceUser;
  const isServiceUser = existing === undefined ? owner.startsWith(`${name.toLowerCase()}@`) : owner === existing;
  return isServiceUser ? refuse(["serviceUser"], "the service user") : [];
}

/** Exchange Server has no Entra: no apps, and no users but Active Directory's. */
function aboutServer({ access, exchange, serviceUser }: Settings): Contradiction[] {
  if (exchange.channel !== "server") return [];
  const found: Contradiction[] = [];
  if (access.includes("application")) {
    const problem =
      'access: "application" is RBAC for Applications, which Exchange Server does not have. Write access: [impersonation]; mailboxes in Exchange Online get a stack of their own.';
    found.push({ keys: ["access", "exchange"], problem });
  }
  if (access.includes("impersonation") && serviceUser.existing === undefined && serviceUser.domain === undefined) {
    const problem =
      "serviceUser: domain is missing. On Exchange Server write serviceUser.domain, the second part of the user principal name of the account that the stack makes; or serviceUser.existing, an account of Active Directory that is there for this access alone.";
    found.push({ keys: ["access", "exchange", "serviceUser"], problem });
  }
  return found;
}

function aboutAccess({ access, application }: Settings): Contradiction[] {
  const { clientId, certificates, roles, removeKeys } = application;
  const found: Contradiction[] = [
    ...duplicates(access).map((mode) => `access: "${mode}" is listed twice. Write it once.`),
    ...duplicates(roles).map((role) => `application.roles: ${role} is listed twice. Write it once.`),
    ...duplicates(certificates).map(
      (path) => `application.certificates: ${named(path)} is listed twice. Write it once.`,
    ),
  ].map((problem) => ({ keys: ["access", "application"], problem }));
  if (access.includes("application") && clientId === undefined && certificates.length === 0) {
    const problem =
      "application: is missing. Write application.clientId (the vendor's app), or application.certificates (files with the public certificates of an own app).";
    found.push({ keys: ["access", "application"], problem });
  }
  if (clientId !== undefined && certificates.length > 0) {
    const problem =
      "application.certificates: the vendor's app has certificates of its own. Leave them out, or application.clientId.";
    found.push({ keys: ["application"], problem });
  }
  if (clientId !== undefined && removeKeys.length > 0) {
    const problem =
      "application.removeKeys: the keys of the vendor's app are with the vendor. Leave it out; a key on its enterprise app in this tenant is removed in Entra.";
    found.push({ keys: ["application"], problem });
  }
  return found;
}

function duplicates(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
