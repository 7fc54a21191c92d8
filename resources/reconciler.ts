/**
 * Turns a lifecycle into an artifact: observe, decide, act on what was observed, observe again. Everything that holds for
 * all objects in the tenant alike is here: recognising, adopting, lost answers, unfinished work, the tenant check.
 */
import { isExchangeError } from "../exchange/errors.ts";
import { WaitTimeoutError } from "../exchange/waiting.ts";
import {
  demandSameTenant,
  isUnknown,
  UnfinishedError,
  type Artifact,
  type Reading,
  type Recorded,
} from "./artifact.ts";
import { differences, plan, type Context, type Found, type Lifecycle, type Observed } from "./lifecycle.ts";
import type { Ownership, Properties } from "./lifecycle.ts";
import { withFreshReads } from "./lookup.ts";
import { messageOf, UnsettledError, UserError } from "./userError.ts";

/** How long Exchange may take to show a change that it accepted, in seconds. */
const settleSeconds = 120;

/** How long a write whose answer was lost is looked for before it is made again, in seconds. */
const lostSeconds = 15;

/** How often a write whose answer was lost is looked after before the run gives up. */
const attempts = 3;

/**
 * An object that was taken over: its name at that moment and the name that was asked for. That difference is recorded,
 * not repaired (design.md §4). Without a `name`, both are empty.
 */
interface Adoption {
  readonly name: string;
  readonly as: string;
}

export function artifactOf<Inputs extends Ownership>(lifecycle: Lifecycle<Inputs>): Artifact {
  return {
    title: lifecycle.title,

    async check(context, recorded, desired) {
      const inputs = inputsOf<Inputs>(desired);
      if (lifecycle.resolve === undefined) return { inputs: desired, problems: [] };
      const resolution = await lifecycle.resolve(
        context,
        inputs,
        recorded === undefined ? undefined : inputsOf<Inputs>(recorded),
      );
      return { inputs: propertiesIn(resolution.inputs), problems: resolution.problems };
    },

    diff(recorded, desired) {
      const decided = plan(lifecycle, inputsOf<Inputs>(recorded), inputsOf<Inputs>(desired), isUnknown);
      // Only an adopted object has a choice at destroy, and delete sees outputs only: they must follow the setting.
      const keeps = adoptionOf(recorded) !== undefined && recorded["onDestroy"] !== desired["onDestroy"];
      return { ...decided, changes: decided.changes || keeps };
    },

    async create(shared, desired) {
      const context = withFreshReads(shared);
      const inputs = inputsOf<Inputs>(desired);
      const start = await obtain(lifecycle, context, inputs);
      try {
        if (start.adoption === undefined) await lifecycle.prove?.(context, start.id, inputs);
        return await finish(lifecycle, context, start.id, inputs, start.adoption);
      } catch (error) {
        throw await unfinished(lifecycle, context, start.id, inputs, start.adoption, error);
      }
    },

    async read(context, recorded): Promise<Reading | undefined> {
      demandSameTenant(context, lifecycle.title, recorded.properties);
      const known = inputsOf<Inputs>(recorded.properties);
      if (isUnseen(recorded)) await awaitSight(lifecycle, withFreshReads(context), recorded.id, known);
      const live = await lifecycle.observe(context, recorded.id, known);
      if (live === undefined) return undefined;
      const adoption = adoptionOf(recorded.properties);
      const properties = propertiesOf(context, live, adoption, known);
      const names = Object.keys(present(live, adoption).inputs);
      return { properties, inputs: Object.fromEntries(names.map((name) => [name, properties[name]])) };
    },

    async update(shared, recorded, desired) {
      const context = withFreshReads(shared);
      demandSameTenant(context, lifecycle.title, recorded.properties);
      const inputs = inputsOf<Inputs>(desired);
      const adoption = adoptionOf(recorded.properties);
      return (await finish(lifecycle, context, recorded.id, inputs, adoption, recorded)).properties;
    },

    async remove(context, recorded) {
      demandSameTenant(context, lifecycle.title, recorded.properties);
      const known = inputsOf<Inputs>(recorded.properties);
      if (adoptionOf(recorded.properties) !== undefined && known.onDestroy === "keep") {
        context.report(`${lifecycle.title}: was there before this stack and is kept, as onDestroy says.`);
        return;
      }
      const fresh = withFreshReads(context);
      if (isUnseen(recorded)) await awaitSight(lifecycle, fresh, recorded.id, known);
      await removeWhole(lifecycle, fresh, recorded.id, known);
    },
  };
}

/**
 * Whether an object was made and recorded, but never shown by any back end: a not-found says nothing about it yet
 * (facts/exchange.md §6).
 */
function isUnseen(recorded: Recorded): boolean {
  return recorded.properties["unseen"] === true;
}

