/** Calls that must never be sent: Exchange would answer with, or change, everything. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readCall, writeCall } from "../../exchange/cmdlets.ts";
import type { Parameters } from "../../exchange/session.ts";

const invalid = expect.objectContaining({ name: "ExchangeError", kind: "invalid" });
const refusal = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
};
const unsafe = (parameters: Record<string, unknown>) => parameters as Parameters;

describe("a read", () => {
  test.each([
    ["Get-ManagementScope", {}],
    ["Get-RoleGroup", {}],
    ["Get-Recipient", { IncludeSoftDeletedRecipients: true }],
    ["Get-ManagementRoleAssignment", { Delegating: false }],
    ["Get-DistributionGroupMember", {}],
    ["Get-DistributionGroupMember", { ResultSize: "Unlimited" }],
    ["Test-ServicePrincipalAuthorization", { Resource: "a@b.nl" }],
    ["Get-RoleGroup", { Identity: "" }],
    ["Get-RoleGroup", { Identity: "  " }],
    ["Get-RoleGroup", { Identity: "*" }],
    ["Get-RoleGroup", { Identity: "CallPro*" }],
    ["Get-RoleGroup", { Identity: undefined }],
    ["Get-RoleGroup", { Identity: null }],
    ["Get-RoleGroup", { Identity: ["a", "b"] }],
    ["Get-ManagementRoleAssignment", { RoleAssignee: "" }],
    ["Get-ManagementRoleAssignment", { RoleAssignee: "*" }],
    ["Get-ManagementRoleAssignment", { Role: "ApplicationImpersonation", RoleAssignee: undefined }],
    ["Get-Recipient", { Filter: "" }],
    ["Get-Recipient", { RecipientPreviewFilter: " " }],
    ["Remove-RoleGroup", { Identity: "x" }],
    ["get-rolegroup", { Identity: "x" }],
  ])("%s with %j is refused", (cmdlet, parameters) => {
    expect(refusal(() => readCall(cmdlet, unsafe(parameters), {}))).toEqual(invalid);
  });

  test("of all objects has to be asked for", () => {
    expect(readCall("Get-ManagementScope", undefined, {}).parameters).toEqual({});
    expect(readCall("Get-ManagementScope", {}, { all: true }).parameters).toEqual({});
    expect(readCall("Get-OrganizationConfig", {}, {}).parameters).toEqual({});
  });

  test("of members always needs its group", () => {
    expect(refusal(() => readCall("Get-RoleGroupMember", undefined, { all: true }))).toEqual(invalid);
  });

  test.each([
    ["Get-DistributionGroupMember", { Identity: "g" }, "Unlimited"],
    ["Get-Recipient", { Filter: "x -eq 'y'" }, "Unlimited"],
    ["Get-Recipient", { Filter: "x -eq 'y'", ResultSize: 5 }, 5],
    ["Get-Recipient", { Identity: "x" }, undefined],
    ["Get-ManagementScope", { Orphan: true }, undefined],
    ["Get-ManagementRoleAssignment", { RoleAssignee: "x" }, undefined],
  ])("%s with %j asks for the whole list where the cmdlet has a limit", (cmdlet, parameters, size) => {
    expect(readCall(cmdlet, parameters, {}).parameters["ResultSize"]).toBe(size);
  });
});

describe("a write", () => {
  test.each([
    ["Remove-RoleGroup", {}],
    ["Set-ManagementScope", { Name: "x" }],
    ["Enable-Mailbox", {}],
    ["Add-RoleGroupMember", { Identity: "g" }],
    ["Remove-DistributionGroupMember", { Identity: "g", Member: "*" }],
    ["Remove-DistributionGroupMember", { Identity: "g", Member: "" }],
    ["New-ManagementRoleAssignment", { Role: "r", SecurityGroup: "g", CustomRecipientWriteScope: "" }],
    ["New-ManagementRoleAssignment", { Role: "r", SecurityGroup: "g", CustomRecipientWriteScope: null }],
    ["Set-ManagementRoleAssignment", { Identity: "a", CustomRecipientWriteScope: undefined }],
    ["Set-ManagementRoleAssignment", { Identity: "a", RecipientRelativeWriteScope: "" }],
    ["New-ManagementScope", { Name: "s", RecipientRestrictionFilter: "" }],
    ["New-DistributionGroup", { Name: "g", Members: [] }],
    ["New-DistributionGroup", { Name: "g", Members: ["a", null] }],
    ["New-DistributionGroup", { Name: "g", Members: ["a", ""] }],
    ["New-DistributionGroup", { Name: "g", Notes: { nested: true } }],
    ["Get-RoleGroup", { Identity: "g" }],
  ])("%s with %j is refused", (cmdlet, parameters) => {
    expect(refusal(() => writeCall(cmdlet, unsafe(parameters)))).toEqual(invalid);
  });

  test.each([
    ["Remove-RoleGroup", { Identity: "g" }, true],
    ["Set-ManagementScope", { Identity: "s", Name: "x" }, true],
    ["Set-ManagementRoleAssignment", { Identity: "a", Enabled: false }, true],
    ["Update-DistributionGroupMember", { Identity: "g", Members: ["a"] }, true],
    ["Remove-DistributionGroupMember", { Identity: "g", Member: "a" }, true],
    ["New-RoleGroup", { Name: "g" }, false],
    ["Add-RoleGroupMember", { Identity: "g", Member: "a" }, false],
    ["Set-DistributionGroup", { Identity: "g", Notes: "" }, false],
    ["Enable-OrganizationCustomization", {}, false],
  ])("%s with %j is confirmed beforehand: %j", (cmdlet, parameters, confirmed) => {
    const sent = writeCall(cmdlet, parameters).parameters;
    expect(sent).toEqual(confirmed ? { ...parameters, Confirm: false } : parameters);
  });

  test("about an object is refused for every Identity that could stand for several, or for none", () => {
    const patterns = fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}*${after}`);
    const blanks = fc.stringMatching(/^\s*$/);
    const others = fc.constantFrom(undefined, null, 1, true, Number.NaN, {}, [], ["x"]);
    fc.assert(
      fc.property(fc.oneof(patterns, blanks, others), (Identity) => {
        expect(refusal(() => writeCall("Remove-ManagementScope", unsafe({ Identity })))).toEqual(invalid);
      }),
    );
  });
});
