// The live probe of a stack's app: tries Graph with the app's own credential, and says what the answers mean.
import { readApplicationCredential, type ApplicationCredential } from "../../identity/applicationCredential.ts";
import { probeCalendars } from "../../directory/calendarProbe.ts";
import type { Connection } from "../../identity/connection.ts";
import { opensCalendars } from "../../directory/consents.ts";
import { realWaits } from "../../network/waits.ts";
import type { ApplicationClaim, ApplicationProof } from "../../resources/proof/applicationProof.ts";
import { opensGraphCalendars } from "../../resources/lifecycle/applicationRoles.ts";
import { isAuthorized } from "../../resources/proof/applicationVerdict.ts";
import { judgeCalendars, type CalendarOutcome, type TriedCalendar } from "../../resources/proof/calendarVerdict.ts";
import type { Context } from "../../resources/lifecycle/contract.ts";
import { idsOf, linesOf, type Member } from "../../resources/recipients/memberList.ts";
import { sinceLastChange } from "../../resources/proof/propagation.ts";
import { messageOf } from "../../resources/lifecycle/userError.ts";
import type { Finding } from "../../resources/proof/finding.ts";
import { withText, type Said } from "../../resources/proof/words/english.ts";
import { NotRun } from "./stack.ts";

/** Its JSON form. */
export interface LiveReport {
  /** `null` where it could not be run, or not for every mailbox. */
  readonly passed: boolean | null;
  /** Why it could not be run. */
  readonly error: string | null;
  readonly mailboxes: readonly {
    readonly mailbox: string;
    readonly listed: boolean;
    readonly outcome: CalendarOutcome;
  }[];
  readonly findings: readonly Said<Finding>[];
  readonly notes: readonly Said[];
  readonly notProved: readonly Said[];
}

type Credential = Extract<ApplicationCredential, { credential: unknown }>["credential"];

/** The app's credential in the environment, if any. */
export function readCredential(environment: NodeJS.ProcessEnv): Credential | undefined {
  const found = readApplicationCredential(environment);
  if (found !== undefined && "problems" in found) throw new NotRun(found.problems.join("; "));
  return found?.credential;
}

/**
 * Reads the calendar of each listed mailbox, and of those outside the list that the proof has asked about.
 * @param connection the automation identity's: tenant and addresses are the same for the app
 * @param changedAt when the stack last changed the access, in ms since the epoch
 */
export async function tryCalendars(
  context: Context,
  connection: Connection,
  credential: Credential,
  claim: ApplicationClaim,
  proof: ApplicationProof,
  changedAt: number | undefined,
): Promise<LiveReport> {
  const nothing = { passed: true, error: null, mailboxes: [], findings: [], notes: [], notProved: [] };
  const roles = linesOf(claim.roles);
  if (!roles.some(opensGraphCalendars)) {
    return { ...nothing, notProved: [withText({ code: "graphNotOpened", roles })] };
  }
  const mailboxes = mailboxesToTry(claim, proof);
  const { tenantId, endpoints } = connection;
  try {
    const waits = realWaits((line) => {
      context.report(line);
    });
    const probe = await probeCalendars(
      { connection: { tenantId, endpoints, clientId: claim.appId, credential }, waits },
      mailboxes.map(({ id }) => id),
    );
    const { passed, tries, findings, notes, notProved } = judgeCalendars({
      tried: mailboxes.flatMap(({ address, isListed, isAuthorized: isIn }, index) => {
        const answer = probe.answers[index];
        return answer === undefined ? [] : [{ address, isListed, isAuthorized: isIn, answer }];
      }),
      sinceChange: await sinceLastChange(context, claim, changedAt === undefined ? [] : [changedAt]),
      isConsented: proof.evidence.consents.some(opensCalendars),
      isConsentedInToken: probe.permissions.some((permission) => /calendar/i.test(permission)),
    });
    const rows = tries.map(({ address, isListed, outcome }) => ({ mailbox: address, listed: isListed, outcome }));
    return {
      passed,
      error: null,
      mailboxes: rows,
      findings: findings.map(withText),
      notes: notes.map(withText),
      notProved: notProved.map(withText),
    };
  } catch (error) {
    return { ...nothing, passed: null, error: messageOf(error) };
  }
}

/** All listed mailboxes, and the proof's sample of the others, with what Exchange says of each. */
function mailboxesToTry(
  claim: ApplicationClaim,
  { verdict, evidence, chosen, named }: ApplicationProof,
): (Member & Omit<TriedCalendar, "answer">)[] {
  const roles = linesOf(claim.roles);
  const asked = new Map(
    chosen.map(({ id }, index) => {
      const probe = evidence.probes[index];
      return [id, probe !== undefined && isAuthorized(probe, roles)];
    }),
  );
  const listed = named.members;
  const ids = idsOf(listed);
  const others = chosen.filter(({ id }) => !ids.has(id));
  return [
    // Where Exchange was not asked about a listed mailbox by itself, the whole of the scope has been proved.
    ...listed.map((each) => ({
      ...each,
      isListed: true,
      isAuthorized: asked.get(each.id) ?? verdict.scopedAccessHolds,
    })),
    ...others.map(({ address, id }) => ({ address, id, isListed: false, isAuthorized: asked.get(id) ?? false })),
  ];
}
