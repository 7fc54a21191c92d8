/** Users and domains of the directory, read and deleted; made and changed they are by azuread. */
import { DirectoryError, isDirectoryError } from "./errors.ts";
import { quoted, type GraphObject, type GraphSession } from "./graph.ts";

/** A user, with the properties that this project looks at. */
export interface DirectoryUser {
  /** Object id. */
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  /** Primary SMTP address. */
  readonly mail: string | undefined;
  /** `SMTP:` is the primary, `smtp:` an alias. */
  readonly proxyAddresses: readonly string[];
  /** `undefined` for a deleted user, of which Graph does not tell it. */
  readonly accountEnabled: boolean | undefined;
  /** `Member` or `Guest`. */
  readonly userType: string | undefined;
  /** Holds the mark of ownership. */
  readonly jobTitle: string | undefined;
  readonly department: string | undefined;
  /** Mastered on the customer's own servers, where it has to be changed. */
  readonly onPremisesSyncEnabled: boolean;
}

/** The domains of the tenant. */
export interface Domains {
  /** `<name>.onmicrosoft.com`, which the tenant was made with. */
  readonly initial: string;
  readonly verified: readonly string[];
}

const properties = [
  "id",
  "userPrincipalName",
  "displayName",
  "mail",
  "proxyAddresses",
  "accountEnabled",
  "userType",
  "jobTitle",
  "department",
  "onPremisesSyncEnabled",
];
const select = `$select=${properties.join(",")}`;

/** The user of a UPN (not of another address); `undefined` where Graph says that there is none. */
export async function findUserByPrincipalName(graph: GraphSession, upn: string): Promise<DirectoryUser | undefined> {
  if (upn.trim() === "") throw new DirectoryError("other", "GET /users", "the user principal name is empty");
  const user = await unlessAbsent(graph.read(`/users/${encodeURIComponent(upn)}?${select}`));
  return user === undefined ? undefined : readShape(user);
}

/** The user of an object id; `undefined` where Graph says that there is none (also: in the recycle bin). */
export async function readUser(graph: GraphSession, id: string): Promise<DirectoryUser | undefined> {
  const user = await unlessAbsent(graph.read(`/users/${checkedId(id)}?${select}`));
  return user === undefined ? undefined : readShape(user);
}

/**
 * The user of an object id in the recycle bin, where it can be restored from for 30 days; its principal name begins
 * with its object id there. Without $select: the bin holds objects of every type, and their common type has none of a
 * user's properties; what Graph shows by default are few of them.
 */
export async function readDeletedUser(graph: GraphSession, id: string): Promise<DirectoryUser | undefined> {
  const user = await unlessAbsent(graph.read(`/directory/deletedItems/${checkedId(id)}`));
  return user === undefined ? undefined : readShape(user);
}

/** Moves a user to the recycle bin. A user that is gone already is a success. */
export async function deleteUser(graph: GraphSession, id: string): Promise<void> {
  await unlessAbsent(graph.remove(`/users/${checkedId(id)}`));
}

/**
 * The users that have an address as UPN, primary address or alias; for every address asked for, as it was written, a
 * list that may be empty or, where the directory is inconsistent, long. Addresses go out 20 to a request. Rejects where
 * one look-up fails: an error is never absence.
 */
