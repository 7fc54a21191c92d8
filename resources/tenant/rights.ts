/** Refuses, before any write, what the automation identity lacks for it (rightsTable.ts). */
import type { ExchangeError } from "../../exchange/errors.ts";
import type { Entra } from "../../connection/session.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { readSplit } from "../lifecycle/splitPermissions.ts";
import { cmdletRights, isGiven, needsOf, rights, type CmdletRight, type Needs, type Right } from "./rightsTable.ts";
import type { LastingInputs } from "./tenantInputs.ts";

/** Entra roles by which a user may be made, too: Global Administrator and User Administrator (template ids). */
const userAdministrators = new Set(["62e90394-69f5-4237-9190-012177145e10", "fe930be7-5e62-47db-91af-98c3a49a38b1"]);

/**
 * Which rights to write are missing for what is asked for. A user's token shows none of Graph's: then Entra says it.
 */
export async function missingRights(context: Context, inputs: LastingInputs): Promise<Problem[]> {
  const needs = needsOf(inputs, context.entra === undefined);
  const lacking = (await missingCmdlets(context, needs)) ?? [];
  const missing = lacking.flatMap((each) => each.missing);
  for (const each of lacking.flatMap(({ unproved }) => unproved)) {
    context.report(
      `Not proved: whether the account may pass ${each}, which not every role holds: PowerShell does not tell the parameters. Where it may not, up fails at the security group's members; what was made by then, destroy removes.`,
    );
  }
  const advice =
    context.entra === undefined ? adviceOnServer(lacking) : "Give its app the Entra role Exchange Administrator";
  return [
    ...(missing.length > 0
      ? [`The automation identity may not run ${missing.join(", ")} in Exchange. ${advice}. Nothing was changed.`]
      : []),
    ...(context.entra === undefined ? [] : missingInEntra(context.entra, inputs)),
  ];
}

/** What the caller's roles lack of a right: cmdlets, or a parameter as `Cmdlet -Parameter`, and what nobody tells. */
export interface Lacking {
  readonly right: CmdletRight;
  readonly missing: readonly string[];
  readonly unproved: readonly string[];
}

/** The same for each right that is needed; `undefined` where nobody tells the cmdlets. */
export async function missingCmdlets(context: Context, needs: Needs): Promise<readonly Lacking[] | undefined> {
  const { exchange, entra } = context;
  const allowed = await exchange.allowedCmdlets();
  if (allowed === undefined) return undefined;
  // Nothing of it is written where Exchange may not (splitCheck.ts): no role would help.
  const isSplit = entra === undefined && (await readSplit(context)).state === "activeDirectory";
  return Promise.all(
    cmdletRights
      .filter(({ isNeeded, splitRole }) => isNeeded(needs) && !(isSplit && splitRole !== undefined))
      .map(async (right) => {
        const cmdlets = right.cmdlets.filter((cmdlet) => !allowed.has(cmdlet));
        const [cmdlet = "", parameter = ""] = right.parameter?.split(" -") ?? [];
        const isAsked = entra === undefined && parameter !== "" && allowed.has(cmdlet);
        const parameters = isAsked ? await exchange.allowedParameters(cmdlet) : undefined;
        const named = [`${cmdlet} -${parameter}`];
        const lacks = parameters !== undefined && !parameters.has(parameter);
        return {
          right,
          missing: [...cmdlets, ...(lacks ? named : [])],
          unproved: isAsked && parameters === undefined ? named : [],
        };
      }),
  );
}

/** Roles of which it is known that others may keep them. */
function adviceOnServer(lacking: readonly Lacking[]): string {
  const roles = lacking.flatMap(({ right, missing }) =>
    missing.length > 0 && right.splitRole ? [right.splitRole] : [],
  );
  const split =
    roles.length === 0
      ? ""
      : `: ${roles.join(", ")}. In an organisation with split permissions Active Directory's administrators keep these: have them give these to the account of the runs, or make the service user's account themselves (serviceUser.existing)`;
  return `Make its account a member of role groups whose roles hold them${split}`;
}

/** What is missing to make users and apps. */
function missingInEntra({ graphRoles, directoryRoles }: Entra, inputs: LastingInputs): Problem[] {
  if (graphRoles.length === 0) return [];
  const lacks = (id: string): boolean => rights.some((right: Right) => right.id === id && !isGiven(right, graphRoles));
  const isUserAdministrator = directoryRoles.some((role) => userAdministrators.has(role));
  return [
    ...(inputs.ownsApp && lacks("Application.ReadWrite.All")
      ? [
          "The automation identity may not make apps: it lacks Application.ReadWrite.All in Microsoft Graph. Nothing was changed.",
        ]
      : []),
    ...((inputs.ownsUser || inputs.removeLeftovers) && !isUserAdministrator && lacks("User.ReadWrite.All")
      ? [
          "The automation identity may not make users: it lacks User.ReadWrite.All in Microsoft Graph. Nothing was changed.",
        ]
      : []),
  ];
}

/** The problem where the identity may not even read. */
export function missingRead(error: ExchangeError): Problem {
  return `The automation identity may not read Exchange (${error.message}). Give its app the permission Exchange.ManageAsApp and the Entra role Exchange Administrator; to preview and verify, Global Reader is enough. Nothing was changed.`;
}
