/** Which rights a stack's settings need, for whoever shows or gives them before a first `up`. Pure. */
import type { Needs } from "../resources/tenant/rightsTable.ts";
import type { Settings } from "./settings.ts";

/**
 * What a stack needs by its settings; of settings with mistakes, what both access modes do.
 * @param isReader whether the identity is only to read
 * @param isServer whether the stack is for Exchange Server
 */
export function needsOfSettings(settings: Settings | undefined, isReader: boolean, isServer = false): Needs {
  const has = (mode: "impersonation" | "application"): boolean =>
    settings?.access.includes(mode) ?? (mode === "impersonation" || !isServer);
  const adopts = (what: Settings["adopt"][number]): boolean => settings?.adopt.includes(what) === true;
  const makesUser = has("impersonation") && settings?.serviceUser.existing === undefined;
  const writes = !isReader;
  return {
    impersonation: has("impersonation"),
    application: has("application"),
    hasGroup: settings?.reach !== "organization",
    writesUser: writes && (makesUser || settings?.removeLeftovers === true),
    writesAccount: writes && isServer && makesUser,
    setsPassword: writes && makesUser && adopts("serviceUser"),
    writesApp: writes && has("application") && !adopts("enterpriseApp"),
    revokesConsent: writes && settings?.revokeTenantWideConsent === true,
  };
}
