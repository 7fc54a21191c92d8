// What a stack made in a tenant, object by object, or took over there. Pure.
import { kindIn, typeOf } from "../../resources/stub.ts";
import type { ExportedResource } from "../verify/stack.ts";

/** Kinds of objects that a page names, in no order. */
export type ChangedKind =
  | "roleGroup"
  | "securityGroup"
  | "managementScope"
  | "roleAssignment"
  | "exchangeServicePrincipal"
  | "applicationCertificates"
  | "user"
  | "application"
  | "enterpriseApp";

/** Where an object comes from, and so what a destroy does with it. */
export type Origin = "made" | "takenOverAndGoes" | "takenOverAndStays";

/** One object of the tenant. */
export interface Change {
  readonly kind: ChangedKind;
  /** As the portals show it; of certificates, their thumbprints. Empty where the state tells none. */
  readonly names: readonly string[];
  readonly origin: Origin;
}

/** Kinds of this program's own. */
const own = [
  "roleGroup",
  "securityGroup",
  "managementScope",
  "roleAssignment",
  "exchangeServicePrincipal",
  "applicationCertificates",
] as const satisfies readonly ChangedKind[];

/** Types of the azuread provider, and of what stands for one of its on Exchange Server. */
const types: Readonly<Record<string, ChangedKind>> = {
  "azuread:index/user:User": "user",
  [typeOf("ServiceAccount")]: "user",
  "azuread:index/application:Application": "application",
  "azuread:index/servicePrincipal:ServicePrincipal": "enterpriseApp",
};

/** In the order in which they were made; what the stack only reads is left out. */
export function changesOf(resources: readonly ExportedResource[]): Change[] {
  const tenant = resources.find(({ type }) => type === typeOf("Tenant"))?.outputs ?? {};
  return resources
    .filter((each) => each.delete !== true && each.external !== true)
    .flatMap((resource) => {
      const kind = types[resource.type] ?? own.find((each) => each === kindIn(resource.type));
      if (kind === undefined) return [];
      return [{ kind, names: namesIn(resource), origin: originOf(kind, resource, tenant) }];
    });
}

/** Taken over is what has a record of it (lifecycle/reconciler.ts); of azuread's objects, what the stack lets stay. */
function originOf(
  kind: ChangedKind,
  { outputs = {}, retainOnDelete = false }: ExportedResource,
  tenant: Readonly<Record<string, unknown>>,
): Origin {
  const isTakenOver =
    outputs["adoption"] !== undefined || retainOnDelete || (kind === "user" && tenant["userIsAdopted"] === true);
  if (!isTakenOver) return "made";
  return retainOnDelete || outputs["onDestroy"] === "keep" ? "takenOverAndStays" : "takenOverAndGoes";
}

function namesIn({ type, outputs = {} }: ExportedResource): string[] {
  const { expiry } = outputs;
  if (Array.isArray(expiry)) return expiry.map((line) => String(line).split(":")[0] ?? "");
  // An account of Exchange Server has its user principal name as its name.
  const keys = type === typeOf("ServiceAccount") ? ["name"] : ["userPrincipalName", "displayName", "name"];
  const names = keys.map((key) => outputs[key]);
  return names.filter((each): each is string => typeof each === "string" && each !== "").slice(0, 1);
}
