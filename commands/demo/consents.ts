// The customer's second administrator in Entra: application permissions consented, and taken back, by hand.
import type { Send } from "./http.ts";

/** Microsoft Graph's own app id, the same in every tenant (facts/calendar-access.md §5). */
const graphAppId = "00000003-0000-0000-c000-000000000000";

/** What an administrator may consent to in Entra. */
export interface Consents {
  /** Consents a permission on Microsoft Graph to an app, tenant-wide; returns how to take it back. */
  give(clientId: string, permission: string): Promise<() => Promise<void>>;
}

interface ServicePrincipal {
  readonly id: string;
  readonly appRoles: readonly { readonly id: string; readonly value: string }[];
}

/** Consents at `origin` with an administrator's token for Graph. */
export function openConsents(send: Send, origin: string, token: string): Consents {
  const call = async (method: string, path: string, body = ""): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const { status, text } = await send(method, `${origin}/v1.0${path}`, headers, body);
    if (status < 200 || status > 299) throw new Error(`${method} ${path} answered with status ${status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  const find = async (appId: string): Promise<ServicePrincipal> =>
    (await call("GET", `/servicePrincipals(appId='${appId}')?$select=id,appRoles`)) as ServicePrincipal;
  return {
    async give(clientId, permission) {
      const [app, graph] = await Promise.all([find(clientId), find(graphAppId)]);
      const role = graph.appRoles.find(({ value }) => value === permission);
      if (role === undefined) throw new Error(`Microsoft Graph knows no permission ${permission}`);
      const path = `/servicePrincipals/${app.id}/appRoleAssignments`;
      const body = JSON.stringify({ principalId: app.id, resourceId: graph.id, appRoleId: role.id });
      const { id } = (await call("POST", path, body)) as { readonly id: string };
      return async () => {
        await call("DELETE", `${path}/${id}`);
      };
    },
  };
}
