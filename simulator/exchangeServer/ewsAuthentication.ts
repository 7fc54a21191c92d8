/**
 * Sign-in at EWS on Exchange Server: Windows authentication (NTLM, which belongs to the connection), and Basic where it is
 * switched on (facts/powershell.md §3).
 */
import { FrontEndRefusal } from "../ews/fault.ts";
import type { Caller, Simulator, SimulatorRequest } from "../server/service.ts";
import type { DirectoryUser } from "../tenant/directoryModel.ts";
import { callerFor, findAccount, readCredentials, signIn } from "./authentication.ts";
import { isAnswered, makeChallenge, readAnswer, typeOfMessage } from "./ntlm.ts";
import { serverOf } from "./serverOf.ts";
import { isShutOut } from "./webServices.ts";

/** What a connection has come to: a challenge that waits for its answer, or an account. */
interface Handshake {
  readonly challenge?: Buffer;
  readonly accountId?: string;
}

const handshakes = new WeakMap<object, Handshake>();

/** The caller of an EWS request; throws a {@link FrontEndRefusal} with the next step of the handshake, or for good. */
export function requireWindowsCaller(request: SimulatorRequest, simulator: Simulator): Caller {
  const authorization = request.headers["authorization"] ?? "";
  const account = /^Basic /i.test(authorization)
    ? signInByBasic(authorization, simulator)
    : signInByNtlm(request, authorization, simulator);
  if (account?.accountEnabled !== true || isShutOut(simulator.tenant, account.id)) throw unauthorized(simulator);
  return callerFor(account, simulator);
}

function signInByBasic(authorization: string, simulator: Simulator): DirectoryUser | undefined {
  const credentials = simulator.switches.ewsBasic === true ? readCredentials(authorization, "Basic") : undefined;
  return credentials && signIn(simulator, ...credentials);
}

function signInByNtlm(
  { connection }: SimulatorRequest,
  authorization: string,
  simulator: Simulator,
): DirectoryUser | undefined {
  if (connection === undefined) return undefined;
  const handshake = handshakes.get(connection);
  const { tenant } = simulator;
  if (authorization === "") return tenant.users.find(({ id }) => id === handshake?.accountId);
  const message = Buffer.from(/^(?:NTLM|Negotiate)\s+(\S+)$/i.exec(authorization)?.[1] ?? "", "base64");
  handshakes.delete(connection);
  const type = typeOfMessage(message);
  if (type === 1) {
    const { message: reply, challenge } = makeChallenge(serverOf(tenant));
    handshakes.set(connection, { challenge });
    throw new FrontEndRefusal(401, { "www-authenticate": `NTLM ${reply.toString("base64")}` });
  }
  const answer = type === 3 ? readAnswer(message) : undefined;
  if (answer === undefined || handshake?.challenge === undefined) return undefined;
  const name = answer.domain === "" || answer.user.includes("@") ? answer.user : `${answer.domain}\\${answer.user}`;
  const account = findAccount(tenant, name);
  if (account === undefined || !isAnswered(handshake.challenge, answer, account.password)) return undefined;
  handshakes.set(connection, { accountId: account.id });
  return account;
}

function unauthorized({ switches }: Simulator): FrontEndRefusal {
  const schemes = ["NTLM", ...(switches.ewsBasic === true ? ['Basic realm="EmbeddedExchangeServer"'] : [])];
  return new FrontEndRefusal(401, { "www-authenticate": schemes.join(", ") });
}
