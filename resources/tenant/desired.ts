/**
 * What a stack wants: the inputs of every artifact, in the order in which they are made, from what is asked of the tenant
 * (tenantInputs.ts). What only another artifact knows is a blank: the program fills it with that artifact's output, the
 * preflight with what it looked up, a sweep with what it found. Nobody writes an artifact's inputs a second time. Pure.
 */
import type { ApplicationCheckInputs } from "../applicationCheck.ts";
import type { ExchangeServicePrincipalInputs } from "../exchangeServicePrincipal.ts";
import type { ImpersonationCheckInputs } from "../impersonationCheck.ts";
import { applicationAssignmentName, wholeOrganization } from "../lifecycle/assignmentName.ts";
import type { Ownership } from "../lifecycle/contract.ts";
import { rightFilter, type ManagementScopeInputs } from "../managementScope.ts";
import type { LastProofs } from "../proof/strangers.ts";
import { toBeProved } from "../proof/verdict.ts";
import { addressesOf, linesOf } from "../recipients/memberList.ts";
import type { RoleAssignmentInputs } from "../roleAssignment.ts";
import type { RoleGroupInputs } from "../roleGroup.ts";
import type { SecurityGroupInputs } from "../securityGroup.ts";
import type { ServiceAccountInputs } from "../serviceAccount.ts";
import type { TenantInputs } from "./tenantInputs.ts";

/** An artifact's inputs, with `Blank` where a text may stand that is not known yet: an output, in the program. */
export type Filled<Inputs, Blank> = {
  readonly [Name in keyof Inputs]: Inputs[Name] | (string extends Inputs[Name] ? Blank : never);
};

/** What is asked of the tenant, as far as it decides how the objects are to be. */
export type Asked = Omit<TenantInputs, "known" | "conflicts" | "confirmedAddresses">;

/** What the tenant's artifact has looked up. */
interface Lists<Blank> {
  readonly members: Blank;
  readonly mustStayOut: Blank;
  readonly takenOver: Blank;
}

/** Ids of what both modes share; empty in reach `organization`. */
interface Place<Blank> {
  readonly scope: Blank;
  readonly group: Blank;
}

/** Ids of who has the access; empty for the mode that is not in use. */
interface Holders<Blank> {
  /** GUID of the role group. */
  readonly roleGroup: Blank;
  /** Object id of the enterprise app. */
  readonly app: Blank;
}

/** The inputs of every artifact with an object in Exchange, and of the proofs; each takes its own blanks. */
export interface Desired {
  /** On Exchange Server alone. */
  serviceAccount<Blank>(
    account: Pick<ServiceAccountInputs, "displayName" | "organizationalUnit"> & { readonly password: Blank },
  ): Filled<ServiceAccountInputs, Blank>;
  /** @param members the service user, as `upn objectId` */
  roleGroup<Blank>(members: Blank): Filled<RoleGroupInputs, Blank>;
  pointer<Blank>(app: {
    readonly appId: Blank;
    readonly objectId: Blank;
  }): Filled<ExchangeServicePrincipalInputs, Blank>;
  securityGroup<Blank>(
    ids: Holders<Blank> & Record<"members" | "owner" | keyof LastProofs, Blank>,
  ): Filled<SecurityGroupInputs, Blank>;
  scope<Blank>(ids: Holders<Blank> & { readonly group: Blank }): Filled<ManagementScopeInputs, Blank>;
  impersonationAssignment<Blank>(ids: {
    readonly roleGroup: Blank;
    readonly scope: Blank;
    readonly members: Blank;
    readonly stopped: Blank;
  }): Filled<RoleAssignmentInputs, Blank>;
  /** One for each role, in the order in which they are asked for. */
  applicationAssignments<Blank>(ids: {
    readonly app: Blank;
    readonly scope: Blank;
    readonly members: Blank;
    readonly stopped: Blank;
  }): readonly (Filled<RoleAssignmentInputs, Blank> & { readonly role: string })[];
  /** @param ids `user` is the service user, as `upn objectId`; `appId` the app's client id */
  impersonationCheck<Blank>(
    ids: Lists<Blank> &
      Place<Blank> &
      Holders<Blank> & { readonly appId: Blank; readonly assignment: Blank; readonly user: Blank },
  ): Filled<ImpersonationCheckInputs, Blank>;
  /** @param ids `assignments` are GUIDs, a line each; `certificates` as in the claim (proof/applicationProof.ts) */
  applicationCheck<Blank>(
    ids: Lists<Blank> &
      Place<Blank> &
      Holders<Blank> & {
        readonly appId: Blank;
        readonly pointer: Blank;
        readonly assignments: Blank;
        readonly certificates: string;
      },
  ): Filled<ApplicationCheckInputs, Blank>;
}

/** The recipe of a stack. */
export function desiredOf(asked: Asked): Desired {
  const { reach, regrant, onDestroy, mark, role } = asked;
  const own = (object: string): Ownership => ({ mark, adopt: asked.adopt.includes(object), onDestroy });
  const assignment = {
    ...own("assignment"),
    writeScope: reach === "group" ? asked.scope : wholeOrganization,
    enabled: true,
    regrant,
  };
  return {
    serviceAccount: (account) => ({
      ...own("serviceUser"),
      name: addressesOf(asked.user)[0] ?? "",
      hiddenFromAddressLists: true,
      remotePowerShell: false,
      ...account,
    }),
    roleGroup: (members) => ({ ...own("roleGroup"), name: asked.roleGroup, members, role, marked: true }),
    pointer: (app) => ({
      ...own("exchangeServicePrincipal"),
      displayName: asked.application,
      ...app,
      ownsApp: asked.ownsApp,
    }),
    securityGroup: (ids) => ({
      ...own("securityGroup"),
      name: asked.securityGroup,
      hiddenFromAddressLists: true,
      memberJoinRestriction: "Closed",
      memberDepartRestriction: "Closed",
      marked: true,
      scopeName: asked.scope,
      clientId: asked.clientId,
      ...ids,
    }),
    scope: (ids) => ({ ...own("scope"), name: asked.scope, filter: rightFilter, ...ids }),
    impersonationAssignment: (ids) => ({
      ...assignment,
      name: asked.assignment,
      role,
      app: "",
      ownsApp: false,
      ...ids,
    }),
    applicationAssignments: (ids) =>
      linesOf(asked.roles).map((each) => ({
        ...assignment,
        name: applicationAssignmentName(each, asked.application, reach),
        role: each,
        roleGroup: "",
        ownsApp: asked.ownsApp,
        ...ids,
      })),
    impersonationCheck: (ids) => ({
      reach,
      role,
      callCentreClientId: asked.callCentreClientId,
      keepsUser: asked.userIsAdopted && onDestroy === "keep",
      verdict: toBeProved,
      ...ids,
    }),
    applicationCheck: (ids) => ({
      reach,
      roles: asked.roles,
      isOwnApp: asked.clientId === "",
      appIsAdopted: !asked.ownsApp,
      revokes: asked.revokeTenantWideConsent,
      verdict: toBeProved,
      ...ids,
    }),
  };
}
