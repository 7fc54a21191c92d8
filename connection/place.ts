/** Opens where a stack's objects are: a tenant of Microsoft 365, or an organisation of Exchange Server. */
import type { ReadSetting } from "../identity/connection.ts";
import { isServer, openServer } from "./serverPlace.ts";
import { openSession, type Place, type Session } from "./session.ts";

/** Reads the settings and opens; what is wrong comes back as `problems`, a line each. */
export async function openPlace(
  read: ReadSetting,
  environment: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<Place | Session | { readonly problems: readonly string[] }> {
  return (isServer(read) ? openServer : openSession)(read, environment, report);
}
