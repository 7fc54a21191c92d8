// What is claimed of a stack whose last `up` did not come to its proof.
import { describe, expect, test } from "@jest/globals";
import { heldClaims, type HeldResource } from "../../../commands/verify/heldClaims.ts";
import { claimsIn } from "../../../commands/verify/stack.ts";
import { makeCertificate } from "../../identity/certificates.ts";

const resource = (name: string, id: string, outputs: Record<string, unknown>): HeldResource => ({
  type: `pulumi-nodejs:dynamic/calendarAccess:${name}`,
  id,
  outputs,
});

const tenant = resource("Tenant", "t", {
  ...{ reach: "group", role: "ApplicationImpersonation", clientId: "", callCentreClientId: "" },
  ...{ members: "ad@example.org a\n", mustStayOut: "dirk@example.org d\n", takenOver: "roleGroup rg\n" },
});
const roleGroup = resource("RoleGroup", "rg", { members: "svc@example.org s\n" });
const objects = [resource("SecurityGroup", "g", {}), resource("ManagementScope", "s", {})];

describe("a claim from the recorded objects", () => {
  test("is none without an assignment: nothing is open", () => {
    expect(heldClaims([tenant, roleGroup, ...objects])).toEqual({ impersonation: undefined, application: undefined });
  });

  test("of impersonation is what its proof would have claimed", () => {
    const assignment = resource("RoleAssignment", "ra", { roleGroup: "rg", app: "" });
    expect(heldClaims([tenant, roleGroup, ...objects, assignment])).toEqual({
      application: undefined,
      impersonation: {
        ...{
          reach: "group",
          role: "ApplicationImpersonation",
          assignment: "ra",
          roleGroup: "rg",
          scope: "s",
          group: "g",
        },
        ...{
          user: "svc@example.org s\n",
          members: "ad@example.org a\n",
          mustStayOut: "dirk@example.org d\n",
          takenOver: "roleGroup rg\n",
        },
        ...{ app: "", appId: "", callCentreClientId: "" },
      },
    });
  });

  test("of an app names each role that it has by then, and its certificates", () => {
    const { certificate } = makeCertificate("app");
    const contents = certificate.replaceAll(/-----[^-]+-----|\s/g, "");
    const { application } = heldClaims([
      ...[tenant, ...objects, resource("ApplicationCertificates", "c", { contents: `${contents}\n` })],
      resource("ExchangeServicePrincipal", "p", { objectId: "o", appId: "i" }),
      resource("RoleAssignment", "r1", { roleGroup: "", app: "o", role: "Application Calendars.ReadWrite" }),
    ]);
    expect(application).toMatchObject({
      ...{ roles: "Application Calendars.ReadWrite", assignments: "r1", app: "o", appId: "i", pointer: "p" },
      ...{
        isOwnApp: true,
        appIsAdopted: false,
        roleGroup: "",
        certificates: expect.stringMatching(/^[0-9A-F]{40} \S+Z \S+Z$/),
      },
    });
  });
});

test("verify asks for the owner that the settings named, which no proof of a run claims", () => {
  const owner = "sander@example.org o\n";
  const owned = { ...tenant, outputs: { ...tenant.outputs, owner } };
  const check = resource("ImpersonationCheck", "check", { members: "ad@example.org a\n", verdict: "passed" });
  expect(claimsIn({ stack: "contoso" }, [owned, check]).impersonation?.claim).toMatchObject({ owner });
  const assignment = resource("RoleAssignment", "ra", { roleGroup: "rg", app: "" });
  expect(claimsIn({ stack: "contoso" }, [owned, roleGroup, assignment]).impersonation?.claim).toMatchObject({ owner });
});
