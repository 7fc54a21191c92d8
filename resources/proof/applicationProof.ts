/** Gathers what Exchange and Entra say about an application's access, starting from the live assignments. */
import { readGrants } from "../../directory/consents.ts";
import { isDirectoryError } from "../../directory/errors.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { judgeApplication } from "./applicationVerdict.ts";
import type {
  AccessPolicy,
  ApplicationAssignmentEvidence,
  ApplicationEvidence,
  ApplicationProbe,
  ApplicationVerdict,
  Authorization,
} from "./applicationVerdict.ts";
import { customScopeOf, isOfApp, isRegular } from "../lifecycle/assignmentRow.ts";
import { daysLeft } from "./expiry.ts";
import { entrantsByUses, joinEvidence, notesOfWideRoles } from "./entrants.ts";
import { isOwnAssignment, readApplicationCredentials, readAskedOwner } from "./entrantsEvidence.ts";
import { entrantsOfApplication, type ApplicationCredentials, type OwnCredentials } from "./entrantsOfApplication.ts";
import { entrantsOfGroup } from "./entrantsOfGroup.ts";
import { flag, guid, nameOf, text } from "../lifecycle/exchangeValue.ts";
import { foreignUses, readUsers, wideRoles } from "./foreignUses.ts";
import type { Context } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { getAll, getByGuid, withWholeLists } from "../lifecycle/lookup.ts";
import { listedMailboxes, type Listed } from "../recipients/listed.ts";
import { linesOf, type Member } from "../recipients/memberList.ts";
import { isOurs } from "./impersonationProof.ts";
import {
  choose,
  mailboxesToChooseFrom,
  nameAsNow,
  namesOf,
  type Asking,
  type Chosen,
  type Named,
} from "../recipients/sample.ts";
import { previewFilter } from "../recipients/scopeMembers.ts";
import { keysTakenOver } from "./takenOver.ts";
import { withWayIn, type WithWayIn } from "./wayIn.ts";
import { askedByApplication, examineWayIn } from "./wayInEvidence.ts";

/** What a proof of an application's access is about. */
export interface ApplicationClaim {
  readonly reach: "group" | "organization";
  /** Names of the roles, a line each. */
  readonly roles: string;
  /** GUIDs of the role assignments, a line each. */
  readonly assignments: string;
  /** GUIDs of the stack's assignments that the engine removes at the end of this `up`; a refresh knows of none. */
  readonly going?: string;
  /** Object id of the enterprise app. */
  readonly app: string;
  /** Client id. */
  readonly appId: string;
  /** GUID of Exchange's service principal. */
  readonly pointer: string;
  /** GUID of the management scope; empty in reach `organization`. */
  readonly scope: string;
  /** GUID of the security group; empty in reach `organization`. */
  readonly group: string;
  /** The mailboxes, as lines or as their digest (recipients/listed.ts). */
  readonly members: string;
  readonly mustStayOut: string;
  /** The security group's owner, as `address objectId`; only `verify` asks about him (entrantsEvidence.ts). */
  readonly owner?: string;
  /** The own app's certificates, `thumbprint notAfter notBefore` a line; empty for the vendor's app. */
  readonly certificates: string;
  /** Whether the stack made the registration, so that nothing but its certificates belongs there. */
  readonly isOwnApp: boolean;
  /** Whether the enterprise app was taken over: only then is what was on it at the beginning accepted. */
  readonly appIsAdopted: boolean;
  /** GUID of the stack's own role group, where it has one beside: it uses the same scope; otherwise empty. */
  readonly roleGroup: string;
  /** Who was on the app when it was taken over (takenOver.ts), as lines. */
  readonly takenOver: string;
  /** Who got in when the stack began (entrants.ts); recorded by the check, never asked for. */
  readonly entrantsBaseline?: string;
}

/** Up to so many listed mailboxes, each is asked about by itself; of more, a sample. */
const askAll = 20;
const sampleOfMany = 5;

/** A verdict with what it rests on. */
export interface ApplicationProof {
  readonly verdict: WithWayIn<ApplicationVerdict>;
  readonly evidence: ApplicationEvidence;
  /** The mailboxes that were asked about one by one, in the order of the evidence's probes. */
  readonly chosen: readonly Chosen[];
  readonly named: Named;
}

/** Gathers the evidence and judges it. A failing proof is a verdict; an error is that nothing can be said. */
export async function proveApplication(
  context: Context,
  claim: ApplicationClaim,
  asking: Asking,
): Promise<WithWayIn<ApplicationVerdict>> {
  return (await examineApplication(context, claim, asking)).verdict;
}

