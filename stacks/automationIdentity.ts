/** The automation identity is never the access that it makes. Pure. */
import type { Settings } from "./settings.ts";

/** What is wrong with settings that name the automation identity (`azuread:clientId`); empty where nothing is. */
export function refuseAutomationIdentity(
  settings: Settings | undefined,
  clientId: string | undefined,
  tenantId?: string,
): string[] {
  if (tenantId !== undefined && settings?.application.clientId === tenantId) {
    return [
      `application.clientId: ${tenantId} is the id of the tenant (azuread:tenantId), not of an app. Write the client id that the vendor gave.`,
    ];
  }
  if (settings === undefined || clientId === undefined || settings.application.clientId !== clientId) return [];
  return [
    `application.clientId: ${clientId} is the automation identity itself (azuread:clientId), which may do far more than an access. Write the client id of the vendor's app, or leave it out to have an own app made.`,
  ];
}
