/** What Entra's own grants and roles open to the app, or to the service user, beside what Exchange gives it (facts/exchange.md §5); pure. */
import {
  escalationOf,
  escalationOfHeldRole,
  opensCalendars,
  type Consent,
  type HeldDirectoryRole,
} from "../../directory/consents.ts";
import { isHarmlessRole } from "../../directory/escalation.ts";
import type { ApplicationEvidence } from "./applicationVerdict.ts";
import { wrong, type Fact, type Finding } from "./finding.ts";
import type { ConsentSubjects, RoleHolderSubject } from "./subjects.ts";

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
    ...judgeDirectoryRoles(directoryRoles, "app"),
  ];
}

/** Directory roles by which their holder can let itself in. */
export function judgeDirectoryRoles(roles: readonly HeldDirectoryRole[], holder: RoleHolderSubject): Finding[] {
  return roles.flatMap((role) => {
    const way = escalationOfHeldRole(role);
    if (way === undefined) return [];
    return [wrong({ code: "directoryRoleEscalating", role: role.name, way, holder, remedy: "removeDirectoryRole" })];
  });
}

/** Directory roles that only read. */
export function notesOfDirectoryRoles(held: readonly HeldDirectoryRole[], holder: RoleHolderSubject): Fact[] {
  const roles = held.filter(({ template }) => isHarmlessRole(template)).map(({ name }) => name);
  return roles.length > 0 ? [{ code: "directoryRolesHeld", roles, holder }] : [];
}

/** Directory roles of which nobody has judged what they open. */
export function doubtsOfDirectoryRoles(held: readonly HeldDirectoryRole[], holder: RoleHolderSubject): Fact[] {
  const roles = held
    .filter((role) => escalationOfHeldRole(role) === undefined && !isHarmlessRole(role.template))
    .map(({ name }) => name);
  return roles.length > 0 ? [{ code: "directoryRolesUnjudged", roles, holder }] : [];
}

function subjectsOf({ permission, resource, inheritedFrom }: Consent): ConsentSubjects {
  return { permission, resource, inheritedFrom };
}

/** What is wrong with one that is wide. */
export function findingOfConsent(consent: Consent): Finding {
  return wrong({ code: "consentWide", ...subjectsOf(consent) });
}
