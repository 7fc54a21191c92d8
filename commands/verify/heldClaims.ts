// What a stack holds whose last `up` did not come to its proof: the claim is put together from the recorded objects, as
// the program would have put it. Pure.
import { X509Certificate } from "node:crypto";
import type { ApplicationClaim } from "../../resources/proof/applicationProof.ts";
import { typeOf, type TypeName } from "../../resources/stub.ts";
import { linesOf } from "../../resources/recipients/memberList.ts";
import type { ImpersonationClaim } from "../../resources/proof/impersonationProof.ts";

/** A resource of the state. */
export interface HeldResource {
  readonly type: string;
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A claim for each access mode of which the state holds an assignment: without one there is no access to prove. */
export interface HeldClaims {
  readonly impersonation: ImpersonationClaim | undefined;
  readonly application: ApplicationClaim | undefined;
}

/** Puts the claims together. */
export function heldClaims(resources: readonly HeldResource[]): HeldClaims {
  const all = (name: TypeName): HeldResource[] => resources.filter(({ type }) => type === typeOf(name));
  const of = (resource: HeldResource | undefined, property: string): string => {
    const value = resource?.outputs?.[property];
    return typeof value === "string" ? value : "";
  };
  const [[tenant], [roleGroup], [pointer]] = [all("Tenant"), all("RoleGroup"), all("ExchangeServicePrincipal")];
  const assignments = all("RoleAssignment");
  const [toGroup] = assignments.filter((each) => of(each, "roleGroup") !== "");
  const toApp = assignments.filter((each) => of(each, "app") !== "");
  const shared = {
    reach: of(tenant, "reach") === "organization" ? "organization" : "group",
    scope: all("ManagementScope")[0]?.id ?? "",
    group: all("SecurityGroup")[0]?.id ?? "",
    members: of(tenant, "members"),
    mustStayOut: of(tenant, "mustStayOut"),
    takenOver: of(tenant, "takenOver"),
    app: of(pointer, "objectId"),
    appId: of(pointer, "appId"),
    roleGroup: roleGroup?.id ?? "",
  } as const;
  return {
    impersonation:
      toGroup === undefined
        ? undefined
        : {
            ...shared,
            role: of(tenant, "role"),
            assignment: toGroup.id ?? "",
            user: of(roleGroup, "members"),
            callCentreClientId: of(tenant, "callCentreClientId"),
          },
    application:
      toApp.length === 0
        ? undefined
        : {
            ...shared,
            roles: toApp.map((each) => of(each, "role")).join("\n"),
            assignments: toApp.map(({ id = "" }) => id).join("\n"),
            pointer: pointer?.id ?? "",
            certificates: linesOf(of(all("ApplicationCertificates")[0], "contents"))
              .map(certificateLine)
              .join("\n"),
            isOwnApp: of(tenant, "clientId") === "",
            appIsAdopted: of(tenant, "clientId") !== "" && pointer?.outputs?.["ownsApp"] === false,
          },
  };
}

/** `thumbprint notAfter notBefore`. */
function certificateLine(content: string): string {
  const { fingerprint, validToDate, validFromDate } = new X509Certificate(Buffer.from(content, "base64"));
  return [fingerprint.replaceAll(":", ""), validToDate.toISOString(), validFromDate.toISOString()].join(" ");
}
