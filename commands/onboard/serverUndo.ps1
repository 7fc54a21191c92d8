# The reverse: takes away what the script gave, and leaves the account itself. It can be run again.
$ErrorActionPreference = 'Stop'

if ("$((Get-OrganizationConfig).Guid)" -ne $organization) { throw "This is another organisation than $organization, which the script is for. Nothing was changed." }
if ($isReader) {
  $user = Get-User -Identity $account
  $members = @(Get-RoleGroupMember -Identity 'View-Only Organization Management')
  if ($members | Where-Object { "$($_.Guid)" -eq "$($user.Guid)" }) {
    Remove-RoleGroupMember -Identity 'View-Only Organization Management' -Member $account -BypassSecurityGroupManagerCheck -Confirm:$false
    Write-Host "$($account): is out of View-Only Organization Management"
  }
} else {
  # Its assignments, the delegating one too, go with it.
  if (Get-RoleGroup | Where-Object { $_.Name -eq $name -and $_.Description -eq $mark }) {
    Remove-RoleGroup -Identity $name -BypassSecurityGroupManagerCheck -Confirm:$false
    Write-Host "Role group $($name): removed"
  } else {
    Write-Host "There is no role group called $name that this script made."
  }
}
