// The authorisation cache: rights come late and go late, on the virtual clock.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { cachedReachOf, mayReachMailbox } from "../../../simulator/access/authorization.ts";
import type { Caller } from "../../../simulator/server/service.ts";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import {
  addServiceUser,
  assignRole,
  basic,
  callEws,
  findRecipient,
  getFolder,
  pointTo,
  smtp,
  startTenant,
  type ServiceUser,
} from "../ews/client.ts";
import { ad, carla } from "../../support/people.ts";

const halfAnHour = 30 * 60 * 1000;

let running: RunningSimulator;
let service: ServiceUser;

beforeAll(async () => {
  running = await startTenant({ authorizationCache: halfAnHour });
});
afterAll(() => running.close());
beforeEach(() => {
  running.reset();
  service = addServiceUser(running);
});

const tryMailbox = async (address: string): Promise<string | undefined> =>
  (await callEws(running, basic(service), smtp(address), getFolder())).code;
const grant = (mailboxes: readonly string[]) =>
  assignRole(running, "ApplicationImpersonation", { guid: service.guid, type: "User" }, mailboxes);

describe("the authorisation cache", () => {
  test("keeps a refusal until its time is over", async () => {
    expect(await tryMailbox(ad)).toBe("ErrorImpersonateUserDenied");
    grant([ad]);
    expect(await tryMailbox(ad)).toBe("ErrorImpersonateUserDenied");
    running.clock.advance(halfAnHour);
    expect(await tryMailbox(ad)).toBe("NoError");
  });

  test("keeps a permission that was taken away, and says so", async () => {
    const assignment = grant([ad]);
    expect(await tryMailbox(ad)).toBe("NoError");
    assignment.enabled = false;
    expect(await tryMailbox(ad)).toBe("NoError");
    expect([...cachedReachOf(running.simulator)]).toEqual([[service.upn, [ad]]]);
    running.clock.advance(halfAnHour);
    expect([...cachedReachOf(running.simulator)]).toEqual([]);
    expect(await tryMailbox(ad)).toBe("ErrorImpersonateUserDenied");
  });

  test("holds all that a principal could reach, also what nobody asked for yet", async () => {
    const assignment = grant([ad, carla]);
    expect(await tryMailbox(ad)).toBe("NoError");
    assignment.enabled = false;
    expect(await tryMailbox(carla)).toBe("NoError");
  });

  test("is per principal", async () => {
    expect(await tryMailbox(ad)).toBe("ErrorImpersonateUserDenied");
    const other = addServiceUser(running, "other");
    assignRole(running, "ApplicationImpersonation", { guid: other.guid, type: "User" }, [ad]);
    const answer = await callEws(running, basic(other), smtp(ad), getFolder());
    expect(answer.code).toBe("NoError");
  });

  test("is emptied by a reset", async () => {
    grant([ad]);
    expect(await tryMailbox(ad)).toBe("NoError");
    running.reset();
    expect([...cachedReachOf(running.simulator)]).toEqual([]);
  });

  test("takes a consent from the token, not from the directory", () => {
    const { servicePrincipal } = pointTo(running, running.credentials.clientId);
    const { guid } = findRecipient(running, carla);
    const caller = (roles: string[]): Caller => ({
      objectId: servicePrincipal.id,
      name: servicePrincipal.displayName,
      kind: "application",
      appId: servicePrincipal.appId,
      roles,
      directoryRoles: [],
      audience: running.origin,
    });
    expect(mayReachMailbox(running.simulator, caller([]), guid, "Calendars.Read")).toBe(false);
    expect(mayReachMailbox(running.simulator, caller(["Calendars.ReadWrite"]), guid, "Calendars.Read")).toBe(true);
    expect(mayReachMailbox(running.simulator, caller(["Calendars.Read"]), guid, "Calendars.ReadWrite")).toBe(false);
    expect(mayReachMailbox(running.simulator, caller(["Calendars.ReadWrite"]), guid, "Mail.Read")).toBe(false);
  });

  test("of nothing (delay 0) decides anew each time", async () => {
    running.reset({ settings: { authorizationCache: 0 } });
    service = addServiceUser(running);
    const assignment = grant([ad]);
    expect(await tryMailbox(ad)).toBe("NoError");
    assignment.enabled = false;
    expect(await tryMailbox(ad)).toBe("ErrorImpersonateUserDenied");
  });
});
