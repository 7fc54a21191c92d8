// `npm run audit -- --stack NAME [--json]`: who else can reach the stack's listed mailboxes. Nothing is changed, neither in
// the tenant nor in the stack's state, and nothing is judged: the proof is verify's.
//
// Exit codes: 0 everything was asked; 2 something could not be asked, or nothing at all.
import { userVariable } from "../connection/serverPlace.ts";
import { auditMailboxes } from "../resources/proof/audit/audit.ts";
import type { AuditFindings } from "../resources/proof/audit/subjects.ts";
import { demandSameTenant } from "../resources/lifecycle/artifact.ts";
import type { Context } from "../resources/lifecycle/contract.ts";
import { guid } from "../resources/lifecycle/exchangeValue.ts";
import { getOne } from "../resources/lifecycle/lookup.ts";
import { messageOf } from "../resources/lifecycle/userError.ts";
import { readOptions, usage, WrongOption } from "./audit/options.ts";
import { auditedMailboxes, ownOf } from "./audit/own.ts";
import { formatAudit, reportAudit } from "./audit/page.ts";
import { sayAs } from "./run/say.ts";
import { openStack, type OpenedStack } from "./verify/opened.ts";

/**
 * Audits the mailboxes of a stack that is open.
 * @param report gets a line for what takes long
 */
export async function audit({ claims, context }: OpenedStack, report: (line: string) => void): Promise<AuditFindings> {
  const recorded = (claims.application ?? claims.impersonation)?.properties;
  if (recorded !== undefined) demandSameTenant(context, "audit", recorded);
  const own = ownOf(claims, context.entra ? context.entra.caller.objectId : await accountOf(context));
  return auditMailboxes(context, own, auditedMailboxes(claims), report);
}

/** The account of the runs on Exchange Server; `undefined` where the machine's own ticket signs in, or nobody tells. */
async function accountOf({ exchange }: Context): Promise<string | undefined> {
  const Identity = process.env[userVariable] ?? "";
  if (Identity === "") return undefined;
  const found = await getOne(exchange, "Get-User", { Identity }).catch(() => undefined);
  return found && guid(found);
}

const say = sayAs("audit");

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  const json = args.includes("--json");
  try {
    const opened = await openStack(readOptions(args), say, process.env);
    const findings = await audit(opened, say);
    const { stack, context } = opened;
    const audited = { stack, tenantId: context.tenantId, at: new Date().toISOString() };
    console.log(json ? JSON.stringify(reportAudit(audited, findings), null, 2) : formatAudit(audited, findings));
    return findings.notAsked.length === 0 ? 0 : 2;
  } catch (error) {
    const message = messageOf(error);
    if (json) console.log(JSON.stringify({ schema: 1, complete: false, error: message }, null, 2));
    say(`nothing was asked: ${message}`);
    if (error instanceof WrongOption) say("--help tells the options");
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