export async function findUsersByAddress(
  graph: GraphSession,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, readonly DirectoryUser[]>> {
  const distinct = [...new Set(addresses)];
  const results = await graph.readMany(distinct.map((address) => `/users?$filter=${addressFilter(address)}&${select}`));
  const found = distinct.map((address, index): [string, readonly DirectoryUser[]] => {
    const result = results[index];
    if (result?.status !== "fulfilled") throw result?.reason ?? new DirectoryError("other", "GET /users", "no answer");
    const { value, "@odata.nextLink": link } = result.value;
    if (!Array.isArray(value) || (link !== undefined && link !== null)) {
      throw new DirectoryError("incomplete", "GET /users", `the answer for ${address} is not whole`);
    }
    return [address, (value as GraphObject[]).map(readShape)];
  });
  return new Map(found);
}

/**
 * The tenant's domains. Takes `Organization.Read.All` (or `Directory.Read.All`), as azuread's own identity has it.
 * Rejects where the organisation that answers is not `tenantId`.
 */
export async function readDomains(graph: GraphSession, tenantId: string): Promise<Domains> {
  const request = "GET /organization";
  const [organization, ...others] = await graph.list("/organization?$select=id,verifiedDomains");
  const listed = organization?.["verifiedDomains"];
  if (organization === undefined || others.length > 0 || !Array.isArray(listed)) {
    throw new DirectoryError("other", request, "Graph does not describe one organisation");
  }
  if (String(organization["id"]).toLowerCase() !== tenantId.toLowerCase()) {
    throw new DirectoryError("other", request, `Graph describes tenant ${String(organization["id"])}, not ${tenantId}`);
  }
  const domains = listed as readonly GraphObject[];
  const initial = domains.find(({ isInitial }) => isInitial === true)?.["name"];
  if (typeof initial !== "string") throw new DirectoryError("other", request, "the organisation has no initial domain");
  return { initial, verified: domains.flatMap(({ name }) => (typeof name === "string" ? [name] : [])) };
}

/** Whether address lists show a user. */
export interface Listing {
  /** `undefined` where nothing is set: then they do. */
  readonly showInAddressList: boolean | undefined;
}

/**
 * Whether address lists show a user, by object id; `undefined` where there is none. Of beta, as azuread asks: v1.0 drops
 * what is written (facts/azuread-recorded.md).
 * @throws DirectoryError where Graph does not answer
 */
export async function readListing(graph: GraphSession, id: string): Promise<Listing | undefined> {
  const user = await unlessAbsent(graph.read(`/beta/users/${checkedId(id)}?$select=showInAddressList`));
  if (user === undefined) return undefined;
  const { showInAddressList: value } = user;
  return { showInAddressList: typeof value === "boolean" ? value : undefined };
}

/**
 * Shows a user in address lists, or hides it.
 * @throws DirectoryError
 */
export async function writeListing(graph: GraphSession, id: string, showInAddressList: boolean): Promise<void> {
  await graph.update(`/beta/users/${checkedId(id)}`, { showInAddressList });
}

/**
 * `eq` on proxyAddresses distinguishes the prefix's case, so both are asked for (facts/calendar-access.md §5).
 */
function addressFilter(address: string): string {
  const conditions = [
    `userPrincipalName eq ${quoted(address)}`,
    `proxyAddresses/any(x:x eq ${quoted(`smtp:${address}`)})`,
    `proxyAddresses/any(x:x eq ${quoted(`SMTP:${address}`)})`,
  ];
  return encodeURIComponent(conditions.join(" or "));
}

/** An object id goes into a path: anything else there would speak of another resource. */
function checkedId(id: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
  throw new DirectoryError("other", "/users", `${JSON.stringify(id)} is not an object id`);
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isDirectoryError(error, "notFound")) return undefined;
    throw error;
  }
}

function readShape(user: GraphObject): DirectoryUser {
  const { id, userPrincipalName, proxyAddresses, accountEnabled } = user;
  if (typeof id !== "string" || typeof userPrincipalName !== "string") {
    throw new DirectoryError("other", "GET /users", "Graph returned a user without id or user principal name");
  }
  return {
    id: id.toLowerCase(),
    userPrincipalName,
    displayName: text(user["displayName"]) ?? "",
    mail: text(user["mail"]),
    proxyAddresses: Array.isArray(proxyAddresses) ? proxyAddresses.filter((item) => typeof item === "string") : [],
    accountEnabled: typeof accountEnabled === "boolean" ? accountEnabled : undefined,
    userType: text(user["userType"]),
    jobTitle: text(user["jobTitle"]),
    department: text(user["department"]),
    onPremisesSyncEnabled: user["onPremisesSyncEnabled"] === true,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
