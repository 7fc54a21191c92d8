/** Entra, for what exists nowhere else. */
import type { Entra } from "../../connection/session.ts";
import type { Context } from "./contract.ts";

/**
 * The tenant's Entra.
 * @throws Error where there is none: an artifact of Entra's in an organisation of Exchange Server is a fault of the program,
 * because the settings refuse what would ask for one
 */
export function entraOf({ entra }: Pick<Context, "entra">): Entra {
  if (entra === undefined) throw new Error("an Exchange Server has no Entra: this artifact cannot be here");
  return entra;
}
