/** Who can sign in as the stack's app, or give himself a key to it; pure. */
import type { FederatedCredential, Owner, RegistrationCredentials } from "../../directory/appCredentials.ts";
import type { GraphObject } from "../../directory/graph.ts";
import { keysIn } from "../lifecycle/applicationKeys.ts";
import { stackIdOf } from "../lifecycle/mark.ts";
import type { Entrant, EntrantsEvidence } from "./entrants.ts";
import type { Fact, Remedy } from "./finding.ts";
import type { Holder, UnreadCredentials } from "./subjects.ts";

/** What Entra says of the app. */
export interface ApplicationCredentials {
  /** `elsewhere` where the registration is in another tenant. */
  readonly registration: RegistrationCredentials | "elsewhere";
  /** The enterprise app, with keys and secrets of its own. */
  readonly principal: GraphObject;
  /** Owners of the enterprise app. */
  readonly owners: readonly Owner[] | undefined;
}

/** A key or a client secret. */
interface Credential {
  readonly kind: "key" | "client secret";
  readonly name: string;
  /** Of a key without a certificate. */
  readonly type: string;
  readonly keyId: string;
  /** Of a key's certificate; empty for a secret. */
  readonly thumbprint: string;
  /** Whether that is read from the certificate itself: what is written beside a key anybody may have written. */
  readonly isShown: boolean;
  readonly endDateTime: string;
}

/** What is the stack's own. */
export interface OwnCredentials {
  /** Whether the stack made the registration: then nothing but its certificates belongs there. */
  readonly isOwnApp: boolean;
  /** Whether the enterprise app was there before the stack: one that it made has nothing on it that is not the stack's. */
  readonly appIsAdopted: boolean;
  /** SHA-1 of the stack's certificates, upper case. */
  readonly thumbprints: ReadonlySet<string>;
  /** Object id of who runs this: Entra makes the creator of an app its owner. */
  readonly caller: string;
  /** By which expired credentials are left out: ms since the epoch. */
  readonly now: number;
}

/** Everybody who gets in as the app; what could not be read stands under what is not proved. */
export function entrantsOfApplication(found: ApplicationCredentials, own: OwnCredentials): EntrantsEvidence {
  const isElsewhere = found.registration === "elsewhere";
  const registered = isElsewhere ? nothing : found.registration;
  const isListed = ({ kind, thumbprint }: Credential): boolean =>
    own.isOwnApp && kind === "key" && own.thumbprints.has(thumbprint);
  const credentials = credentialsOf(registered.application, own);
  const unseen = credentials.filter((each) => isListed(each) && !each.isShown);
  return {
    entrants: [
      ...credentials.filter((each) => !isListed(each)).map(by("registration", own)),
      ...(registered.federated ?? []).map((each) => entrantByFederation(each, own)),
      ...(registered.owners ?? []).map(ownerOf("registration", own)),
      ...credentialsOf(found.principal, own).map(by("enterpriseApp", own)),
      ...(found.owners ?? []).map(ownerOf("enterpriseApp", own)),
    ],
    notes: [],
    notProved: [
      ...(isElsewhere ? [{ code: "vendorKeys" } as const] : []),
      ...unread(registered, found),
      ...(unseen.length > 0 ? [{ code: "keysNotShown" } as const] : []),
      { code: "directoryAdministrators" },
    ],
  };
}

const nothing: RegistrationCredentials = { application: {}, federated: [], owners: [] };

function unread(
  { application, federated, owners }: RegistrationCredentials,
  { owners: principalOwners }: ApplicationCredentials,
): Fact[] {
  const parts: UnreadCredentials[] = [
    ...(application === undefined ? ["keys" as const] : []),
    ...(federated === undefined ? ["federatedCredentials" as const] : []),
    ...(owners === undefined ? ["owners" as const] : []),
    ...(principalOwners === undefined ? ["enterpriseAppOwners" as const] : []),
  ];
  return parts.length === 0 ? [] : [{ code: "credentialsUnread", parts }];
}

/** All that sign in now or later: expired ones do not, nor do keys that only encrypt. */
function credentialsOf(holder: GraphObject | undefined, { now }: OwnCredentials): Credential[] {
  const keys = keysIn(objects(holder?.["keyCredentials"])).filter(({ entry }) => entry["usage"] !== "Encrypt");
  const all = [
    ...keys.map(({ entry, displayName, ...key }): Credential => {
      return { kind: "key", ...key, name: displayName, type: textOf(entry["type"]) };
    }),
    ...objects(holder?.["passwordCredentials"]).map(secretOf),
  ];
  return all.filter(({ endDateTime }) => !(Date.parse(endDateTime) < now));
}

function secretOf(object: GraphObject): Credential {
  return {
    kind: "client secret",
    keyId: textOf(object["keyId"]).toLowerCase(),
    name: textOf(object["displayName"]),
    type: "",
    thumbprint: "",
    isShown: true,
    endDateTime: textOf(object["endDateTime"]),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function objects(value: unknown): GraphObject[] {
  return Array.isArray(value) ? (value as GraphObject[]) : [];
}

/** Whether what is on it at the beginning was there before the stack: the vendor's registration always was. */
function wasThere(holder: Holder, { isOwnApp, appIsAdopted }: OwnCredentials): boolean {
  return !isOwnApp && (holder === "registration" || appIsAdopted);
}

function by(holder: Holder, own: OwnCredentials): (credential: Credential) => Entrant {
  return (credential) => ({
    key: `${credential.kind} ${credential.keyId}`,
    fact: factOf(holder, credential),
    // The stack's certificates were seen to be as asked for before this is asked (applicationCertificates.ts).
    mayPass: false,
    mayBeThere: wasThere(holder, own),
  });
}

function factOf(holder: Holder, { kind, keyId, thumbprint, type, name, endDateTime: until }: Credential): Fact {
  const isKey = kind === "key";
  const remedy = remedyOf(holder, isKey, name);
  if (isKey) return { code: "foreignKey", holder, keyId, thumbprint, type, name, until, remedy };
  return { code: "foreignSecret", holder, keyId, name, until, remedy };
}

function remedyOf(holder: Holder, isKey: boolean, name: string): Remedy {
  if (holder === "enterpriseApp") return "removeFromEnterpriseApp";
  if (!isKey) return "removeCredential";
  return stackIdOf(name) === "" ? "removeKey" : "removeMarkedKey";
}

function entrantByFederation({ id, name, issuer, subject }: FederatedCredential, own: OwnCredentials): Entrant {
  return {
    key: `federated credential ${id}`,
    fact: { code: "federatedCredential", id, name, issuer, subject, remedy: "removeFederatedCredential" },
    mayPass: false,
    mayBeThere: wasThere("registration", own),
  };
}

/** What it is called in a baseline: states hold it. */
const recordedHolders: Readonly<Record<Holder, string>> = {
  registration: "the app registration",
  enterpriseApp: "the enterprise app",
};

function ownerOf(holder: Holder, own: OwnCredentials): (owner: Owner) => Entrant {
  return ({ id, name }) => ({
    key: `owner of ${recordedHolders[holder]} ${id}`,
    fact: { code: "owner", holder, id, name, remedy: "takeOwnerOff" },
    mayPass: false,
    // Entra makes an app's creator its owner; a second one nobody made here.
    mayBeThere: wasThere(holder, own) || id === own.caller,
    isMaker: !wasThere(holder, own),
  });
}
