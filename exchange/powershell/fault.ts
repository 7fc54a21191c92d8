/** What an error that PowerShell tells of means: by its types and ids, and what Exchange itself said. */
import { ExchangeError } from "../errors.ts";
import { FailedAttempt } from "../failedAttempt.ts";
import { final, lost, readParts, verdictOn } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";
import type { ShellFault } from "./message.ts";

/** PowerShell's own refusals, before a cmdlet ran, by the first part of their id. */
const refusals: readonly (readonly [RegExp, Verdict])[] = [
  // The caller's roles hold only the cmdlets and the parameters that he may use: the others are not there for him.
  [/^CommandNotFoundException$/, final("forbidden")],
  [
    /^(NamedParameterNotFound|PositionalParameterNotFound|Ambiguous(Parameter|ParameterSet))$/,
    final("unknownParameter"),
  ],
  [
    /^(ParameterArgument(Transformation|Validation)Error\w*|CannotConvertArgument\w*|MissingMandatoryParameter|MissingArgument|ParameterAlreadyBound)$/,
    final("invalid"),
  ],
];

/** Something between here and Exchange broke, or took too long. */
const brokenOff =
  /\b(PSRemoting(Transport|DataStructure)|Invalid(Runspace|RunspacePool|PowerShell)State|PipelineStopped|PipelineClosed|IO|EndOfStream|Socket|HttpRequest|Web|TaskCanceled|OperationCanceled|Timeout|ObjectDisposed)Exception$|^WSMan-/;

/** The session itself broke: it may still say that it is open. */
const sessionBroken = /\b(PSRemoting\w*|Invalid(Runspace|RunspacePool)State|IO|EndOfStream)Exception$|^WSMan-/;

/** Whether what was connected is to be given up. */
export function endsConnection(faults: readonly ShellFault[]): boolean {
  return faults.some((fault) => typesOf(fault).some((type) => sessionBroken.test(type)));
}

/**
 * Describes what a cmdlet failed with.
 * @param faults one or more
 */
export function classifyFaults(cmdlet: string, faults: readonly ShellFault[]): FailedAttempt {
  const judged = faults.map((fault) => judge(cmdlet, fault));
  // An object that is not there is the whole answer only where nothing else went wrong.
  const { verdict, type, text } = judged.find((each) => each.verdict.kind !== "notFound") ?? judged[0] ?? undescribed;
  const error = new ExchangeError(verdict.kind, cmdlet, text, { exceptionType: type });
  return new FailedAttempt(error, verdict.repeatable, verdict.outcomeUnknown);
}

/** Nothing is known of it, so neither is what it left behind. */
const unheardOf: Verdict = { ...final("other"), outcomeUnknown: true };
const undescribed = { verdict: unheardOf, type: "", text: "an error without a description" };

function judge(cmdlet: string, fault: ShellFault): typeof undescribed {
  const { type, id, message } = fault;
  const said = readParts(message);
  const text = said?.text ?? type;
  const refusal = refusals.find(([rule]) => rule.test(id.split(",", 1)[0] ?? ""))?.[1];
  if (refusal !== undefined) {
    const isMissing = refusal.kind === "forbidden";
    return { verdict: refusal, type, text: isMissing ? "the roles of the identity do not hold this cmdlet" : text };
  }
  const types = typesOf(fault);
  const verdict =
    verdictOn(cmdlet, types, said?.text) ?? (types.some((each) => brokenOff.test(each)) ? lost : undefined);
  // What Exchange itself says of its type comes from the cmdlet, which has ended.
  return {
    verdict: verdict ?? (said?.type === undefined ? unheardOf : final("other")),
    type: said?.type ?? type,
    text,
  };
}

/** All names of its type, full and short. */
function typesOf({ type, reason, id, message }: ShellFault): readonly string[] {
  // Exchange Server names the category in the id: `[FailureCategory=Cmdlet-ManagementObjectNotFoundException] …`.
  const category = /\[FailureCategory=([\w-]+)\]/.exec(id)?.[1];
  return [readParts(message)?.type, type, category, reason].filter((each) => each !== undefined);
}
