/**
 * Opens every stack and closes it: no object of its own, but the preflight before the first write and the sweep after
 * the last removal.
 */
import { isExchangeError } from "../../exchange/errors.ts";
import { rememberBegun } from "../lifecycle/begun.ts";
import { demandSameTenant, UnfinishedError, type Artifact } from "../lifecycle/artifact.ts";
import { hold } from "../lifecycle/context.ts";
import {
  enableCustomization,
  hydrationTime,
  isDehydrated,
  recallHydration,
  renewHydration,
} from "../lifecycle/hydration.ts";
import type { Context, Properties } from "../lifecycle/contract.ts";
import { removeLeftovers } from "./leftovers.ts";
import { stackIdOf } from "../lifecycle/mark.ts";
import { withFreshReads } from "../lifecycle/lookup.ts";
import { runPreflight } from "./preflight.ts";
import { reportForgotten, stopsSeen } from "./recordedStops.ts";
import { missingRead, missingRights } from "./rights.ts";
import { sweep } from "./sweep.ts";
import { idsOfKnown, lastingOf, type LastingInputs, type TenantInputs } from "./tenantInputs.ts";
import { messageOf, UserError } from "../lifecycle/userError.ts";
import { rememberList } from "../recipients/listed.ts";

/** What a sweep needs to know (the names as they were when the objects were made), and what only an update does. */
const swept = [
  "mark",
  "access",
  "reach",
  "role",
  "roles",
  "roleGroup",
  "securityGroup",
  "scope",
  "assignment",
  "application",
  "user",
  "ownsUser",
  "userIsAdopted",
  "clientId",
  "ownsApp",
  "removeLeftovers",
  // Whether azuread's user stays is decided by the last run that came to it: a run that asks otherwise is recorded first.
  "onDestroy",
] as const;

/** Which mailbox each address meant: recorded, so that a later run sees where one means another (design.md §7.4). */
const lookedUp = ["members", "vanished", "mustStayOut", "owner", "stopped", "takenOver"] as const;

/** The preflight and the sweep as an artifact. */
export const tenant: Artifact = {
  title: "tenant",

  async check(context, recorded, desired) {
    const inputs = desired as unknown as TenantInputs;
    const old = recorded as unknown as TenantInputs | undefined;
    // What the state holds is the stack's own from the first call on: one object's removal may meet another one before
    // any call named that. What a refresh found to be gone stays so.
    for (const id of idsOfKnown(inputs.known)) if (!context.gone.has(id)) hold(context, id);
    rememberBegun(context, old?.begun ?? "");
    // Whatever this run is asked for, it has to know what an earlier one has begun.
    const asked = textOf(recorded, "customizationAsked");
    recallHydration(context, asked);
    const begun = asked === "" ? {} : { customizationAsked: asked };
    const isOther = old !== undefined && stackIdOf(old.mark) !== stackIdOf(inputs.mark);
    if (isOther) throw new UserError(`The state belongs to the stack of "${old.mark}". Nothing was changed.`);
    try {
      const { problems, ...completed } = await runPreflight(context, inputs, old);
      rememberList(context, completed.members);
      rememberBegun(context, completed.begun);
      return { inputs: lastingOf({ ...inputs, ...completed, ...begun }), problems };
    } catch (error) {
      if (!isExchangeError(error, "forbidden", "unauthorized")) throw error;
      return { inputs: lastingOf({ ...inputs, ...begun }), problems: [missingRead(error)] };
    }
  },

  diff(recorded, desired) {
    return {
      changes:
        recorded["isOpen"] === false ||
        [...swept, ...lookedUp].some((name) => recorded[name] !== desired[name]) ||
        textOf(recorded, "begun") !== textOf(desired, "begun"),
      replaces: [],
      deleteBeforeReplace: false,
    };
  },

  async create(context, desired) {
    return { id: context.tenantId, properties: await open(context, desired) };
  },

  async read(context, recorded) {
    demandSameTenant(context, tenant.title, recorded.properties);
    const lasting = lastingOf(recorded.properties);
    // A state of before, or of a create that broke off, may hold no stops.
    const known = { stopped: "", ...lasting } as unknown as LastingInputs;
    rememberBegun(context, textOf(lasting, "begun"));
    const properties = { ...lasting, stopped: await stopsSeen(context, known) };
    const inputs = Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "tenantId"));
    return { properties, inputs };
  },

  async update(context, recorded, desired) {
    demandSameTenant(context, tenant.title, recorded.properties);
    const isUnfinished = recorded.properties["isOpen"] === false;
    return open(context, desired, isUnfinished);
  },

  async remove(context, recorded) {
    demandSameTenant(context, tenant.title, recorded.properties);
    // A state of before may hold neither.
    const known = { begun: "", stopped: "", ...recorded.properties } as unknown as LastingInputs;
    rememberBegun(context, known.begun);
    await sweep(withFreshReads(context), known);
    await reportForgotten(withFreshReads(context), known);
  },
};

/** The last look before the first write: only `up` comes here, so the right to write is asked for here. */
async function open(context: Context, desired: Properties, isUnfinished = false): Promise<Properties> {
  const inputs = desired as unknown as LastingInputs;
  const missing = await missingRights(context, inputs);
  if (missing.length > 0) throw new UserError(missing.join(" "));
  const needsAsking = inputs.allowOrganizationCustomization && (await isDehydrated(context));
  if (needsAsking) await customize(context, desired);
  else if (isUnfinished) renewHydration(context);
  await removeLeftovers(context, inputs);
  return openedOf(context, desired);
}

/** What the state holds of an opened stack. */
function openedOf(context: Context, desired: Properties): Properties {
  const asked = hydrationTime(context);
  return { ...desired, tenantId: context.tenantId, ...(asked === "" ? {} : { customizationAsked: asked }) };
}

/** That it was asked for is recorded also where the wait for it fails or is ended: later runs wait because of it. */
async function customize(context: Context, desired: Properties): Promise<void> {
  try {
    await enableCustomization(context);
  } catch (cause) {
    if (hydrationTime(context) === "") throw cause;
    const message = `tenant: ${messageOf(cause)}. That the organisation was asked for it is recorded: run up again to go on.`;
    throw new UnfinishedError(context.tenantId, { ...openedOf(context, desired), isOpen: false }, message, { cause });
  }
}

function textOf(properties: Properties | undefined, name: string): string {
  const value = properties?.[name];
  return typeof value === "string" ? value : "";
}
