/** Something that can be the subject of each code: the compiler refuses a table that lacks one. */
import fc, { type Arbitrary } from "fast-check";
import type { EscalationWay } from "../../../../directory/escalation.ts";
import type { Subjects } from "../../../../resources/proof/finding.ts";
import type { ForeignUseSubjects, ShutSubjects, UnknownSubjects } from "../../../../resources/proof/subjects.ts";

type Table<S> = { readonly [Code in keyof S]: Arbitrary<S[Code]> };

const name = fc.stringMatching(/^[A-Z][a-z]{2,12}$/);
const address = fc.stringMatching(/^[a-z]{1,8}@contoso\.example$/);
const optional = fc.oneof(fc.constant(""), name);
const count = fc.integer({ min: 1, max: 999 });
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });
const id = fc.uuid();
const none = fc.constant({});
const mailbox = fc.record({ address, id }, { requiredKeys: ["address"] });
const object = fc.record({ name, id }, { requiredKeys: ["name"] });
const mailboxes = fc.uniqueArray(mailbox, { minLength: 1, maxLength: 20, selector: (each) => each.address });
const ofMailboxes = fc.record({ mailboxes });
const late = fc.record({ mailboxes, minutes: count });
const ofAssignment = fc.record({ assignment: object });
const reach = { assignment: object, writeScope: name, customScope: optional };
const consent = fc.record({ permission: name, resource: optional, inheritedFrom: optional });
const holder = fc.constantFrom("registration" as const, "enterpriseApp" as const);
const until = fc.constantFrom("", "2027-03-01T00:00:00Z");
const use: Arbitrary<ForeignUseSubjects> = fc.record({
  kind: fc.constantFrom("assignment" as const, "policy" as const),
  id,
  name,
  what: optional,
  through: fc.oneof(
    fc.record({ kind: fc.constant("scope" as const), scope: name }),
    fc.record({ kind: fc.constant("group" as const), group: name }),
    fc.record({ kind: fc.constant("otherScope" as const), scope: name, group: name }),
  ),
});
const unread = fc.record({ reason: name });
const way = fc.constantFrom<EscalationWay>(
  "grants",
  "exchange",
  "otherApps",
  "userCredentials",
  "recovery",
  "signIn",
  "memberships",
);

const shut: Table<ShutSubjects> = {
  ewsOff: none,
  clientNotListed: fc.record({ clientId: id }),
  noAgentListed: none,
  everyAgentBlocked: none,
  mailboxesOff: ofMailboxes,
};

const unknown: Table<UnknownSubjects> = {
  organizationUnread: unread,
  ewsEnded: none,
  clientIdsUnread: unread,
  clientIdsEmpty: none,
  clientIdUnknown: none,
  agentsListed: fc.record({ agents: names }),
  agentsBlocked: fc.record({ agents: names }),
  agentPolicyUnknown: fc.record({ policy: name }),
  mailboxesUnread: unread,
  userOff: fc.record({ user: mailbox }),
};

const ofRole = fc.constantFrom("app", "serviceUser");

/** With its code. */
function coded<S>(
  table: Table<S>,
): Arbitrary<{ [Code in keyof S & string]: { code: Code } & S[Code] }[keyof S & string]> {
  const codes = Object.keys(table) as (keyof S & string)[];
  return fc.oneof(...codes.map((code) => table[code].map((subjects) => ({ ...subjects, code }))));
}

