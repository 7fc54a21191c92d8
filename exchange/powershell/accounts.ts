/**
 * Exchange Server's objects as this project knows recipients: by the object id of their account. There is no Entra, so that
 * is the GUID of the account itself (facts/powershell.md §3).
 */
import type { ExchangeObject, ExchangeSession, Parameters } from "../session.ts";
import { sessionWith } from "../sessionWith.ts";

const objectId = "ExternalDirectoryObjectId";

/** The same session, whose recipients have an object id. */
export function withAccounts(exchange: ExchangeSession): ExchangeSession {
  return sessionWith(exchange, {
    read: async (cmdlet, parameters, options) => {
      const asked = parameters && withGuids(parameters);
      return (await exchange.read(cmdlet, asked, options)).map(withObjectId);
    },
  });
}

/** A filter on the object id, as one on the GUID. */
function withGuids(parameters: Parameters): Parameters {
  const { Filter } = parameters;
  if (typeof Filter !== "string") return parameters;
  return { ...parameters, Filter: Filter.replaceAll(`${objectId} -eq`, "Guid -eq") };
}

function withObjectId(object: ExchangeObject): ExchangeObject {
  const isEmpty = objectId in object && (object[objectId] === "" || object[objectId] === null);
  return isEmpty && typeof object["Guid"] === "string" ? { ...object, [objectId]: object["Guid"] } : object;
}