/** Waits for such an object to appear; one that never does is gone. */
async function awaitSight<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  id: string,
  known: Inputs,
): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const live = await observeSettled(lifecycle, context, id, known);
    return live === undefined ? undefined : true;
  };
  await context.waitFor(`the ${lifecycle.title} to be visible`, look, settleSeconds).catch((error: unknown) => {
    if (!(error instanceof WaitTimeoutError)) throw error;
  });
}

/** Removes an object and waits until it is really gone; what is gone already is done. */
export async function removeWhole<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  id: string,
  known: Inputs,
): Promise<void> {
  let isRemoved = false;
  let lost = 0;
  await context.waitFor(
    `the ${lifecycle.title} to be gone`,
    async () => {
      const look = () => observeSettled(lifecycle, context, id, known);
      const live = await look();
      if (live === undefined) return true;
      if (isRemoved || live === "unsettled") return undefined;
      try {
        await lifecycle.remove(context, live);
        isRemoved = true;
      } catch (error) {
        // Gone at the back end that answered, or nobody knows: the next look tells.
        lost += 1;
        const isDoubtful =
          isExchangeError(error, "notFound") || (isExchangeError(error, "unknownOutcome") && lost < attempts);
        if (!isDoubtful) throw asUserError(lifecycle.title, error);
      }
      return (await look()) === undefined ? true : undefined;
    },
    settleSeconds,
  );
}

/** Observes for somebody who waits: back ends that do not agree yet are no error. */
async function observeSettled<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  id: string,
  known: Inputs,
): Promise<Observed<Inputs> | "unsettled" | undefined> {
  try {
    return await lifecycle.observe(context, id, known);
  } catch (error) {
    if (error instanceof UnsettledError) return "unsettled";
    throw error;
  }
}

/** Recognises, adopts or makes the object; refuses what belongs to others. */
async function obtain<Inputs extends Ownership>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  desired: Inputs,
): Promise<{ id: string; adoption: Adoption | undefined }> {
  const present = await findFree(lifecycle, context, desired);
  const conflict = conflictOf(lifecycle.title, present, desired.adopt);
  if (conflict !== undefined) throw new UserError(conflict);
  const [existing] = present;
  if (existing === undefined) return { id: await createOnce(lifecycle, context, desired), adoption: undefined };
  if (existing.ours) {
    context.report(`${existing.title}: made by an earlier, interrupted run of this stack; going on with it.`);
    return { id: existing.id, adoption: undefined };
  }
  const live = await lifecycle.observe(context, existing.id, desired);
  context.report(`${existing.title}: taken over, as adopt says.`);
  return { id: existing.id, adoption: { name: nameOf(live?.inputs), as: nameOf(desired) } };
}

async function findFree<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  desired: Inputs,
): Promise<Found[]> {
  return (await lifecycle.find(context, desired)).filter((found) => !context.held.has(found.id));
}

/** Why objects that exist keep one from being made or taken over; pure. `undefined` where nothing does. */
export function conflictOf(title: string, present: readonly Found[], adopt: boolean): string | undefined {
  if (present.length > 1) {
    const names = present.map((found) => `${found.title} (${found.id})`).join(", ");
    return `${title}: there are several candidates: ${names}. Nothing was touched. Remove or rename all but one.`;
  }
  const [existing] = present;
  if (existing === undefined || existing.ours) return undefined;
  if (existing.obstacles.length > 0) {
    return `${existing.title} (${existing.id}) was not made by this stack and cannot be taken over: ${existing.obstacles.join("; ")}. Nothing was touched.`;
  }
  if (!adopt) {
    return `${existing.title} (${existing.id}) exists and was not made by this stack. Nothing was touched. Choose another name (setting names), or set adopt to take it over.`;
  }
  return undefined;
}

/** Creates; where the answer was lost, looks for what the call left before it tries again. */
async function createOnce<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  desired: Inputs,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lifecycle.create(context, desired);
    } catch (error) {
      const exists = isExchangeError(error, "alreadyExists");
      if (!exists && !isExchangeError(error, "unknownOutcome")) throw asUserError(lifecycle.title, error);
      const made = await findMade(lifecycle, context, desired, exists);
      if (made?.ours === true) return made.id;
      const conflict = made === undefined ? undefined : conflictOf(lifecycle.title, [made], false);
      if (conflict !== undefined) throw new UserError(conflict, { cause: error });
      if (exists || attempt >= attempts) throw asUserError(lifecycle.title, error);
    }
  }
}

/**
 * Looks for what a call left, for as long as another back end may take to show it: an object of ours, or, where Exchange
 * says that one exists, whosever it is. `undefined` where none appears.
 */
