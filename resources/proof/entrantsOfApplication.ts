/** Who can sign in as the stack's app, or give himself a key to it; pure. */
import type { FederatedCredential, Owner, RegistrationCredentials } from "../../directory/appCredentials.ts";
import type { GraphObject } from "../../directory/graph.ts";
import { describeKey, keysIn } from "../lifecycle/applicationKeys.ts";
import type { Entrant, EntrantsEvidence } from "./entrants.ts";

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
  readonly keyId: string;
  /** Of a key's certificate; empty for a secret. */
  readonly thumbprint: string;
  /** Whether that is read from the certificate itself: what is written beside a key anybody may have written. */
  readonly isShown: boolean;
  readonly endDateTime: string;
  /** E.g. `client secret 6d5f… ("CRM", until 2027-01-01)`. */
  readonly title: string;
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

const registration = "the app registration";
const principal = "the enterprise app";

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
      ...credentials.filter((each) => !isListed(each)).map(by(registration, own)),
      ...(registered.federated ?? []).map((each) => entrantByFederation(each, own)),
      ...(registered.owners ?? []).map(ownerOf(registration, own)),
      ...credentialsOf(found.principal, own).map(by(principal, own)),
      ...(found.owners ?? []).map(ownerOf(principal, own)),
    ],
    notes: [],
    notProved: [
      ...(isElsewhere ? ["who holds a key of the vendor's app: its registration is in another tenant"] : []),
      ...unread(registered, found),
      ...(unseen.length > 0
        ? ["whether the app's keys are what the thumbprints beside them say: Graph does not show the certificates"]
        : []),
      "administrators of the tenant, and apps with Application.ReadWrite.All: they can always give themselves a key",
    ],
  };
}

const nothing: RegistrationCredentials = { application: {}, federated: [], owners: [] };

function unread(
  { application, federated, owners }: RegistrationCredentials,
  { owners: principalOwners }: ApplicationCredentials,
): string[] {
  const parts = [
    ...(application === undefined ? ["the keys and secrets of the app registration"] : []),
    ...(federated === undefined ? ["its federated credentials"] : []),
    ...(owners === undefined ? ["its owners"] : []),
    ...(principalOwners === undefined ? ["the owners of the enterprise app"] : []),
  ];
  if (parts.length === 0) return [];
  return [`who else can sign in as the app: this identity may not read ${parts.join(", ")} (Application.Read.All)`];
}

/** All that sign in now or later: expired ones do not, nor do keys that only encrypt. */
function credentialsOf(holder: GraphObject | undefined, { now }: OwnCredentials): Credential[] {
  const keys = keysIn(objects(holder?.["keyCredentials"])).filter(({ entry }) => entry["usage"] !== "Encrypt");
  const all = [
    ...keys.map((key): Credential => ({ kind: "key", ...key, title: describeKey(key) })),
    ...objects(holder?.["passwordCredentials"]).map(secretOf),
  ];
  return all.filter(({ endDateTime }) => !(Date.parse(endDateTime) < now));
}

function secretOf(object: GraphObject): Credential {
  const [keyId, name, end] = ["keyId", "displayName", "endDateTime"].map((property) => {
    const value = object[property];
    return typeof value === "string" ? value : "";
  }) as [string, string, string];
  const parts = [...(name === "" ? [] : [`"${name}"`]), ...(end === "" ? [] : [`until ${end.slice(0, 10)}`])];
  const title = `client secret ${keyId.toLowerCase()}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
  return { kind: "client secret", keyId: keyId.toLowerCase(), thumbprint: "", isShown: true, endDateTime: end, title };
}

function objects(value: unknown): GraphObject[] {
  return Array.isArray(value) ? (value as GraphObject[]) : [];
}

/** Whether what is on it at the beginning was there before the stack: the vendor's registration always was. */
function wasThere(holder: string, { isOwnApp, appIsAdopted }: OwnCredentials): boolean {
  return !isOwnApp && (holder === registration || appIsAdopted);
}

function by(holder: string, own: OwnCredentials): (credential: Credential) => Entrant {
  return ({ kind, keyId, title }) => ({
    key: `${kind} ${keyId}`,
    text: `${holder} has the ${title}, which is not the stack's: whoever holds it signs in as the app`,
    remedy: remedyFor(holder, kind),
    // The stack's certificates were seen to be as asked for before this is asked (applicationCertificates.ts).
    mayPass: false,
    mayBeThere: wasThere(holder, own),
  });
}

function remedyFor(holder: string, kind: Credential["kind"]): string {
  if (holder === principal) return "remove it from the enterprise app by Graph: Entra's pages do not show it";
  const menu = "remove it in Entra (App registrations, Certificates & secrets)";
  return kind === "key" ? `${menu}, or name its key id in application.removeKeys` : menu;
}

function entrantByFederation({ id, name, issuer, subject }: FederatedCredential, own: OwnCredentials): Entrant {
  return {
    key: `federated credential ${id}`,
    text: `${registration} has the federated credential "${name}" (${id}), so that ${subject} of ${issuer} signs in as the app`,
    remedy: "remove it in Entra (App registrations, Certificates & secrets, Federated credentials)",
    mayPass: false,
    mayBeThere: wasThere(registration, own),
  };
}

function ownerOf(holder: string, own: OwnCredentials): (owner: Owner) => Entrant {
  return ({ id, name }) => ({
    key: `owner of ${holder} ${id}`,
    text: `${name === id ? id : `${name} (${id})`} owns ${holder} and can add a key to it`,
    remedy: "take the owner off in Entra (Owners)",
    mayPass: false,
    // Entra makes an app's creator its owner; a second one nobody made here.
    mayBeThere: wasThere(holder, own) || id === own.caller,
    isMaker: !wasThere(holder, own),
  });
}
