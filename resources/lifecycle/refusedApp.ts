/** Which apps must never be an access: Microsoft's own, and the automation identity's (design.md §7.14). Pure. */
import { firstPartyName, isMicrosofts } from "../../directory/firstParty.ts";
import type { Caller } from "../../connection/session.ts";
import type { Problem } from "./contract.ts";

/** An app as far as it is refused or not. */
export interface AppIdentity {
  readonly appId: string;
  /** Of the enterprise app; empty where it is not known yet. */
  readonly objectId: string;
  readonly displayName: string;
  /** The tenant that owns the app; `undefined` where it is not known. */
  readonly owner: unknown;
}

const instead =
  "Write the client id of the vendor's app, or leave application.clientId out to have an own app made. Nothing was changed.";

/** Why an app may not be given an access; `undefined` where it may. Pure. */
export function refuseApp(app: AppIdentity, caller: Caller): Problem | undefined {
  const known = firstPartyName(app.appId);
  if (known !== undefined || isMicrosofts(app.owner)) {
    const name = app.displayName || known;
    return `application.clientId: ${app.appId} is "${name}", an app of Microsoft's own, which others depend on. ${instead}`;
  }
  const isCaller = app.appId === caller.appId || (app.objectId !== "" && app.objectId === caller.objectId);
  return isCaller
    ? `application.clientId: ${app.appId} is the automation identity itself, which may do far more than an access. ${instead}`
    : undefined;
}
