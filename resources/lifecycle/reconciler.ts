/**
 * Turns a lifecycle into an artifact: observe, decide, act on what was observed, observe again. Everything that holds
 * for all objects in the tenant alike is here or beside it (acquisition.ts, observation.ts, removal.ts): recognising,
 * adopting, lost answers, unfinished work, the tenant check.
 */
import { isExchangeError } from "../../exchange/errors.ts";
import { attempts, calledBy, nameOf, nameTakenSince, obtain, type Adoption } from "./acquisition.ts";
import {
  demandSameTenant,
  isUnknown,
  UnfinishedError,
  type Artifact,
  type Reading,
  type Recorded,
} from "./artifact.ts";
import { differences, plan, type Context, type Lifecycle, type Observed } from "./contract.ts";
import type { Ownership, Properties } from "./contract.ts";
import { withFreshReads, withWholeLists } from "./lookup.ts";
import { markOfUse } from "./mark.ts";
import { awaitSight, isUnseen, observeSettled, settleSeconds } from "./observation.ts";
import { removeWhole, seenForRemoval } from "./removal.ts";
import { asUserError } from "./userError.ts";

/** The artifact of a lifecycle. */
export function artifactOf<Inputs extends Ownership>(lifecycle: Lifecycle<Inputs>): Artifact {
  return {
    title: lifecycle.title,

    async check(context, recorded, desired) {
      const inputs = inputsOf<Inputs>(desired);
      if (recorded !== undefined) reportLeft(lifecycle, context, inputsOf<Inputs>(recorded), inputs);
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
      const live = await lifecycle.observe(withWholeLists(context), recorded.id, known);
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
      const fresh = withFreshReads(context);
      const adoption = adoptionOf(recorded.properties);
      const isKept = adoption !== undefined && known.onDestroy === "keep";
      const reason = isKept ? lifecycle.cannotKeep?.(known, adoption.beside) : undefined;
      if (reason !== undefined) context.report(`${lifecycle.title}: was there before this stack, but ${reason}.`);
      if (isKept && reason === undefined) {
        context.report(`${lifecycle.title}: was there before this stack and is kept, as onDestroy says.`);
        await lifecycle.release?.(fresh, recorded.id, known, adoption.beside);
        return;
      }
      if (isUnseen(recorded)) await awaitSight(seenForRemoval(lifecycle), fresh, recorded.id, known);
      await removeWhole(lifecycle, fresh, recorded.id, known, adoption?.beside);
    },
  };
}

/** Says what is different and stays so: the engine itself shows it as a change that an `up` would make. */
function reportLeft<Inputs extends Ownership>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  live: Inputs,
  desired: Inputs,
): void {
  const left = lifecycle.leaves?.(desired) ?? [];
  for (const name of differences(lifecycle, live, desired).filter((each) => left.includes(each))) {
    context.report(
      `${lifecycle.title}: ${name} is ${String(live[name])}: somebody stopped it. up leaves it so, whatever the plan shows; the setting regrant opens it again.`,
    );
  }
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
  const marked = adoption === undefined ? desired : { ...desired, mark: markOfUse(desired.mark) };
  let left = open(lifecycle, live, desired);
  for (let attempt = 1; attempt <= attempts && left.length > 0; attempt += 1) {
    try {
      await lifecycle.align(context, live, marked);
    } catch (error) {
      const taken = nameTakenSince(calledBy(lifecycle, desired), nameOf(live.inputs), nameOf(desired), error);
      if (taken !== undefined) throw taken;
      if (!isExchangeError(error, "unknownOutcome") || attempt === attempts) throw asUserError(lifecycle.title, error);
      // Nobody knows whether it was done: what a new look still finds different is asked for once more.
      live = await context.waitFor(`the ${lifecycle.title} to be visible`, look, settleSeconds);
      left = open(lifecycle, live, desired);
      continue;
    }
    live = await settle(lifecycle, context, desired, look);
    left = awaited(lifecycle, live, desired);
  }
  return { id, properties: propertiesOf(context, live, adoption, desired) };
}

/** What differs and is to be changed: without what is left alone on purpose. */
function open<Inputs extends object>(lifecycle: Lifecycle<Inputs>, live: Observed<Inputs>, desired: Inputs): string[] {
  const left = lifecycle.leaves?.(desired) ?? [];
  return differences(lifecycle, live.inputs, desired).filter((name) => !left.includes(name));
}

/** What of that has to show: without what is only tried for. */
function awaited<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  live: Observed<Inputs>,
  desired: Inputs,
): string[] {
  return open(lifecycle, live, desired).filter((name) => lifecycle.tries?.some((each) => each === name) !== true);
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
      return awaited(lifecycle, live, desired).length === 0 ? live : undefined;
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
          guid: id,
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
    guid: live.id,
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
