/**
 * How requests for a token are repeated: as all others are, visibly, within one budget, and until the operator ends the
 * run. Microsoft's own policy would sleep unseen for as long as a Retry-After says.
 */
import type { TokenCredentialOptions } from "@azure/identity";
import { InterruptedError } from "../network/interruption.ts";
import { askedPause, readRetryAfter, repeat } from "../network/retry.ts";
import type { Judgement, RetryPolicy } from "../network/retry.ts";
import type { Waits } from "../network/waits.ts";

type AddedPolicy = NonNullable<TokenCredentialOptions["additionalPolicies"]>[number];
type SendRequest = AddedPolicy["policy"]["sendRequest"];
type Answer = Awaited<ReturnType<SendRequest>>;

/** Options for a credential, and what they noted. */
export interface PatientSignIn {
  readonly options: Pick<TokenCredentialOptions, "additionalPolicies" | "retryOptions">;
  /** What the library's own error will not say: that the run was ended, or that the service asked for a pause. */
  readonly note: { interruption: InterruptedError | undefined; askedPause: string };
}

/** As often as Microsoft's own policy repeats, and as quickly: most failures here are those of a network. */
const signInRetryPolicy: RetryPolicy = { attempts: 4, firstPause: 1_000, longestPause: 60_000, budget: 600_000 };

/** No answer within so many ms is none: a login takes a second. */
const timeLimit = 60_000;

/** Failures of a connection that may be over at the next attempt. */
const passingCodes = /^(ETIMEDOUT|ESOCKETTIMEDOUT|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN)$/;

/** An answer that asks for another attempt. */
class PassingAnswer extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`the login service answered with status ${answer.status}`);
    this.answer = answer;
  }
}

/** Makes a credential's requests patient; each credential has its own. */
export function patientSignIn(waits: Waits, retry: RetryPolicy = signInRetryPolicy): PatientSignIn {
  const note: PatientSignIn["note"] = { interruption: undefined, askedPause: "" };
  const judge = (failure: unknown): Judgement => {
    if (failure instanceof PassingAnswer) {
      const { status, headers } = failure.answer;
      const retryAfter = readRetryAfter(headers.get("retry-after"), waits.now());
      note.askedPause = askedPause(retryAfter);
      const reason = status === 429 ? "the login service is throttling" : failure.message;
      return { again: true, retryAfter, reason };
    }
    const { code, message } = failure as { code?: unknown; message?: unknown };
    return { again: typeof code === "string" && passingCodes.test(code), reason: String(message) };
  };
  const sendRequest: SendRequest = async (request, next) => {
    request.timeout = timeLimit;
    const attempt = async (): Promise<Answer> => {
      const answer = await next(request);
      if (isPassing(answer.status)) throw new PassingAnswer(answer);
      note.askedPause = "";
      return answer;
    };
    try {
      return await repeat("sign-in", attempt, judge, waits, retry);
    } catch (failure) {
      // What the service said is told by the library, which reads its answer.
      if (failure instanceof PassingAnswer) return failure.answer;
      if (failure instanceof InterruptedError) note.interruption = failure;
      throw failure;
    }
  };
  const policy = { name: "patientSignIn", sendRequest };
  return { note, options: { retryOptions: { maxRetries: 0 }, additionalPolicies: [{ policy, position: "perCall" }] } };
}

/** Answers that Microsoft's own policy would have repeated. */
function isPassing(status: number): boolean {
  return status === 429 || status === 408 || (status >= 500 && status !== 501 && status !== 505);
}
