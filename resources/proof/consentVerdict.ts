/** What Entra's own grants open to the app beside what Exchange gives it (facts/exchange.md §5); pure. */
import { escalates, isEscalatingRole, opensCalendars, type Consent } from "../../directory/consents.ts";
import type { ApplicationEvidence } from "./applicationVerdict.ts";
import type { Finding } from "./impersonationVerdict.ts";

/**
 * Permissions that an application access policy limits (Microsoft's page on policies, from memory); no others are taken
 * for it.
 */
const limitedByPolicies = new Set(["Calendars.Read", "Calendars.ReadWrite", "full_access_as_app"]);

/**
 * Consents that open calendars beyond the list; a policy that restricts the app to the stack's own group limits them.
 */
export function wideConsentsOf({ consents, policies }: Pick<ApplicationEvidence, "consents" | "policies">): Consent[] {
  const restricting = policies.filter((policy) => policy.restricts);
  const isLimited = restricting.length > 0 && restricting.every((policy) => policy.isOurGroup);
  return consents.filter((each) => opensCalendars(each) && !(isLimited && limitedByPolicies.has(each.permission)));
}

/** What the app can give itself counts as what it has, whatever is asked for: nothing of it is calendars. */
export function judgeEscalation({
  consents,
  directoryRoles,
}: Pick<ApplicationEvidence, "consents" | "directoryRoles">): Finding[] {
  const can = "so that it can give itself every mailbox";
  return [
    ...consents.filter(escalates).map((consent) => ({
      text: `the app has the consent ${consent.permission} on ${consent.resource}${inheritance(consent)}, ${can} (remove it in Entra: Enterprise applications, Permissions; the stack never does)`,
      mayPass: false,
    })),
    ...directoryRoles.filter(isEscalatingRole).map(({ name }) => ({
      text: `the app has the directory role ${name}, ${can} (remove the role's assignment in Entra: Roles and administrators)`,
      mayPass: false,
    })),
  ];
}

function inheritance({ inheritedFrom }: Consent): string {
  return inheritedFrom === "" ? "" : `, inherited from the group "${inheritedFrom}"`;
}

/** What is wrong with one that is wide. */
export function findingOfConsent(consent: Consent): Finding {
  return {
    text: `the tenant-wide consent ${consent.permission} on ${consent.resource || "an unknown resource"}${inheritance(consent)} opens every mailbox's calendar to the app, whatever the scope says`,
    mayPass: false,
  };
}
