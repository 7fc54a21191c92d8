/** Runs a request: faults first, then its route; the server and the batches both come through here. */
import { setTimeout as sleep } from "node:timers/promises";
import { describeCall } from "./call.ts";
import type { Call } from "./call.ts";
import { answerInstead, refuseBrokenPage, truncatePage } from "./faults.ts";
import type { Fault, FaultPlan } from "./faults.ts";
import type { FindRoute } from "./router.ts";
import type { Simulator, SimulatorRequest, SimulatorResponse } from "./service.ts";

export interface Outcome {
  readonly call: Call;
  readonly response: SimulatorResponse;
  /** The client is to get no answer. */
  readonly destroyed: boolean;
}

export type Dispatch = (request: SimulatorRequest) => Promise<Outcome>;

export function makeDispatcher(findRoute: FindRoute, faults: FaultPlan, simulator: Simulator): Dispatch {
  return async (request) => {
    const match = findRoute(request.method, request.url.pathname);
    const call = describeCall(request, match?.route);
    const fault = faults.meet(call);
    if (fault?.effect === "slow") await pause(fault);
    if (fault?.effect === "dropped") return { call, response: noAnswer(), destroyed: true };
    const instead = fault === undefined ? undefined : answerInstead(fault, call);
    const early = instead ?? refuseBrokenPage(request, call);
    if (early !== undefined) return { call, response: early, destroyed: false };
    if (match === undefined) return { call, response: notModelled(call), destroyed: false };
    const response = await match.route.handler({ ...request, params: match.params }, simulator);
    if (fault?.effect === "slowAnswer") await pause(fault);
    if (fault?.effect === "lostAnswer") return { call, response: noAnswer(), destroyed: true };
    const whole = fault?.effect !== "truncatedPage";
    return { call, response: whole ? response : truncatePage(request, response), destroyed: false };
  };
}

/** A pause keeps no process alive: a call that was to come late does not come where the tenant has ended. */
async function pause({ ms = 0 }: Fault): Promise<void> {
  await sleep(ms, undefined, { ref: false });
}

/** What an item of a batch gets where a request of its own would get no answer. */
function noAnswer(): SimulatorResponse {
  return { status: 504, body: { error: { code: "GatewayTimeout", message: "The operation timed out." } } };
}

function notModelled(call: Call): SimulatorResponse {
  const name = call.operations[0] ?? "";
  return {
    status: 501,
    body: { error: { code: "NotModelled", message: `${name} is not modelled by the embedded tenant.` } },
  };
}