/** As {@link proveApplication}, for reports that show the evidence too. */
export async function examineApplication(
  given: Context,
  claim: ApplicationClaim,
  asking: Asking,
): Promise<ApplicationProof> {
  const context = withWholeLists(given);
  const { reach, entrantsBaseline } = claim;
  const listed = listedMailboxes(context, claim);
  const toChooseFrom = mailboxesToChooseFrom(context, claim, asking);
  const [{ members: recorded, areListed }, mailboxes, { evidence, chosen }, wayIn] = await Promise.all([
    listed,
    toChooseFrom,
    gatherEvidence(context, claim, listed, toChooseFrom, asking),
    listed.then(({ members }) => examineWayIn(context, askedByApplication({ ...claim, members }))),
  ]);
  const takenOver = keysTakenOver(claim.takenOver, { holder: "app", id: claim.appId });
  const members = nameAsNow(recorded, mailboxes);
  const asked = { reach, roles: linesOf(claim.roles), members, areListed, entrantsBaseline, takenOver };
  const verdict = judgeApplication(asked, evidence);
  return { verdict: withWayIn(verdict, wayIn), evidence, chosen, named: namesOf(claim, mailboxes) };
}

async function gatherEvidence(
  context: Context,
  claim: ApplicationClaim,
  listed: Promise<Listed>,
  toChooseFrom: Promise<Member[]>,
  asking: Asking,
): Promise<Pick<ApplicationProof, "evidence" | "chosen">> {
  const { exchange } = context;
  const readAssignments = (ids = ""): Promise<(ExchangeObject | undefined)[]> =>
    Promise.all(linesOf(ids).map((id) => getByGuid(exchange, "Get-ManagementRoleAssignment", id)));
  const [entra, assignments, going, pointer, scope, group, mailboxes, authorizations, users, roleGroup, owner] =
    await Promise.all([
      readEntra(context, claim),
      readAssignments(claim.assignments),
      readAssignments(claim.going),
      getByGuid(exchange, "Get-ServicePrincipal", claim.pointer),
      claim.scope === "" ? undefined : getByGuid(exchange, "Get-ManagementScope", claim.scope),
      claim.group === "" ? undefined : getByGuid(exchange, "Get-DistributionGroup", claim.group),
      toChooseFrom,
      getAll(exchange, "Test-ServicePrincipalAuthorization", { Identity: claim.app }),
      readUsers(context),
      claim.roleGroup === "" ? undefined : getByGuid(exchange, "Get-RoleGroup", claim.roleGroup),
      readAskedOwner(context, claim.owner),
    ]);
  const { credentials, ...consented } = entra;
  const policies = (users.policies ?? []).filter((policy) => guid(policy, "AppId") === claim.appId);
  const isOwn = isOwnAssignment(context, { roleGroup, app: claim.app, account: undefined });
  const used = { scope: text(scope ?? {}, "Name"), group };
  const filter = scope === undefined ? "" : text(scope, "RecipientFilter");
  const { members } = await listed;
  const listedSample = members.length <= askAll ? askAll : sampleOfMany;
  const chosen = choose({ ...claim, asking, seed: claim.pointer }, members, mailboxes, listedSample);
  const [inside, probes] = await Promise.all([
    filter === "" ? [] : previewFilter(context, filter),
    Promise.all(chosen.map((each) => probe(context, claim, each))),
  ]);
  const now = exchange.serverTime ?? Date.now();
  const certificates = linesOf(claim.certificates).map((line) => {
    const [, notAfter = "", notBefore = ""] = line.split(" ");
    return { notAfter, notBefore };
  });
  const evidence = {
    ...consented,
    pointerIsRight:
      pointer !== undefined && guid(pointer, "ObjectId") === claim.app && guid(pointer, "AppId") === claim.appId,
    assignments: assignments.map((each) => (each === undefined ? undefined : evidenceOf(each, claim))),
    goingRoles: going.flatMap((each) => (each === undefined ? [] : [nameOf(text(each, "Role"))])),
    seconds: users.assignments
      .filter((each) => isSecond(each, claim, used.scope))
      .map((each) => {
        const { id, name, role } = evidenceOf(each, claim);
        return { id, name, role };
      }),
    scope: scope === undefined ? undefined : { id: guid(scope), name: text(scope, "Name"), filter },
    scopeIsOurs: isOurs(claim, scope, group),
    inside,
    authorizations: authorizations.map(authorizationOf),
    probes,
    policies: policies.map((policy) => policyOf(policy, group)),
    certificateDays: certificates.map(({ notAfter }) => daysLeft(notAfter, now)),
    earlyCertificates: certificates.filter(({ notBefore }) => Date.parse(notBefore) > now).length,
    entrants: joinEvidence(
      entrantsOfApplication(credentials, ownCredentialsOf(context, claim)),
      entrantsOfGroup(group, owner),
      entrantsByUses(foreignUses(used, users, isOwn, claim.appId), users),
      notesOfWideRoles(wideRoles(users, isOwn)),
    ),
  };
  return { evidence, chosen };
}

