/**
 * What the stack holds, read from its own state before the program declares anything: by the engine's own reading
 * instead of a reference to a stack by name, so that it shows in no plan and survives a rename of stack and project, and
 * a move to another backend or organisation (facts/pulumi.md §0.5).
 */
import { named } from "../network/quoted.ts";
import * as pulumi from "@pulumi/pulumi";
import { bearsMark, stackIdOf } from "../resources/lifecycle/mark.ts";
import { ownProperties } from "../resources/lifecycle/unshown.ts";
import { kindIn, typeOf, type TypeName } from "../resources/stub.ts";
import type { KnownObjects } from "../resources/tenant/tenantInputs.ts";
import type { Held } from "./withoutEffect.ts";

/** A user that azuread made or took in, or that the stack made on Exchange Server. */
export interface HeldUser {
  readonly objectId: string;
  readonly userPrincipalName: string;
  /** Whether it was there before the stack. */
  readonly isAdopted: boolean;
}

/** An enterprise app that azuread made or took in. */
export interface HeldEnterpriseApp {
  readonly objectId: string;
  readonly clientId: string;
  readonly isAdopted: boolean;
}

/** What the state holds; ids are in lower case, and empty where it holds nothing. */
export interface OwnState {
  /** The stack's mark, as it was at its birth (resources/lifecycle/mark.ts); empty before its first `up`. */
  readonly mark: string;
  readonly initialDomain: string;
  /** Where its objects are; empty before the first `up`. */
  readonly tenantId: string;
  readonly user: HeldUser | undefined;
  /** The own app's registration. */
  readonly application: { readonly objectId: string; readonly clientId: string } | undefined;
  readonly enterpriseApp: HeldEnterpriseApp | undefined;
  /** The own app's certificates as they were asked for last: base64 of the DER, a line each. */
  readonly certificates: string;
  /** What the last `up` was asked for, as far as the call centre's way in depends on it; texts of the tenant's artifact. */
  readonly asked: Readonly<Record<(typeof askedLast)[number], string>>;
  /** What a run saw stopped (resources/lifecycle/recordedStop.ts), as lines. */
  readonly stopped: string;
  /** Objects of Exchange. */
  readonly known: KnownObjects;
}

const askedLast = ["access", "user", "reach", "roles", "application", "assignment"] as const;

/** A resource as the engine tells it: without its id, secrets in clear. */
export interface StateResource {
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Reads the state of the stack itself; what it holds of secrets stays in here. */
export async function readOwnState(): Promise<OwnState> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const { outputs } = answer as { outputs?: Readonly<Record<string, StateResource>> };
  return stateIn(Object.values(outputs ?? {}));
}

/** Picks what a run needs to know out of a state's resources. Pure. */
export function stateIn(resources: readonly StateResource[]): OwnState {
  const outputsOf = (type: string): StateOutputs[] =>
    resources.filter((each) => each.type === type).map((each) => new StateOutputs(each.outputs));
  const first = (type: string): StateOutputs => outputsOf(type)[0] ?? new StateOutputs();
  const idOf = (name: TypeName): string => first(typeOf(name)).id("guid");
  const tenant = first(typeOf("Tenant"));
  const mark = tenant.text("mark");
  const assignments = outputsOf(typeOf("RoleAssignment"));
  const ofApps = assignments.filter((each) => each.text("app") !== "");
  const named = (["ServiceAccount", "RoleGroup", "SecurityGroup", "ManagementScope"] as const).flatMap((name) =>
    outputsOf(typeOf(name)),
  );
  const identities = heldIdentities(outputsOf, (text) => bearsMark(text, mark), tenant);
  const { user, application } = identities;
  return {
    mark,
    initialDomain: tenant.text("initialDomain"),
    tenantId: tenant.id("tenantId"),
    ...identities,
    certificates: first(typeOf("ApplicationCertificates")).text("contents"),
    asked: tenant.texts(askedLast),
    stopped: tenant.text("stopped"),
    known: {
      roleGroup: idOf("RoleGroup"),
      securityGroup: idOf("SecurityGroup"),
      scope: idOf("ManagementScope"),
      assignment: assignments.find((each) => each.text("app") === "")?.id("guid") ?? "",
      exchangeServicePrincipal: idOf("ExchangeServicePrincipal"),
      applicationAssignments: ofApps.map((each) => `${each.text("role")} ${each.id("guid")}`).join("\n"),
      applicationHeldSince: first(typeOf("ApplicationCheck")).text("heldSince"),
      impersonationHeldSince: first(typeOf("ImpersonationCheck")).text("heldSince"),
      app: first(typeOf("ExchangeServicePrincipal")).id("objectId") || (ofApps[0]?.id("app") ?? ""),
      names: Object.fromEntries([...named, ...assignments].map((each) => [each.id("guid"), each.text("name")])),
      heldUser: user === undefined ? "" : `${user.userPrincipalName} ${user.objectId}`,
      heldUserIsAdopted: user?.isAdopted === true,
      keepsUser: tenant.text("onDestroy") === "keep" && first(typeOf("ImpersonationCheck")).flag("keepsUser"),
      heldApp: application?.clientId ?? "",
      accessClaim: claimIn(outputsOf(typeOf("ImpersonationCheck"))[0]),
      applicationClaim: claimIn(outputsOf(typeOf("ApplicationCheck"))[0]),
      adopted: adoptedLines(resources),
    },
  };
}

