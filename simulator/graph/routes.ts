/** All Graph routes, v1.0 and beta. */
import type { Route } from "../server/service.ts";
import { applicationRoutes } from "./applications.ts";
import { appRoleAssignmentRoutes } from "./appRoleAssignments.ts";
import { batchRoutes } from "./batch.ts";
import { calendarRoutes } from "./calendar.ts";
import { deletedItemRoutes } from "./deletedItems.ts";
import { directoryRoleRoutes } from "./directoryRoleAssignments.ts";
import { federatedCredentialRoutes } from "./federatedCredentials.ts";
import { groupRoutes } from "./groups.ts";
import { organizationRoutes } from "./organization.ts";
import { permissionGrantRoutes } from "./permissionGrants.ts";
import { scheduleRoutes } from "./schedule.ts";
import { servicePrincipalRoutes } from "./servicePrincipals.ts";
import { userRoutes } from "./users.ts";

export const graphRoutes: Route[] = [
  ...userRoutes,
  ...deletedItemRoutes,
  ...organizationRoutes,
  ...groupRoutes,
  ...applicationRoutes,
  ...federatedCredentialRoutes,
  ...servicePrincipalRoutes,
  ...appRoleAssignmentRoutes,
  ...permissionGrantRoutes,
  ...directoryRoleRoutes,
  ...calendarRoutes,
  ...scheduleRoutes,
  ...batchRoutes,
];
