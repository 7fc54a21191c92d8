/** The admin API's answers on the wire: objects, empty answers and errors (facts/exchange.md §1.2, §1.3). */
import { createHash } from "node:crypto";
import type { SimulatorResponse } from "../server/service.ts";
import type { CmdletFailure } from "./failure.ts";

/** What a cmdlet returned, encoded. */
export function objectsAnswer(
  origin: string,
  tenant: string,
  value: readonly Record<string, unknown>[],
  options: { warnings: readonly string[]; nextLink?: string | undefined },
): SimulatorResponse {
  return {
    status: 200,
    body: {
      "@odata.context": `${origin}/adminapi/beta/${tenant}/$metadata#Collection(Exchange.GenericHashTable)`,
      "adminapi.warnings@odata.type": "#Collection(String)",
      "@adminapi.warnings": options.warnings,
      ...(options.nextLink === undefined ? {} : { "@odata.nextLink": options.nextLink }),
      value,
    },
  };
}

const codes: Readonly<Record<number, string>> = { 400: "BadRequest", 404: "NotFound", 500: "InternalServerError" };
const notFoundType = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException";
const directInvoke = "Microsoft.Exchange.AdminApi.CommandInvocation.DirectInvokeCmdletExecutionException";
const stacktrace = "   at Microsoft.Exchange.AdminApi.CommandInvocation.CommandInvocation.InvokeCommand(...)";

/** `Ex` and six hexadecimal digits. Only the not-found's is known; the others are made up, but stable. */
function exceptionCode(type: string): string {
  if (type === notFoundType) return "Ex6F9304";
  return `Ex${createHash("sha256").update(type).digest("hex").slice(0, 6).toUpperCase()}`;
}

/**
 * An error in one of the two shapes: a cmdlet that ran and failed tells its text only in `details`; a request that
 * could not be bound tells it in `internalexception` as well, and its detail has no code.
 */
export function failureAnswer(failure: CmdletFailure): SimulatorResponse {
  const ran = failure.layer === "cmdlet";
  const { exceptionType, message } = failure;
  const outer = ran ? "Error executing cmdlet" : "Invalid Operation";
  return {
    status: failure.status,
    headers: { "x-exceptiontype": exceptionType },
    body: {
      error: {
        code: codes[failure.status] ?? "BadRequest",
        message: outer,
        details: [
          {
            code: "Client",
            target: "",
            message: `${ran ? exceptionCode(exceptionType) : ""}|${exceptionType}|${message}`,
          },
        ],
        innererror: {
          message: outer,
          type: "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
          stacktrace,
          internalexception: {
            message: ran ? `Exception of type '${directInvoke}' was thrown.` : message,
            type: ran ? directInvoke : exceptionType,
            stacktrace,
          },
        },
        "adminapi.warnings@odata.type": "#Collection(String)",
        "@adminapi.warnings": [],
      },
    },
  };
}

/** A request that the REST layer itself refuses. */
export function refusal(status: number, code: string, message: string): SimulatorResponse {
  return { status, body: { error: { code, message } } };
}

/** No valid token, or one without any right on Exchange. */
export function unauthorized(): SimulatorResponse {
  const challenge = 'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", error="invalid_token"';
  return { status: 401, headers: { "www-authenticate": challenge }, body: "" };
}

/** Authenticated, but not allowed: thousands of NUL bytes, and the reason in a header. */
export function forbidden(reason: string): SimulatorResponse {
  return {
    status: 403,
    headers: {
      "content-type": "application/octet-stream",
      "x-ms-diagnostics": `2000010;reason="${reason}";error_category="insufficient_rights"`,
      "x-exceptiontype": "Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException",
    },
    body: Buffer.alloc(4096),
  };
}

/** Something that the embedded tenant does not have. */
export function notModelled(what: string): SimulatorResponse {
  return refusal(501, "NotModelled", `${what} is not modelled by the embedded tenant.`);
}