/** Of which modes, and whether with a group, the stack holds objects. */
export function heldBy({ user, enterpriseApp, known }: OwnState): Held {
  return {
    impersonation: known.roleGroup !== "" || known.assignment !== "" || user !== undefined,
    application: enterpriseApp !== undefined || known.exchangeServicePrincipal !== "",
    group: known.securityGroup !== "" || known.scope !== "",
  };
}

/** Why a stack cannot go on in another tenant than the one that holds its objects; said before anything is declared. */
export function tenantProblems(asked: string | undefined, { tenantId }: Pick<OwnState, "tenantId">): string[] {
  if (tenantId === "" || asked === undefined || asked.toLowerCase() === tenantId) return [];
  return [
    `azuread:tenantId is ${named(asked)}, but what this stack holds is in the tenant ${tenantId}: a stack stays with its tenant. Put the setting back; for another tenant make another stack.`,
  ];
}

/** The same of an organisation of Exchange Server. */
export function organizationProblems(asked: string | undefined, { tenantId }: Pick<OwnState, "tenantId">): string[] {
  if (tenantId === "" || asked === undefined || asked.toLowerCase() === tenantId) return [];
  return [
    `exchange.server.organization is ${named(asked)}, but what this stack holds is in ${tenantId}: a stack stays with its organisation. Put the setting back; for another one make another stack.`,
  ];
}

/** Why the stack cannot take over the identity of another one; nothing where it asks for none, or has it already. */
export function movedProblems(movedFrom: string | undefined, { mark }: OwnState): string[] {
  if (movedFrom === undefined || mark === "" || stackIdOf(mark) === movedFrom) return [];
  return [
    `movedFrom: this stack has an id of its own already, ${stackIdOf(mark)}, and holds objects by it. Only a stack that never was brought up can go on for another. Leave the setting out.`,
  ];
}

/** Whose access a check proved last, as JSON: its inputs and the recorded beginning, without its lists of mailboxes. */
function claimIn(check: StateOutputs | undefined): string {
  return check === undefined ? "" : JSON.stringify(check.all(claimProperties));
}

const claimProperties = [
  ...["reach", "role", "assignment", "roleGroup", "scope", "group", "user"],
  ...["callCentreClientId", "app", "appId", "roles", "assignments", "pointer", "certificates"],
  ...["isOwnApp", "appIsAdopted", "takenOver", "entrantsBaseline"],
];

/** What was taken over, and what a destroy does with it. */
function adoptedLines(resources: readonly StateResource[]): string {
  const lines = resources.flatMap(({ type, outputs }) => {
    if (outputs?.["adoption"] === undefined) return [];
    const own = new StateOutputs(outputs);
    const isOfApp = type === typeOf("RoleAssignment") && own.text("app") !== "";
    return [`${isOfApp ? "applicationAssignment" : kindIn(type)} ${own.text("onDestroy")}`];
  });
  return [...new Set(lines)].toSorted().join("\n");
}

/** What azuread holds for the stack; made by the stack is also what bears its mark, whatever it uses it for now. */
function heldIdentities(
  outputsOf: (type: string) => readonly StateOutputs[],
  isOurs: (text: string) => boolean,
  tenant: StateOutputs,
): Pick<OwnState, "user" | "application" | "enterpriseApp"> {
  // A create that broke off half-way leaves an object of which the state knows no more than what was asked for: it is
  // looked up like one that an interrupted run left.
  const whole = (type: string): StateOutputs | undefined => outputsOf(type).find((each) => each.id("objectId") !== "");
  const user = whole("azuread:index/user:User");
  const account = outputsOf(typeOf("ServiceAccount"))[0];
  const application = whole("azuread:index/application:Application");
  const principal = whole("azuread:index/servicePrincipal:ServicePrincipal");
  return {
    user: user
      ? {
          objectId: user.id("objectId"),
          userPrincipalName: user.text("userPrincipalName"),
          isAdopted: !tenant.flag("ownsUser") && !isOurs(user.text("jobTitle")),
        }
      : account && { objectId: account.id("guid"), userPrincipalName: account.text("name"), isAdopted: false },
    application: application && { objectId: application.id("objectId"), clientId: application.id("clientId") },
    enterpriseApp: principal && {
      objectId: principal.id("objectId"),
      clientId: principal.id("clientId"),
      isAdopted: !tenant.flag("ownsApp") && !isOurs(principal.text("notes")),
    },
  };
}

/** A resource's outputs by name; what is missing, or not of that type, is empty. */
class StateOutputs {
  readonly #outputs: Readonly<Record<string, unknown>>;

  constructor(outputs: Readonly<Record<string, unknown>> = {}) {
    this.#outputs = ownProperties(outputs);
  }

  text(name: string): string {
    const value = this.#outputs[name];
    return typeof value === "string" ? value : "";
  }

  texts<Name extends string>(names: readonly Name[]): Readonly<Record<Name, string>> {
    return Object.fromEntries(names.map((name) => [name, this.text(name)])) as Record<Name, string>;
  }

  id(name: string): string {
    return this.text(name).toLowerCase();
  }

  /** Those that are there. */
  all(names: readonly string[]): Readonly<Record<string, unknown>> {
    const wanted = new Set(names);
    return Object.fromEntries(Object.entries(this.#outputs).filter(([name]) => wanted.has(name)));
  }

  flag(name: string): boolean {
    return this.#outputs[name] === true;
  }
}
