/** Who else gets in, in Dutch. */
import { stackIdOf } from "../../lifecycle/mark.ts";
import type {
  EntrantSubjects,
  ForeignUseSubjects,
  Holder,
  MailboxSubject,
  ObjectSubject,
  Through,
} from "../subjects.ts";
import { nameSomeInDutch as nameSome } from "./countsDutch.ts";
import type { Words } from "./words.ts";

const holders: Readonly<Record<Holder, string>> = {
  registration: "de app-registratie",
  enterpriseApp: "de bedrijfstoepassing",
};

/** Of what signs in as the app and is not the stack's, which Dutch calls `dat` or `die`. */
const notOurs = (that: "dat" | "die"): string =>
  `${that} niet van de stack is: wie ${that === "dat" ? "het" : "hem"} in handen heeft, meldt zich aan als de toepassing`;

/** Of a key whose name bears a stack's id, which anybody can copy. */
const signsInByName =
  "met de naam van een stack, maar niet van een certificaat op de lijst (het is van de lijst gehaald, of de naam is overgenomen): wie de sleutel in handen heeft, meldt zich aan als de toepassing";

/** E.g. ` ("CRM", geldig tot 2027-01-01)`. */
function details(name: string, until: string): string {
  const parts = [...(name === "" ? [] : [`"${name}"`]), ...(until === "" ? [] : [`geldig tot ${until.slice(0, 10)}`])];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

const identified = ({ address, id = "" }: MailboxSubject): string => (id === "" ? address : `${address} (${id})`);

const groupTitle = ({ name }: ObjectSubject): string => `de beveiligingsgroep "${name}"`;

const comesThrough = ({ name }: ObjectSubject): string =>
  `zit in de rollengroep "${name}" en komt daarmee bij dezelfde postvakken als het callcenter (impersonation)`;

/** Who uses something of the stack's. */
export function titleOfUse({ kind, name, what }: Omit<ForeignUseSubjects, "through" | "id">): string {
  return kind === "policy"
    ? `een toegangsbeleid (application access policy) van de toepassing ${name}`
    : `de roltoewijzing "${name}"${what === "" ? "" : ` (${what})`}`;
}

/** What of the stack's is used. */
export function describeThrough(through: Through): string {
  switch (through.kind) {
    case "scope":
      return `de scope "${through.scope}" van de stack`;
    case "group":
      return `de beveiligingsgroep "${through.group}" van de stack`;
    case "otherScope":
      return `de scope "${through.scope}" (die de beveiligingsgroep "${through.group}" van de stack noemt)`;
  }
}

export const entrantWords: Words<EntrantSubjects> = {
  foreignKey: ({ holder, keyId, thumbprint, type, name, until }) => {
    const key =
      thumbprint === "" ? `een sleutel (${type}, key-id ${keyId})` : `het certificaat ${thumbprint} (key-id ${keyId})`;
    return `bij ${holders[holder]} staat ${key}${details(name, until)}, ${stackIdOf(name) === "" ? notOurs(thumbprint === "" ? "die" : "dat") : signsInByName}`;
  },
  foreignSecret: ({ holder, keyId, name, until }) =>
    `bij ${holders[holder]} staat het clientgeheim ${keyId}${details(name, until)}, ${notOurs("dat")}`,
  federatedCredential: ({ id, name, issuer, subject }) =>
    `bij ${holders.registration} staat de federatieve referentie "${name}" (${id}): ${subject} van ${issuer} meldt zich daarmee aan als de toepassing`,
  owner: ({ holder, id, name }) =>
    `${name === id ? id : `${name} (${id})`} is eigenaar van ${holders[holder]} en kan er een sleutel aan toevoegen`,
  groupOwners: ({ group, owners }) =>
    `${groupTitle(group)} heeft meer eigenaren, ${owners.join(", ")}, van wie de stack er maar één noemt: ieder van hen kan er postvakken in zetten`,
  groupOwner: ({ group, owner, asked }) =>
    `${groupTitle(group)} heeft ${owner} als eigenaar in plaats van ${asked}: de eigenaar kan er postvakken in zetten`,
  groupJoining: ({ group, restriction }) =>
    `${groupTitle(group)} laat mensen zelf lid worden (MemberJoinRestriction staat op ${restriction}): het postvak van wie dat doet, gaat open voor het callcenter`,
  roleGroupMember: ({ member, roleGroup }) => `${identified(member)} ${comesThrough(roleGroup)}`,
  roleGroupNested: ({ group, roleGroup, inside }) =>
    `de groep ${identified(group)}${inside.length === 0 ? "" : `, met ${nameSome(inside)},`} ${comesThrough(roleGroup)}`,
  roleGroupEffective: ({ user, roleGroup }) =>
    `${user} komt bij dezelfde postvakken als het callcenter (impersonation), via een groep in de rollengroep "${roleGroup.name}"`,
  roleGroupManager: ({ manager, roleGroup }) =>
    `${manager} beheert de rollengroep "${roleGroup.name}" en kan er leden in zetten`,
  foreignUse: (use) =>
    `${titleOfUse(use)} gebruikt ${describeThrough(use.through)}, zodat elk postvak van de lijst ook daarvoor openstaat`,
};