async function findMade<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  desired: Inputs,
  exists: boolean,
): Promise<Found | undefined> {
  const look = async (): Promise<Found | undefined> => {
    const free = await findFree(lifecycle, context, desired);
    return free.find((found) => found.ours) ?? (exists ? free[0] : undefined);
  };
  const what = exists ? `the ${lifecycle.title} that exists to be visible` : `a trace of the ${lifecycle.title}`;
  return context.waitFor(what, look, exists ? settleSeconds : lostSeconds).catch((error: unknown) => {
    if (error instanceof WaitTimeoutError) return undefined;
    throw error;
  });
}

/** Brings an object to what is asked for and proves by a new look that it is. */
async function finish<Inputs extends Ownership>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  id: string,
  desired: Inputs,
  adoption: Adoption | undefined,
  recorded?: Recorded,
): Promise<Recorded> {
  const known = inputsOf<Inputs>({ ...propertiesIn(desired), ...recorded?.properties });
  const look = async (): Promise<Observed<Inputs> | undefined> => {
    const live = await observeSettled(lifecycle, context, id, { ...known, ...desired });
    return live === undefined || live === "unsettled" ? undefined : present(live, adoption);
  };
  let live = await context.waitFor(`the ${lifecycle.title} to be visible`, look, settleSeconds);
  for (let attempt = 1; attempt <= attempts && open(lifecycle, live, desired).length > 0; attempt += 1) {
    try {
      await lifecycle.align(context, live, desired);
    } catch (error) {
      if (!isExchangeError(error, "unknownOutcome") || attempt === attempts) throw asUserError(lifecycle.title, error);
      // Nobody knows whether it was done: what a new look still finds different is asked for once more.
      live = await context.waitFor(`the ${lifecycle.title} to be visible`, look, settleSeconds);
      continue;
    }
    live = await settle(lifecycle, context, desired, look);
  }
  return { id, properties: propertiesOf(context, live, adoption, desired) };
}

/** What differs and is to be changed: without what is left alone on purpose. */
function open<Inputs extends object>(lifecycle: Lifecycle<Inputs>, live: Observed<Inputs>, desired: Inputs): string[] {
  const left = lifecycle.leaves?.(live, desired) ?? [];
  return differences(lifecycle, live.inputs, desired).filter((name) => !left.includes(name));
}

/** Waits until what was changed shows; what `align` leaves alone on purpose does not count. */
async function settle<Inputs extends Ownership>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  desired: Inputs,
  look: () => Promise<Observed<Inputs> | undefined>,
): Promise<Observed<Inputs>> {
  return context.waitFor(
    `Exchange to show the changed ${lifecycle.title}`,
    async () => {
      const live = await look();
      if (live === undefined) return undefined;
      return open(lifecycle, live, desired).length === 0 ? live : undefined;
    },
    settleSeconds,
  );
}

async function unfinished<Inputs extends Ownership>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  id: string,
  desired: Inputs,
  adoption: Adoption | undefined,
  cause: unknown,
): Promise<UnfinishedError> {
  const live = await lifecycle.observe(context, id, desired).catch(() => undefined);
  const properties =
    live === undefined
      ? {
          ...propertiesIn(desired),
          tenantId: context.tenantId,
          unseen: true,
          ...(adoption === undefined ? {} : { adoption }),
        }
      : propertiesOf(context, live, adoption, desired);
  const message = `${asUserError(lifecycle.title, cause).message} The object exists and is recorded: run up again to go on, or destroy to remove it.`;
  return new UnfinishedError(id, properties, message, { cause });
}

function propertiesOf<Inputs extends Ownership>(
  context: Context,
  live: Observed<Inputs>,
  adoption: Adoption | undefined,
  asked: Inputs,
): Properties {
  return {
    ...propertiesIn(present(live, adoption).inputs),
    ...live.outputs,
    mark: asked.mark,
    adopt: asked.adopt,
    onDestroy: asked.onDestroy,
    tenantId: context.tenantId,
    ...(adoption === undefined ? {} : { adoption }),
  };
}

/** Shows an adopted object's own name as the one that was asked for, so that it is neither drift nor repaired. */
function present<Inputs extends object>(live: Observed<Inputs>, adoption: Adoption | undefined): Observed<Inputs> {
  if (adoption === undefined || adoption.name === "" || nameOf(live.inputs) !== adoption.name) return live;
  return { ...live, inputs: { ...live.inputs, name: adoption.as } };
}

/** The engine's properties as an artifact's inputs: `check` has let nothing else through. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the artifact's inputs
function inputsOf<Inputs extends object>(properties: Properties): Inputs {
  return properties as unknown as Inputs;
}

function propertiesIn(inputs: object): Properties {
  return { ...inputs };
}

function adoptionOf(properties: Properties): Adoption | undefined {
  return properties["adoption"] as Adoption | undefined;
}

function nameOf(inputs: object | undefined): string {
  const name = inputs !== undefined && "name" in inputs ? inputs.name : undefined;
  return typeof name === "string" ? name : "";
}

function asUserError(title: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError(`${title}: ${messageOf(error)}`, { cause: error });
}
