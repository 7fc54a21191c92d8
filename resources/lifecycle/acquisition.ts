/** How a stack comes by an object: recognised as its own, taken over, or made, once, even where the answer is lost. */
import { isExchangeError } from "../../exchange/errors.ts";
import { WaitTimeoutError } from "../../network/waiting.ts";
import { applicationRoles } from "./applicationRoles.ts";
import type { Context, Found, Kind, Lifecycle, Ownership } from "./contract.ts";
import { foreignConflict } from "./mark.ts";
import { settleSeconds } from "./observation.ts";
import { asUserError, UserError } from "./userError.ts";

/** How long a write whose answer was lost is looked for before it is made again, in seconds. */
const lostSeconds = 15;

/** How often a write whose answer was lost is looked after before the run gives up. */
export const attempts = 3;

/**
 * An object that was taken over: its name at that moment and the name that was asked for. That difference is recorded,
 * not repaired (design.md §4). Without a `name`, both are empty.
 */
export interface Adoption {
  readonly name: string;
  readonly as: string;
  /** GUIDs of what hung on it already, where that matters (`Lifecycle.beside`). */
  readonly beside: readonly string[];
}

/** Recognises, adopts or makes the object; refuses what belongs to others. */
export async function obtain<Inputs extends Ownership>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  desired: Inputs,
): Promise<{ id: string; adoption: Adoption | undefined }> {
  const present = await findFree(lifecycle, context, desired);
  const conflict = conflictOf(calledBy(lifecycle, desired), present, desired.adopt);
  if (conflict !== undefined) throw new UserError(conflict);
  const [existing] = present;
  if (existing === undefined) return { id: await createOnce(lifecycle, context, desired), adoption: undefined };
  if (existing.ours) {
    context.report(
      `${existing.title}: made by an earlier, interrupted run of this stack, or by the one that movedFrom names; going on with it.`,
    );
    return { id: existing.id, adoption: undefined };
  }
  const live = await lifecycle.observe(context, existing.id, desired);
  const beside = (await lifecycle.beside?.(context, existing.id, desired)) ?? [];
  context.report(`${existing.title}: taken over, as adopt says.`);
  return { id: existing.id, adoption: { name: nameOf(live?.inputs), as: nameOf(desired), beside } };
}

async function findFree<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  desired: Inputs,
): Promise<Found[]> {
  return (await lifecycle.find(context, desired)).filter((found) => !context.held.has(found.id));
}

/** What is to be made, and the setting that holds its name: another name there avoids a namesake. */
export interface Named {
  readonly title: string;
  /** E.g. `names.roleGroup`. */
  readonly setting: string;
}

const settings: Partial<Readonly<Record<Kind, string>>> = {
  serviceAccount: "serviceUser.name",
  roleGroup: "names.roleGroup",
  securityGroup: "names.securityGroup",
  managementScope: "names.scope",
  roleAssignment: "names.assignment",
  exchangeServicePrincipal: "names.application",
};

/** What a lifecycle makes of its inputs, by title and setting; an app's assignments are called after the app. */
export function calledBy<Inputs extends object>({ title, kind }: Lifecycle<Inputs>, desired: Inputs): Named {
  const isApps = kind === "roleAssignment" && "role" in desired && applicationRoles.includes(String(desired.role));
  return { title, setting: isApps ? "names.application" : (settings[kind] ?? "names") };
}

/**
 * Why objects that exist keep one from being made or taken over; pure. `undefined` where nothing does.
 * @param isNew whether the stack holds nothing yet, so that another stack's object may be its own, moved (mark.ts)
 */