export const subjects: Table<Subjects> = {
  secondAssignment: fc.record({ assignment: object, role: name }),
  assignmentMissing: none,
  assignmentDisabled: ofAssignment,
  assignmentDelegating: ofAssignment,
  scopeNotOurs: fc.record({ scope: object, filter: name }),
  groupNotAsListed: none,
  insideNotInGroup: ofMailboxes,
  insideNotListed: ofMailboxes,
  listedNotInside: ofMailboxes,
  directoryRoleEscalating: fc.record({
    role: name,
    way: fc.oneof(way, fc.constant("unknown" as const)),
    holder: ofRole,
  }),
  userMissing: none,
  userBlocked: none,
  userOutsideRoleGroup: ofAssignment,
  roleWrong: fc.record({ assignment: object, role: name, asked: name }),
  assigneeWrong: fc.record({ assignment: object, assignee: name }),
  reachNarrower: fc.record(reach),
  reachWider: fc.record(reach),
  scopeUnknown: fc.record({ assignment: object, scope: object }),
  otherAssignment: fc.record({ ...reach, role: name, assignee: name, asked: optional }),
  exclusiveScope: fc.record({ mailboxes, scope: object }),
  openOutside: ofMailboxes,
  shutInside: ofMailboxes,
  appMissing: none,
  appDisabled: none,
  pointerWrong: none,
  certificatesUnusable: fc.record({ early: fc.boolean() }),
  roleNotGiven: fc.record({ role: name }),
  assignmentOfOtherApp: ofAssignment,
  assignmentNotScoped: fc.record(reach),
  assignmentLimited: fc.record(reach),
  scopeMissing: none,
  listedNotAuthorized: ofMailboxes,
  authorizedOutside: ofMailboxes,
  otherAuthorization: fc.record({ role: name, scope: optional, scopeType: name }),
  consentWide: consent,
  consentEscalating: fc.record({ permission: name, resource: optional, inheritedFrom: optional, way }),
  foreignKey: fc.record({ holder, keyId: id, thumbprint: optional, type: name, name, until }),
  foreignSecret: fc.record({ holder, keyId: id, name, until }),
  federatedCredential: fc.record({ id, name, issuer: name, subject: name }),
  owner: fc.record({ holder, id, name }),
  groupOwners: fc.record({ group: object, owners: names }),
  groupOwner: fc.record({ group: object, owner: name, asked: name }),
  groupJoining: fc.record({ group: object, restriction: name }),
  roleGroupMember: fc.record({ member: mailbox, roleGroup: object }),
  roleGroupNested: fc.record({ group: mailbox, roleGroup: object, inside: fc.array(mailbox, { maxLength: 4 }) }),
  roleGroupEffective: fc.record({ user: name, roleGroup: object }),
  roleGroupManager: fc.record({ manager: name, roleGroup: object }),
  foreignUse: use,
  graphRefused: ofMailboxes,
  graphOpen: ofMailboxes,
  graphStillOpen: late,
  graphNotYetEffective: late,
  graphNoMailbox: ofMailboxes,
  graphNoAnswer: fc.record({ mailboxes, reason: name }),
  roleGoing: fc.record({ role: name }),
  consentsBeside: fc.record({ permissions: names }),
  directoryRolesHeld: fc.record({ roles: names, holder: ofRole }),
  accessPolicy: fc.record({ group: name, restricts: fc.boolean() }),
  certificateEnding: fc.record({ days: count }),
  certificateEnded: fc.record({ days: count }),
  certificatesEarly: fc.record({ count }),
  foreignUseInert: use,
  othersReachAll: fc.record({
    roles: fc.array(fc.record({ assignment: object, role: name, holder: name }), { minLength: 1, maxLength: 4 }),
  }),
  ewsUnset: fc.record({ begun: fc.boolean() }),
  ewsEnding: none,
  permissionsElsewhere: none,
  exchangeCache: none,
  userSignIn: none,
  userPassword: none,
  userRolesUnread: none,
  userRolesElsewhere: none,
  appCache: none,
  appPermissionsElsewhere: none,
  appRolesElsewhere: none,
  consentsUnjudged: fc.record({ permissions: names }),
  directoryRolesUnjudged: fc.record({ roles: names, holder: ofRole }),
  vendorKeys: none,
  credentialsUnread: fc.record({
    parts: fc.uniqueArray(fc.constantFrom("keys", "federatedCredentials", "owners", "enterpriseAppOwners"), {
      minLength: 1,
    }),
  }),
  keysNotShown: none,
  directoryAdministrators: none,
  organizationAdministrators: none,
  nestedUnread: fc.record({ group: mailbox }),
  nestedDeeper: fc.record({ group: mailbox, groups: fc.array(mailbox, { minLength: 1, maxLength: 4 }) }),
  policiesUnread: none,
  mailboxAgentLists: none,
  graphAgentLists: none,
  graphNotOpened: fc.record({ roles: names }),
  wayInShut: fc.record({ reason: coded(shut) }),
  wayInUnknown: fc.record({ reason: coded(unknown) }),
};
