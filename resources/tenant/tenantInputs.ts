/** What the tenant resource is told: what is asked for, under which names, and what the stack holds already. */
import type { Problem, Properties } from "../lifecycle/contract.ts";
import { nothingProved, type LastProofs } from "../proof/strangers.ts";

/** Inputs of the tenant resource: all that the preflight and the sweep work with. */
export interface TenantInputs {
  /** The stack's mark (mark.ts): the state keeps it as it was at the stack's birth. */
  readonly mark: string;
  /** `<tenant>.onmicrosoft.com`; recorded, so that nobody has to ask for it again. */
  readonly initialDomain: string;
  /** Access modes, a line each: `impersonation`, `application`. */
  readonly access: string;
  readonly reach: "group" | "organization";
  /** The role of impersonation. */
  readonly role: string;
  /** The roles of the application, a line each. */
  readonly roles: string;
  /** Names of the objects. */
  readonly roleGroup: string;
  readonly securityGroup: string;
  readonly scope: string;
  readonly assignment: string;
  readonly application: string;
  /** The service user, as `upn` or `upn objectId`; empty without impersonation. */
  readonly user: string;
  /** First part of the service user's principal name. */
  readonly serviceUserName: string;
  /** What the user is shown as that the stack makes; a state of before may not hold it. */
  readonly serviceUserDisplayName?: string;
  /** Whether the stack makes the user, and so sweeps it. */
  readonly ownsUser: boolean;
  /** Whether the stack took the user over; neither made nor taken over is one that is only used (serviceUser.existing). */
  readonly userIsAdopted: boolean;
  /** Client id of the app that the call centre signs in with for impersonation; empty where it was not said. */
  readonly callCentreClientId: string;
  /** Client id of the vendor's app; empty for an own one. */
  readonly clientId: string;
  /** Object id of the enterprise app, where it is there already. */
  readonly app: string;
  /** Whether the stack makes the enterprise app, and so sweeps it. */
  readonly ownsApp: boolean;
  /** The mailboxes, as lines; completed by the preflight. */
  readonly members: string;
  readonly vanished: string;
  readonly mustStayOut: string;
  /** Address of the security group's owner; empty in reach `organization`. */
  readonly owner: string;
  /** What a run saw stopped (lifecycle/recordedStop.ts), as lines; completed by the preflight. */
  readonly stopped: string;
  /** What was on an app or role group of others when it was taken over (proof/takenOver.ts); completed by the preflight. */
  readonly takenOver: string;
  /**
   * Assignments that a run set out to make on what is not the stack's (lifecycle/begun.ts), as lines; completed
   * by the preflight. A state of before may hold none.
   */
  readonly begun: string;
  readonly confirmedAddresses: readonly string[];
  /** Names of the objects that may be taken over, as in the setting `adopt`. */
  readonly adopt: readonly string[];
  readonly onDestroy: "remove" | "keep";
  readonly regrant: boolean;
  readonly allowOrganizationCustomization: boolean;
  readonly removeLeftovers: boolean;
  readonly revokeTenantWideConsent: boolean;
  /** What the program found to belong to others (stacks/identities.ts). */
  readonly conflicts: readonly Problem[];
  /** What the stack holds already, as its state says (stacks/ownState.ts). */
  readonly known: KnownObjects;
}

/** GUIDs of the objects in the state, and what else it says of them; empty where the stack holds none. */
export interface KnownObjects extends LastProofs {
  readonly roleGroup: string;
  readonly securityGroup: string;
  readonly scope: string;
  readonly assignment: string;
  readonly exchangeServicePrincipal: string;
  /** Of an app, `role guid` a line. */
  readonly applicationAssignments: string;
  /**
   * Since when the application's scoped access holds (applicationCheck.ts), as an ISO time; empty where it does not.
   */
  readonly applicationHeldSince: string;
  /** The same of impersonation (impersonationCheck.ts). */
  readonly impersonationHeldSince: string;
  /** Object id of the enterprise app that the pointer and the assignments are of. */
  readonly app: string;
  /** By GUID, the name that the state has for an object: another one that is asked for is a rename. */
  readonly names: Readonly<Record<string, string>>;
  /** The service user that azuread holds, as `upn objectId`, whether the stack made it or took it in. */
  readonly heldUser: string;
  /** Whether it was there before the stack. */
  readonly heldUserIsAdopted: boolean;
  /** Whether the state says of one that was there before that it stays when the stack lets go of it. */
  readonly keepsUser: boolean;
  /** Client id of the app registration that azuread holds. */
  readonly heldApp: string;
  /**
   * The artifacts that were taken over, as `kind onDestroy` a line, e.g. `roleGroup remove`; an app's role assignment is
   * `applicationAssignment`.
   */
  readonly adopted: string;
}

/** What a stack holds that holds nothing. */
export const nothingKnown: KnownObjects = {
  roleGroup: "",
  securityGroup: "",
  scope: "",
  assignment: "",
  exchangeServicePrincipal: "",
  applicationAssignments: "",
  applicationHeldSince: "",
  impersonationHeldSince: "",
  app: "",
  names: {},
  heldUser: "",
  heldUserIsAdopted: false,
  keepsUser: false,
  heldApp: "",
  ...nothingProved,
  adopted: "",
};

/** GUIDs of all objects of Exchange that the state holds. */
export function idsOfKnown(known: KnownObjects): string[] {
  const { roleGroup, securityGroup, scope, assignment, exchangeServicePrincipal, applicationAssignments } = known;
  const ofApp = applicationAssignments.split("\n").map((line) => line.slice(-36));
  return [roleGroup, securityGroup, scope, assignment, exchangeServicePrincipal, ...ofApp].filter((id) => id !== "");
}

/** Whether the user is a resource of the stack's: made, or taken over. */
export function declaresUser({ ownsUser, userIsAdopted }: Pick<TenantInputs, "ownsUser" | "userIsAdopted">): boolean {
  return ownsUser || userIsAdopted;
}

/** Whether a stack uses an access mode. */
export function uses({ access }: Pick<TenantInputs, "access">, mode: "impersonation" | "application"): boolean {
  return access.split("\n").includes(mode);
}

/**
 * What the preflight alone asks for: `check` passes it on to nobody. The state's outputs hold what an `up` did last and
 * its inputs what was asked last, so each refresh would show these as changed whenever an `up` had nothing else to do.
 */
const askedOnly = ["known", "conflicts", "adopt", "confirmedAddresses", "regrant", "revokeTenantWideConsent"] as const;

/** What the state holds of the inputs. */
export type LastingInputs = Omit<TenantInputs, (typeof askedOnly)[number]>;

/** Takes what the preflight alone asks for out of the inputs, or out of a state that still holds it. */
export function lastingOf(inputs: object): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !askedOnly.some((each) => each === name)));
}
