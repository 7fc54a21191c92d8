/** How a cmdlet's failure looks in Exchange Server's remote PowerShell (facts/powershell.md §3). */
import { createHash, randomUUID } from "node:crypto";
import type { CmdletFailure } from "../exchange/failure.ts";
import type { ServerOrganization } from "../tenant/model.ts";

/** What the endpoint makes an ErrorRecord of. */
export interface Failure {
  /** Full .NET type. */
  readonly type: string;
  /** FullyQualifiedErrorId, without the cmdlet that PowerShell adds. */
  readonly id: string;
  readonly category: "NotSpecified" | "InvalidArgument" | "ObjectNotFound";
  readonly message: string;
}

/** PowerShell's own names of what binding refuses. */
const bindingIds: Readonly<Record<string, string>> = {
  AmbiguousParameterSetException: "AmbiguousParameterSet",
  ParameterTransformationException: "ParameterArgumentTransformationError",
  ParameterBindingException: "MissingMandatoryParameter",
};

/** The error of a cmdlet that ran, or of parameters that could not be bound. */
export function describeFailure(failure: CmdletFailure, { exchangeServer }: ServerOrganization, now: number): Failure {
  const { exceptionType, layer, message } = failure;
  const short = exceptionType.split(".").at(-1) ?? exceptionType;
  if (layer === "binding") {
    const type =
      short === "ParameterTransformationException"
        ? "System.Management.Automation.ParameterBindingArgumentTransformationException"
        : "System.Management.Automation.ParameterBindingException";
    return { type, id: bindingIds[short] ?? "ParameterBindingFailed", category: "InvalidArgument", message };
  }
  const place = [
    `Server=${exchangeServer.split(".")[0]?.toUpperCase() ?? exchangeServer}`,
    `RequestId=${randomUUID()}`,
    `TimeStamp=${new Date(now).toUTCString()}`,
  ].join(",");
  return {
    type: exceptionType,
    id: `[${place}] [FailureCategory=Cmdlet-${short}] ${errorCode(exceptionType)}`,
    category: "NotSpecified",
    message,
  };
}

/** Eight hexadecimal digits; that of an object that is not there was seen, the others are made up, but stable. */
function errorCode(type: string): string {
  if (type.endsWith(".ManagementObjectNotFoundException")) return "8288830C";
  return createHash("sha256").update(type).digest("hex").slice(0, 8).toUpperCase();
}
