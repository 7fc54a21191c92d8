/** What Entra's own grants open to the app beside what Exchange gives it (facts/exchange.md §5); pure. */
import { escalationOf, escalationOfHeldRole, opensCalendars, type Consent } from "../../directory/consents.ts";
import type { ApplicationEvidence } from "./applicationVerdict.ts";
import { wrong, type Finding } from "./finding.ts";
import type { ConsentSubjects } from "./subjects.ts";

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

/** Where the app can let itself in counts as where it is, whatever is asked for: nothing of it is calendars. */
export function judgeEscalation({
  consents,
  directoryRoles,
}: Pick<ApplicationEvidence, "consents" | "directoryRoles">): Finding[] {
  return [
    ...consents.flatMap((each) => {
      const way = escalationOf(each);
      if (way === undefined) return [];
      return [wrong({ code: "consentEscalating", ...subjectsOf(each), way, remedy: "removeConsent" })];
    }),
    ...directoryRoles.flatMap((role) => {
      const way = escalationOfHeldRole(role);
      if (way === undefined) return [];
      return [wrong({ code: "directoryRoleEscalating", role: role.name, way, remedy: "removeDirectoryRole" })];
    }),
  ];
}

function subjectsOf({ permission, resource, inheritedFrom }: Consent): ConsentSubjects {
  return { permission, resource, inheritedFrom };
}

/** What is wrong with one that is wide. */
export function findingOfConsent(consent: Consent): Finding {
  return wrong({ code: "consentWide", ...subjectsOf(consent) });
}
