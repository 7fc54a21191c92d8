/** The organisation in Graph, with its verified domains. */
import type { Tenant } from "../tenant/model.ts";
import type { Route } from "../server/service.ts";
import { notFound } from "./errors.ts";
import type { Row } from "./filter.ts";
import { projectRow, projectRows } from "./query.ts";
import type { Shape } from "./query.ts";
import { graphRoute } from "./route.ts";

const SHAPE: Shape = { type: "microsoft.graph.organization", set: "organization" };

export const organizationRoutes: Route[] = [
  ...graphRoute("GET", "/organization", "readOrganization", ({ request, simulator }) => ({
    status: 200,
    body: projectRows(request, simulator, [describe(simulator.tenant)], SHAPE),
  })),
  ...graphRoute("GET", "/organization/:id", "readOrganization", ({ request, simulator }) => {
    const id = request.params["id"] ?? "";
    if (id.toLowerCase() !== simulator.tenant.tenantId) throw notFound(id);
    return { status: 200, body: projectRow(request, simulator, describe(simulator.tenant), SHAPE) };
  }),
];

function describe(tenant: Tenant): Row {
  const others = tenant.verifiedDomains.filter((name) => name !== tenant.initialDomain);
  const domains = [...others, tenant.initialDomain];
  return {
    id: tenant.tenantId,
    deletedDateTime: null,
    displayName: tenant.displayName,
    countryLetterCode: "NL",
    onPremisesSyncEnabled: null,
    preferredLanguage: "nl",
    tenantType: "AAD",
    verifiedDomains: domains.map((name, index) => ({
      capabilities: "Email, OfficeCommunicationsOnline",
      isDefault: index === 0,
      isInitial: name === tenant.initialDomain,
      name,
      type: "Managed",
    })),
  };
}
