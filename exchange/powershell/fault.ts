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
  const judged = faults.map((fault) => judge(fault));
  // An object that is not there is the whole answer only where nothing else went wrong.
  const { verdict, type, text } = judged.find((each) => each.verdict.kind !== "notFound") ?? judged[0] ?? undescribed;
  const error = new ExchangeError(verdict.kind, cmdlet, text, { exceptionType: type });
  return new FailedAttempt(error, verdict.repeatable, verdict.outcomeUnknown);
}

/** Nothing is known of it, so neither is what it left behind. */
const unheardOf: Verdict = { ...final("other"), outcomeUnknown: true };
const undescribed = { verdict: unheardOf, type: "", text: "an error without a description" };

function judge(fault: ShellFault): typeof undescribed {
  const { type, id, message } = fault;
  const said = readParts(message);
  const text = said?.text ?? type;
  const refusal = refusals.find(([rule]) => rule.test(id.split(",", 1)[0] ?? ""))?.[1];
  if (refusal !== undefined) {
    const isMissing = refusal.kind === "forbidden";
    return { verdict: refusal, type, text: isMissing ? "the roles of the identity do not hold this cmdlet" : text };
  }
  const types = typesOf(fault);
  const verdict = verdictOn(types, said?.text) ?? (types.some((each) => brokenOff.test(each)) ? lost : undefined);
  return {
    verdict: verdict ?? (isRefusal(fault, types) ? final("other") : unheardOf),
    type: said?.type ?? type,
    text,
  };
}

/**
 * Whether the cmdlet itself ended with it: Exchange Online then says its type, Exchange Server its category, in whatever
 * language the text is. What a directory says of a write that it was asked for may have left something.
 */
function isRefusal({ id, message }: ShellFault, types: readonly string[]): boolean {
  if (readParts(message)?.type !== undefined) return true;
  return categoryIn(id)?.startsWith("Cmdlet-") === true && !types.some((each) => /\bAD\w*Exception$/.test(each));
}

/** Exchange Server names it in the id: `[FailureCategory=Cmdlet-ManagementObjectNotFoundException] …`. */
function categoryIn(id: string): string | undefined {
  return /\[FailureCategory=([\w-]+)\]/.exec(id)?.[1];
}

/** All names of its type, full and short. */
function typesOf({ type, reason, id, message }: ShellFault): readonly string[] {
  const category = categoryIn(id);
  return [readParts(message)?.type, type, category, reason].filter((each) => each !== undefined);
}
