# The reverse: removes what the script made, known by its mark, and nothing else. It can be run again.

$apps = @(Get-All "/applications?`$filter=$(Get-Equal 'displayName' $name)&`$select=id,appId,displayName,notes" | Where-Object { $_.notes -eq $mark })
$sps = @(foreach ($app in $apps) { Get-All "/servicePrincipals?`$filter=$(Get-Equal 'appId' $app.appId)&`$select=id,appId" })

if ($role.kind -eq 'roleGroup') {
  Connect-Exchange
  foreach ($sp in $sps) {
    Get-ManagementRoleAssignment -ErrorAction Stop | Where-Object { $_.App -eq $sp.id -or $_.RoleAssignee -eq $sp.id } |
      ForEach-Object { Remove-ManagementRoleAssignment -Identity $_.Guid -Confirm:$false -ErrorAction Stop }
  }
  $group = Get-RoleGroup -ErrorAction Stop | Where-Object { $_.Name -eq $name -and $_.Description -eq $mark }
  if ($group) {
    Remove-RoleGroup -Identity $name -BypassSecurityGroupManagerCheck -Confirm:$false -ErrorAction Stop
    Write-Host "Role group $($name): removed"
  }
}

# Rights first: they go at once, whatever becomes of the rest.
foreach ($sp in $sps) {
  foreach ($held in @(Get-All "/roleManagement/directory/roleAssignments?`$filter=$(Get-Equal 'principalId' $sp.id)")) {
    [void] (Invoke-Graph DELETE "/roleManagement/directory/roleAssignments/$($held.id)")
  }
}
foreach ($app in $apps) {
  # The enterprise app and its permissions go with it; both stay in Entra's recycle bin for 30 days.
  [void] (Invoke-Graph DELETE "/applications/$($app.id)")
  Write-Host "App registration $($app.appId): removed"
}
if (-not $apps) { Write-Host "There is no app registration called $name that this script made." }
