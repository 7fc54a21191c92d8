/** A tenant that was set up by hand, after the document: what the portal and PowerShell leave behind. */
import type { TestTenant } from "./tenant.ts";
import { ad, eva, bea, serviceUser } from "./people.ts";

/** Names as the document gives them; what the portal makes of the role group's has an ending. */
export const documentNames = {
  roleGroup: "CallPro Calendar Access_7f3a91",
  group: "SecurityGroup-CallPro Calendar Access",
  scope: "Scope-CallPro Calendar Access",
  assignment: "ApplicationImpersonation-CallPro Calendar Access_7f3a91",
};
const { roleGroup, group, scope, assignment } = documentNames;
const bypass = { BypassSecurityGroupManagerCheck: true };

/** The document's steps, as an administrator follows them in the portal and in PowerShell. */
export async function followDocument(tenant: TestTenant): Promise<void> {
  await tenant.makeUser(serviceUser);
  await tenant.byHand("New-RoleGroup", {
    Name: roleGroup,
    DisplayName: "CallPro Calendar Access",
    Roles: ["ApplicationImpersonation"],
    Members: [serviceUser],
  });
  await tenant.byHand("New-DistributionGroup", {
    Name: group,
    Type: "Security",
    ManagedBy: [bea],
    Members: [ad, eva],
  });
  await tenant.byHand("Set-DistributionGroup", { Identity: group, HiddenFromAddressListsEnabled: true, ...bypass });
  const { exchange } = await tenant.open("administrator");
  const [made] = await exchange.read("Get-Group", { Identity: group });
  await tenant.byHand("New-ManagementScope", {
    Name: scope,
    RecipientRestrictionFilter: `MemberOfGroup -eq '${String(made?.["DistinguishedName"])}'`,
  });
  await tenant.byHand("Set-ManagementRoleAssignment", { Identity: assignment, CustomRecipientWriteScope: scope });
}