export function conflictOf(
  { title, setting }: Named,
  present: readonly Found[],
  adopt: boolean,
  isNew = false,
): string | undefined {
  const others = present.filter(({ ours, other }) => !ours && other !== undefined);
  if (others.length > 0) return others.map((found) => otherConflict(found, setting, isNew)).join(" ");
  if (present.length > 1) {
    const names = present.map(called).join(", ");
    const way = present.every(({ place }) => place === undefined) ? "Remove or rename" : "Remove";
    return `${title}: there are several candidates: ${names}. Nothing was touched. ${way} all but one.`;
  }
  const [existing] = present;
  if (existing === undefined) return undefined;
  const { place, obstacles } = existing;
  if (existing.ours) {
    // A mark can be copied along with the text that it stands in: alone it proves nothing.
    if (obstacles.length === 0) return undefined;
    return `${called(existing)} bears this stack's mark, but is not as the stack makes it: ${obstacles.join("; ")}. Nothing was touched. If it is a copy, take the mark off it or remove it; if it is the stack's, put that right, then run up again.`;
  }
  // Another name avoids only what a name stands in the way of.
  const way =
    place === undefined ? `Choose another name (${setting})` : `It has ${place.text}, which no other name avoids`;
  if (obstacles.length > 0) {
    const end = place === undefined ? "." : ": remove it first.";
    return `${called(existing)} was not made by this stack and cannot be taken over: ${obstacles.join("; ")}. Nothing was touched. ${way}${end}`;
  }
  if (!adopt && existing.isKin === true) {
    return `${called(existing)} is on this stack's own ${place?.holder === "app" ? "app" : "role group"}, by another name than the settings give it. Nothing was touched. If this stack made it, and its state was put back from a backup that does not know that name, put ${setting} back as it was then, and the other names with it. If somebody else did, remove it, or set adopt to take it over.`;
  }
  if (!adopt) {
    const end = place === undefined ? ", or set adopt to take it over." : ": remove it, or set adopt to take it over.";
    return `${called(existing)} exists and was not made by this stack. Nothing was touched. ${way}${end}`;
  }
  return undefined;
}

/** An object by its title and GUID, which a title may name already. */
function called({ title, id }: Found): string {
  return title.includes(id) ? title : `${title} (${id})`;
}

function otherConflict(found: Found, setting: string, isNew: boolean): string {
  const { other, place } = found;
  if (other === undefined) return "";
  const isApps = place?.holder === "app";
  const reason = isApps
    ? ` It has ${place.text}: in one tenant an app can be given its access by one stack only, because Exchange adds up what several open.`
    : ` Or choose another name (${setting}).`;
  return `${foreignConflict(called(found), other, isNew)}${reason}`;
}

/** Why the stack's object cannot be renamed; pure. `undefined` where the new name is free. */
export function renameConflict(
  { title, setting }: Named,
  from: string,
  namesakes: readonly Found[],
): string | undefined {
  if (namesakes.length === 0) return undefined;
  const names = namesakes.map(called).join(", ");
  return `${title} "${from}" cannot be renamed: that name has ${names}, which is not this stack's. Nothing was touched. Choose another name (${setting}).`;
}

/**
 * What a rename says that Exchange refuses because the name was given away since it was looked at, or that no back end had
 * shown by then; `undefined` for every other error.
 */
export function nameTakenSince(
  { title, setting }: Named,
  from: string,
  to: string,
  error: unknown,
): UserError | undefined {
  if (from === to || !isExchangeError(error, "alreadyExists")) return undefined;
  return new UserError(
    `${title} "${from}" cannot be renamed to "${to}": somebody else's object has that name by now. It keeps the name that it has. Rename or remove the other one, or choose another name (${setting}), then run up again. Exchange said: ${error.message}`,
    { cause: error },
  );
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
      const conflict = made === undefined ? undefined : conflictOf(calledBy(lifecycle, desired), [made], false);
      if (conflict !== undefined) throw new UserError(conflict, { cause: error });
      if (exists || attempt >= attempts) throw asUserError(lifecycle.title, error);
    }
  }
}

/**
 * Looks for what a call left, for as long as another back end may take to show it: an object of ours, or, where
 * Exchange says that one exists, whosever it is. `undefined` where none appears.
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

/** An input `name`, where the artifact has one. */
export function nameOf(inputs: object | undefined): string {
  const name = inputs !== undefined && "name" in inputs ? inputs.name : undefined;
  return typeof name === "string" ? name : "";
}
