/**
 * An organisation that was never customised refuses every custom role object; after Enable-OrganizationCustomization it
 * goes on refusing for up to an hour, although it already calls itself hydrated (facts/exchange.md §2.8).
 */
import { isExchangeError } from "../exchange/errors.ts";
import type { ExchangeObject, Parameters } from "../exchange/session.ts";
import { flag } from "./exchangeValue.ts";
import type { Context } from "./lifecycle.ts";
import { UserError } from "./userError.ts";

/**
 * How long refusals are waited for after hydration, in seconds: 60 minutes as dehydrated, 60 for want of delegation.
 */
const refusalSeconds = 2 * 60 * 60;

/**
 * When this process, or the stack's Tenant, asked for hydration: refusals for want of delegation are transient then.
 */
let hydrated = false;

/** Tells that the organisation was hydrated lately by this stack. */
export function noteHydration(): void {
  hydrated = true;
}

/** Runs Enable-OrganizationCustomization; an organisation that is hydrated already counts as done. */
export async function enableCustomization(context: Context): Promise<void> {
  context.report(
    "Enable-OrganizationCustomization: asked for by allowOrganizationCustomization; this cannot be undone.",
  );
  try {
    await context.exchange.write("Enable-OrganizationCustomization", {});
  } catch (error) {
    const dehydrated = await isDehydrated(context);
    if (dehydrated) throw error;
  }
  noteHydration();
}

/** Whether the organisation was never customised, asked anew every time. */
export async function isDehydrated(context: Context): Promise<boolean> {
  const [organization] = await context.exchange.read("Get-OrganizationConfig", {}, { fresh: true });
  if (organization === undefined) throw new UserError("Get-OrganizationConfig returned nothing.");
  return flag(organization, "IsDehydrated");
}

/**
 * Writes a custom role object; waits visibly while a freshly hydrated organisation still refuses. Elsewhere the refusal
 * is the answer.
 */
export async function writeWhenReady(
  context: Context,
  cmdlet: string,
  parameters: Parameters,
): Promise<readonly ExchangeObject[]> {
  const attempt = async (): Promise<readonly ExchangeObject[] | undefined> => {
    try {
      return await context.exchange.write(cmdlet, parameters);
    } catch (error) {
      if (hydrated && isExchangeError(error, "dehydrated", "delegation")) return undefined;
      // Refused as dehydrated by an organisation that calls itself hydrated: somebody else has just asked for it.
      if (isExchangeError(error, "dehydrated") && !(await isDehydrated(context))) return undefined;
      throw error;
    }
  };
  const first = await attempt();
  if (first !== undefined) return first;
  return context.waitFor(`the freshly customised organisation to accept ${cmdlet}`, attempt, refusalSeconds);
}
