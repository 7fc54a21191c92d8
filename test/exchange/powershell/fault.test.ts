import { describe, expect, test } from "@jest/globals";
import { classifyFaults, endsConnection } from "../../../exchange/powershell/fault.ts";
import type { ShellFault } from "../../../exchange/powershell/message.ts";

const ids = "[Server=AM0PR05MB1234,RequestId=5bd1…,TimeStamp=Wed, 25 Nov 2026 10:00:00 GMT]";

function fault(parts: Partial<ShellFault>): ShellFault {
  return { type: "System.Exception", reason: "Exception", id: `${ids},Write-ErrorMessage`, message: "?", ...parts };
}

function judge(parts: Partial<ShellFault>): object {
  const { error, repeatable, outcomeUnknown } = classifyFaults("Set-RoleGroup", [fault(parts)]);
  return { kind: error.kind, repeatable, outcomeUnknown };
}

const final = (kind: string): object => ({ kind, repeatable: "never", outcomeUnknown: false });
const lost = { kind: "transient", repeatable: "reads", outcomeUnknown: true };

describe("an error of the module", () => {
  test("is what its three parts say", () => {
    const message =
      "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be " +
      "performed because object 'a|b' couldn't be found on 'AM4PR05A001DC001'.";
    expect(judge({ message, reason: "ManagementObjectNotFoundException" })).toEqual(final("notFound"));
    const { error } = classifyFaults("Get-RoleGroup", [fault({ message })]);
    expect(error.exceptionType).toBe("Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException");
    expect(error.message).toMatch(/^Get-RoleGroup: The operation couldn't .* object 'a\|b' couldn't be found/);
  });

  test("that Exchange types and this project does not know has done nothing", () => {
    expect(judge({ message: "Ex123456|Microsoft.Exchange.SomethingException|No." })).toEqual(final("other"));
  });

  test("that nobody types may have done anything", () => {
    expect(judge({})).toEqual({ ...final("other"), outcomeUnknown: true });
    expect(classifyFaults("Set-RoleGroup", []).outcomeUnknown).toBe(true);
  });
});

describe("an error of Exchange Server", () => {
  const remote = { type: "System.Management.Automation.RemoteException", message: "Der Vorgang ist fehlgeschlagen." };

  test("is what its category or its id says, in whatever language its text is", () => {
    const id = `${ids} [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 8288830C,Get-RoleGroup`;
    expect(judge({ ...remote, id, reason: "RemoteException" })).toEqual(final("notFound"));
    expect(judge({ ...remote, reason: "MemberAlreadyExistsException" })).toEqual(final("alreadyMember"));
    expect(judge({ ...remote, reason: "ADObjectAlreadyExistsException" })).toEqual(final("alreadyExists"));
    expect(judge({ ...remote, reason: "OverBudgetException" })).toEqual({
      ...final("throttled"),
      repeatable: "always",
    });
  });

  test("of the cmdlet itself has done nothing, in a language that nobody knows, and of a type that nobody knows", () => {
    const id = `${ids} [FailureCategory=Cmdlet-InvalidOperationException] A1B2C3D4,New-ManagementRoleAssignment`;
    expect(judge({ ...remote, id, reason: "InvalidOperationException" })).toEqual(final("other"));
  });

  test("of the directory may have left something, but for a refusal, which the directory itself names", () => {
    const id = `${ids} [FailureCategory=Cmdlet-ADOperationException] A1B2C3D4,New-DistributionGroup`;
    expect(judge({ ...remote, id })).toEqual({ ...final("other"), outcomeUnknown: true });
    const message = "Active Directory-Antwort: 00002098: SecErr: DSID-03150F94, problem 4003 (…), data 0";
    expect(judge({ ...remote, id, message })).toEqual(final("forbidden"));
  });

  test("leaves a write's outcome unknown where the session broke, and the session is given up", () => {
    const shell = fault({
      ...remote,
      id: `${ids} [FailureCategory=WSMan-InvalidShellID] A1B2C3D4,PSSessionStateBroken`,
    });
    const pipe = fault({ type: "System.IO.IOException", message: "Broken pipe" });
    const transport = fault({ type: "System.Management.Automation.Remoting.PSRemotingTransportException" });
    for (const broken of [shell, pipe, transport]) {
      expect(judge(broken)).toEqual(lost);
      expect(endsConnection([broken])).toBe(true);
    }
    const slow = fault({ type: "System.TimeoutException" });
    expect(judge(slow)).toEqual(lost);
    expect(endsConnection([slow])).toBe(false);
  });
});

describe("an error of PowerShell itself", () => {
  const binding = "System.Management.Automation.ParameterBindingException";

  test("is a right that the caller lacks where the cmdlet is not there", () => {
    const type = "System.Management.Automation.CommandNotFoundException";
    const missing = fault({ type, id: "CommandNotFoundException", message: "The term … is not recognized" });
    expect(judge(missing)).toEqual(final("forbidden"));
    const { error } = classifyFaults("New-RoleGroup", [missing]);
    expect(error.message).toBe("New-RoleGroup: the roles of the identity do not hold this cmdlet");
  });

  test("is a wrong request where a parameter is not there or does not take its value", () => {
    expect(judge({ type: binding, id: "NamedParameterNotFound,Set-RoleGroup" })).toEqual(final("unknownParameter"));
    expect(judge({ type: binding, id: "AmbiguousParameterSet,Set-RoleGroup" })).toEqual(final("unknownParameter"));
    expect(judge({ type: binding, id: "MissingMandatoryParameter,Set-RoleGroup" })).toEqual(final("invalid"));
    const transformation = "System.Management.Automation.ParameterBindingArgumentTransformationException";
    expect(judge({ type: transformation, id: "ParameterArgumentTransformationError,x" })).toEqual(final("invalid"));
  });
});

test("an object that is not there is not the whole answer where something else went wrong, too", () => {
  const notFound = fault({ reason: "ManagementObjectNotFoundException" });
  expect(classifyFaults("Get-RoleGroup", [notFound]).error.kind).toBe("notFound");
  const { error } = classifyFaults("Get-RoleGroup", [
    notFound,
    fault({ type: "System.Net.Http.HttpRequestException" }),
  ]);
  expect(error.kind).toBe("transient");
});
