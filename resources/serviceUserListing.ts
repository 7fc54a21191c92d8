/**
 * Whether the service user is shown in address lists, as an artifact without an object of its own. azuread hides only
 * users that are shown: one of which nothing is set (`showInAddressList: null`, as of every user that an administrator
 * made, or that a run left which ended between its two calls) it takes for hidden, and so never hides (docs/fidelity.md).
 */
import { readListing, writeListing, type Listing } from "../directory/users.ts";
import { demandSameTenant, isUnknown, type Artifact } from "./lifecycle/artifact.ts";
import type { Context, Properties } from "./lifecycle/contract.ts";
import { entraOf } from "./lifecycle/entra.ts";
import { settleSeconds } from "./lifecycle/observation.ts";
import { asUserError } from "./lifecycle/userError.ts";

/** Which user, and that no address list shows it. */
export interface ServiceUserListingInputs {
  /** Object id. */
  readonly user: string;
  /** `false`; a refresh shows what Entra holds in its place, `not set` included. */
  readonly showInAddressList: boolean | "not set";
}

const title = "service user's address listing";

/** The listing as an artifact; its id is the user's. */
export const serviceUserListing: Artifact = {
  title,

  check: async (_context, _recorded, desired) => ({ inputs: desired, problems: [] }),

  diff(recorded, desired) {
    const isOtherUser = recorded["user"] !== desired["user"];
    return {
      changes: isOtherUser || recorded["showInAddressList"] !== desired["showInAddressList"],
      replaces: isOtherUser && !isUnknown(desired["user"]) ? ["user"] : [],
      deleteBeforeReplace: false,
    };
  },

  create: async (context, desired) => ({ id: String(desired["user"]), properties: await bring(context, desired) }),

  async read(context, recorded) {
    demandSameTenant(context, title, recorded.properties);
    const user = String(recorded.properties["user"]);
    const live = await readListing(entraOf(context).graph, user);
    if (live === undefined) return undefined;
    const inputs = { user, showInAddressList: shown(live) };
    return { properties: { ...inputs, tenantId: context.tenantId }, inputs };
  },

  async update(context, recorded, desired) {
    demandSameTenant(context, title, recorded.properties);
    return bring(context, desired);
  },

  // It goes with the user; of one that is kept nobody needs it back.
  remove: async () => undefined,
};

function shown(live: Listing): ServiceUserListingInputs["showInAddressList"] {
  return live.showInAddressList ?? "not set";
}

/** Hides the user where it is not hidden, and looks again: one that was just made is not known everywhere yet. */
async function bring(context: Context, desired: Properties): Promise<Properties> {
  const { user } = desired as unknown as ServiceUserListingInputs;
  await context.waitFor(
    "Entra to show the service user as hidden from address lists",
    async () => {
      const live = await readListing(entraOf(context).graph, user);
      if (live?.showInAddressList === false) return true;
      if (live === undefined) return undefined;
      await writeListing(entraOf(context).graph, user, false).catch((error: unknown) => {
        throw asUserError(title, error);
      });
      return (await readListing(entraOf(context).graph, user))?.showInAddressList === false ? true : undefined;
    },
    settleSeconds,
  );
  return { ...desired, tenantId: context.tenantId };
}
