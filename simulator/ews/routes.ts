/**
 * `POST /EWS/Exchange.asmx`: Exchange Web Services, as far as a calendar client goes (facts/calendar-access.md §1-2).
 */
import type { Route, Simulator, SimulatorRequest, SimulatorResponse } from "../server/service.ts";
import { enforceMailboxPolicy, requireEwsCaller } from "./authentication.ts";
import { answerEnvelope, readEnvelope } from "./envelope.ts";
import { answerFault, EwsFault, FrontEndRefusal, NotModelled } from "./fault.ts";
import { openMailbox } from "./impersonation.ts";
import { runOperation } from "./operations.ts";

export const ewsRoutes: Route[] = [{ method: "POST", path: "/EWS/Exchange.asmx", handler: answerEws }];

function answerEws(request: SimulatorRequest, simulator: Simulator): SimulatorResponse {
  try {
    const caller = requireEwsCaller(request, simulator);
    const { impersonated, timeZone, operation } = readEnvelope(request.body);
    const mailbox = openMailbox(simulator, caller, impersonated);
    enforceMailboxPolicy(mailbox);
    return answerEnvelope(runOperation({ simulator, caller, mailbox, timeZone, operation }));
  } catch (error) {
    if (error instanceof FrontEndRefusal) return error.response;
    if (error instanceof EwsFault) return answerFault(error);
    if (!(error instanceof NotModelled)) throw error;
    const message = `${error.message} is not modelled by the embedded tenant.`;
    return { status: 501, body: { error: { code: "NotModelled", message } } };
  }
}