function ownCredentialsOf({ entra, exchange }: Context, claim: ApplicationClaim): OwnCredentials {
  const thumbprints = new Set(linesOf(claim.certificates).map((line) => (line.split(" ")[0] ?? "").toUpperCase()));
  return {
    isOwnApp: claim.isOwnApp,
    appIsAdopted: claim.appIsAdopted,
    thumbprints,
    caller: entra?.caller.objectId ?? "",
    now: exchange.serverTime ?? Date.now(),
  };
}

/** What Entra says of the app. */
interface Entra extends Pick<ApplicationEvidence, "appExists" | "appIsEnabled" | "consents" | "directoryRoles"> {
  readonly credentials: ApplicationCredentials;
}

/** All of it shares one `$batch`. */
async function readEntra(context: Context, claim: ApplicationClaim): Promise<Entra> {
  const { graph } = entraOf(context);
  const properties = "id,appId,accountEnabled,keyCredentials,passwordCredentials";
  const principal = graph.read(`/servicePrincipals/${claim.app}?$select=${properties}`);
  try {
    const [app, grants, credentials] = await Promise.all([
      principal,
      readGrants(graph, claim.app),
      readApplicationCredentials(context, claim, principal),
    ]);
    return { appExists: true, appIsEnabled: app["accountEnabled"] === true, ...grants, credentials };
  } catch (error) {
    if (isDirectoryError(error, "notFound")) return noApp;
    throw error;
  }
}

/** Without an enterprise app nobody signs in. */
const noApp: Entra = {
  appExists: false,
  appIsEnabled: false,
  consents: [],
  directoryRoles: [],
  credentials: { registration: { application: {}, federated: [], owners: [] }, principal: {}, owners: [] },
};

function evidenceOf(assignment: ExchangeObject, claim: ApplicationClaim): ApplicationAssignmentEvidence {
  return {
    id: guid(assignment),
    name: text(assignment, "Name"),
    role: nameOf(text(assignment, "Role")),
    isOurApp: isOfApp(assignment, claim.app),
    enabled: flag(assignment, "Enabled"),
    isRegular: isRegular(assignment),
    writeScope: text(assignment, "RecipientWriteScope"),
    customScope: customScopeOf(assignment),
  };
}

/** Whether an assignment that is not the stack's gives what the stack's own give; one on another scope is told as that. */
function isSecond(assignment: ExchangeObject, claim: ApplicationClaim, scope: string): boolean {
  const { id, role, isOurApp, enabled, writeScope, customScope } = evidenceOf(assignment, claim);
  const own = [...linesOf(claim.assignments), ...linesOf(claim.going ?? "")];
  const hasSameReach =
    claim.reach === "organization" || (writeScope === "CustomRecipientScope" && customScope === scope);
  return isOurApp && enabled && hasSameReach && linesOf(claim.roles).includes(role) && !own.includes(id);
}

function authorizationOf(row: ExchangeObject): Authorization {
  const inScope = text(row, "InScope").toLowerCase();
  return {
    role: nameOf(text(row, "RoleName")),
    scopeType: text(row, "ScopeType"),
    scope: nameOf(text(row, "AllowedResourceScope")),
    isInScope: inScope === "true" ? true : inScope === "false" ? false : undefined,
  };
}

async function probe(context: Context, claim: ApplicationClaim, chosen: Chosen): Promise<ApplicationProbe> {
  const { address, id, isListed, mustStayOut } = chosen;
  const rows = await getAll(context.exchange, "Test-ServicePrincipalAuthorization", {
    Identity: claim.app,
    Resource: id,
  });
  return { address, isListed, mustStayOut, authorizations: rows.map(authorizationOf) };
}

function policyOf(policy: ExchangeObject, group: ExchangeObject | undefined): AccessPolicy {
  const scope = nameOf(text(policy, "ScopeIdentity")) || text(policy, "ScopeName");
  return {
    restricts: text(policy, "AccessRight") === "RestrictAccess",
    isOurGroup: group !== undefined && scope !== "" && scope === text(group, "Name"),
    group: text(policy, "ScopeName") || scope,
  };
}
