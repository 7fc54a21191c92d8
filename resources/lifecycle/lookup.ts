/** Look-ups of single objects: exactly one, none by Exchange's typed answer, or an error (design.md §7.3). */
import { isExchangeError } from "../../exchange/errors.ts";
import { Memo } from "../../network/memo.ts";
import type { ExchangeObject, ExchangeSession, Parameters, ReadOptions } from "../../exchange/session.ts";
import { sessionWith } from "../../exchange/sessionWith.ts";
import { guid, isGuid } from "./exchangeValue.ts";
import type { Context } from "./contract.ts";
import { UserError } from "./userError.ts";

/** The object that a Get- cmdlet finds by Identity; `undefined` for the typed not-found only. */
export async function getOne(
  exchange: ExchangeSession,
  cmdlet: string,
  parameters: Parameters & { Identity: string },
  options?: ReadOptions,
): Promise<ExchangeObject | undefined> {
  const found = await getAll(exchange, cmdlet, parameters, options);
  if (found.length > 1) {
    throw new UserError(
      `${cmdlet} found ${found.length} objects for "${parameters.Identity}" where there must be one. Nothing was changed.`,
    );
  }
  return found[0];
}

/** The object of a GUID, checked to be that one: a look-up that answers with another object is an error. */
export async function getByGuid(
  exchange: ExchangeSession,
  cmdlet: string,
  id: string,
  options?: ReadOptions,
): Promise<ExchangeObject | undefined> {
  const object = await getOne(exchange, cmdlet, { Identity: id }, options);
  if (object !== undefined && guid(object) !== id.toLowerCase()) {
    throw new UserError(`${cmdlet} answered with ${guid(object)} for ${id}. Nothing was changed.`);
  }
  return object;
}

/** All objects that a Get- cmdlet finds; the typed not-found counts as none. */
export async function getAll(
  exchange: ExchangeSession,
  cmdlet: string,
  parameters: Parameters,
  options?: ReadOptions,
): Promise<readonly ExchangeObject[]> {
  try {
    return await exchange.read(cmdlet, parameters, options);
  } catch (error) {
    if (isExchangeError(error, "notFound")) return [];
    throw error;
  }
}

/**
 * Whether an object that bears no mark is known to be the stack's: it is in the state because it was taken over. What
 * `adopt` is set for is taken over, too, never recognised.
 */
export function isHeld(context: Context, id: string, desired: { readonly adopt: boolean }): boolean {
  return !desired.adopt && context.held.has(id);
}

/** Lists that every proof reads whole (proof/foreignUses.ts): what is in one need not be asked for by itself. */
const wholeLists: ReadonlySet<string> = new Set(["Get-ManagementRoleAssignment", "Get-ManagementScope"]);

/** By session, so that what shares one goes on sharing what is known of it. */
const listReaders = new WeakMap<ExchangeSession, ExchangeSession>();

/**
 * The same context, in which an object's GUID is looked for in the {@link wholeLists}. One that is in none is asked for
 * by itself: only Exchange's own not-found says that it is gone.
 */
export function withWholeLists(context: Context): Context {
  const { exchange } = context;
  const known = listReaders.get(exchange);
  if (known !== undefined) return { ...context, exchange: known };
  const reader = sessionWith(exchange, {
    async read(cmdlet, parameters, options) {
      const { Identity: id, ...others } = parameters ?? {};
      const isOne = wholeLists.has(cmdlet) && typeof id === "string" && isGuid(id) && Object.keys(others).length === 0;
      if (!isOne) return exchange.read(cmdlet, parameters, options);
      const all = await exchange.read(cmdlet, {}, { ...options, all: true }).catch((error: unknown) => {
        // A list that fails says nothing about one object.
        if (!isExchangeError(error)) throw error;
        return [];
      });
      const found = all.filter((each) => guid(each) === id.toLowerCase());
      return found.length === 1 ? found : exchange.read(cmdlet, parameters, options);
    },
  });
  listReaders.set(exchange, reader);
  listReaders.set(reader, reader);
  return { ...context, exchange: reader };
}

/** The same session with reads that ask Exchange every time. */
export function alwaysAsking(exchange: ExchangeSession): ExchangeSession {
  return sessionWith(exchange, {
    read: (cmdlet, parameters, options) => exchange.read(cmdlet, parameters, { ...options, fresh: true }),
  });
}

/**
 * The same context for one action, with reads that ask Exchange instead of the session's memory: for everything that
 * acts on, or waits for, what it observes. Within the action an answer holds until its next write, or its next look
 * while it waits for something.
 */
export function withFreshReads(context: Context): Context {
  const exchange = alwaysAsking(context.exchange);
  const memo = new Memo<readonly ExchangeObject[]>();
  const changing = async <T>(change: () => Promise<T>): Promise<T> => {
    memo.clear();
    try {
      return await change();
    } finally {
      memo.clear();
    }
  };
  return {
    ...context,
    exchange: sessionWith(exchange, {
      read: (cmdlet, parameters, options) =>
        memo.get(
          JSON.stringify([cmdlet, parameters, options?.all, options?.select]),
          () => exchange.read(cmdlet, parameters, options),
          options?.fresh === true,
        ),
      write: (cmdlet, parameters) => changing(() => exchange.write(cmdlet, parameters)),
      writeEach: (cmdlet, parameters, done) => changing(() => exchange.writeEach(cmdlet, parameters, done)),
    }),
    waitFor(what, probe, seconds) {
      let looks = 0;
      const look = (): ReturnType<typeof probe> => {
        if (++looks > 1) memo.clear();
        return probe();
      };
      return context.waitFor(what, look, seconds);
    },
  };
}
