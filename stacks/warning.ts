/** What an operator has to know before every run, although nothing is wrong. Pure. */
import { isCalendarRole } from "../resources/lifecycle/applicationRoles.ts";
import { daysLeft, warnedDays } from "../resources/proof/expiry.ts";
import { sharedIds } from "../resources/lifecycle/mark.ts";
import type { Certificate } from "./certificate.ts";
import type { Settings } from "./settings.ts";

/**
 * Lines for `pulumi.log.warn`.
 * @param isNew whether the stack holds nothing yet, and so takes over what another one holds
 */
export function warningsOf(
  { access, reach, application, movedFrom }: Settings,
  certificates: readonly Certificate[],
  now: number,
  isNew = false,
): string[] {
  const wide = access.includes("application") ? application.roles.filter((role) => !isCalendarRole(role)) : [];
  const soon = certificates.filter(({ notAfter }) => daysLeft(notAfter, now) < warnedDays);
  const early = certificates.filter(({ notBefore }) => Date.parse(notBefore) > now);
  return [
    ...(reach === "organization"
      ? ['Reach "organization": the call centre can open EVERY mailbox of the organization.']
      : []),
    ...(isNew && movedFrom !== undefined
      ? [`movedFrom: this stack takes over what bears the id ${movedFrom}. ${sharedIds}`]
      : []),
    ...wide.map((role) => `application.roles: ${role} opens more of each mailbox than its calendar.`),
    ...soon.map(({ thumbprint, notAfter }) => {
      const when = daysLeft(notAfter, now) < 0 ? "expired on" : "expires on";
      return `application.certificates: ${thumbprint} ${when} ${notAfter}. Add its successor, hand it to the call centre, then take this one off.`;
    }),
    ...early.map(
      ({ thumbprint, notBefore }) =>
        `application.certificates: ${thumbprint} is not valid before ${notBefore}: until then it signs nobody in.`,
    ),
  ];
}
