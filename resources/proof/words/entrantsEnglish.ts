/** Who else gets in, in English. */
import { describeKey } from "../../lifecycle/applicationKeys.ts";
import { stackIdOf } from "../../lifecycle/mark.ts";
import type {
  EntrantSubjects,
  ForeignUseSubjects,
  Holder,
  MailboxSubject,
  ObjectSubject,
  Through,
} from "../subjects.ts";
import { nameSome } from "../sentence.ts";
import type { Words } from "./words.ts";

const holders: Readonly<Record<Holder, string>> = {
  registration: "the app registration",
  enterpriseApp: "the enterprise app",
};

const signsIn = "which is not the stack's: whoever holds it signs in as the app";

/** Of a key whose name bears a stack's id, which anybody can copy. */
const signsInByName =
  "which bears a stack's name and is of no listed certificate (taken off the list, or the name is copied): whoever holds it signs in as the app";

/** E.g. `client secret 6d5f… ("CRM", until 2027-01-01)`. */
function describeSecret({ keyId, name, until }: EntrantSubjects["foreignSecret"]): string {
  const parts = [...(name === "" ? [] : [`"${name}"`]), ...(until === "" ? [] : [`until ${until.slice(0, 10)}`])];
  return `client secret ${keyId}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
}

const identified = ({ address, id = "" }: MailboxSubject): string => `${address} (${id})`;

const groupTitle = ({ name }: ObjectSubject): string => `the security group "${name}"`;

const comesThrough = ({ name }: ObjectSubject): string => `is in the role group "${name}" and impersonates through it`;

/** Who uses something of the stack's. */
export function titleOfUse({ kind, name, what }: Omit<ForeignUseSubjects, "through" | "id">): string {
  return kind === "policy"
    ? `an application access policy of the app ${name}`
    : `the role assignment "${name}" (${what})`;
}

/** What of the stack's is used. */
export function describeThrough(through: Through): string {
  switch (through.kind) {
    case "scope":
      return `the stack's scope "${through.scope}"`;
    case "group":
      return `the stack's security group "${through.group}"`;
    case "otherScope":
      return `the scope "${through.scope}", which names the stack's security group "${through.group}"`;
  }
}

export const entrantWords: Words<EntrantSubjects> = {
  foreignKey: ({ holder, keyId, thumbprint, type, name, until }) => {
    const key = { keyId, thumbprint, displayName: name, endDateTime: until, entry: { type } };
    return `${holders[holder]} has the ${describeKey(key)}, ${stackIdOf(name) === "" ? signsIn : signsInByName}`;
  },
  foreignSecret: (secret) => `${holders[secret.holder]} has the ${describeSecret(secret)}, ${signsIn}`,
  federatedCredential: ({ id, name, issuer, subject }) =>
    `${holders.registration} has the federated credential "${name}" (${id}), so that ${subject} of ${issuer} signs in as the app`,
  owner: ({ holder, id, name }) =>
    `${name === id ? id : `${name} (${id})`} owns ${holders[holder]} and can add a key to it`,
  groupOwners: ({ group, owners }) =>
    `${groupTitle(group)} has several owners, ${owners.join(", ")}, of whom the stack names one: each can put mailboxes into it`,
  groupOwner: ({ group, owner, asked }) =>
    `${groupTitle(group)} is owned by ${owner}, not by ${asked}: its owner can put mailboxes into it`,
  groupJoining: ({ group, restriction }) =>
    `${groupTitle(group)} lets people join (MemberJoinRestriction is ${restriction}): each that does is open to the call centre`,
  roleGroupMember: ({ member, roleGroup }) => `${identified(member)} ${comesThrough(roleGroup)}`,
  roleGroupNested: ({ group, roleGroup, inside }) =>
    `the group ${identified(group)}${inside.length === 0 ? "" : `, with ${nameSome(inside)},`} ${comesThrough(roleGroup)}`,
  roleGroupEffective: ({ user, roleGroup }) =>
    `${user} impersonates through the role group "${roleGroup.name}", by a group in it`,
  roleGroupManager: ({ manager, roleGroup }) =>
    `${manager} manages the role group "${roleGroup.name}" and can add members to it`,
  foreignUse: (use) =>
    `${titleOfUse(use)} uses ${describeThrough(use.through)}, so that each listed mailbox is open to it, too`,
};
