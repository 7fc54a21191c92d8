# What the lines above say, brought about: each thing is looked for before it is made, so this can be run again. It changes
# nothing that it did not make: a role group of the same name without this mark stops it.
$ErrorActionPreference = 'Stop'

$user = Get-User -Identity $account
if ("$((Get-OrganizationConfig).Guid)" -ne $organization) { throw "This is another organisation than $organization, which the script is for. Nothing was changed." }

# The account of the runs: remote PowerShell is its only way in.
if ("$($user.RemotePowerShellEnabled)" -ne 'True') {
  Set-User -Identity $account -RemotePowerShellEnabled $true -Confirm:$false
  Write-Host "$($account): may open remote PowerShell"
}

if ($isReader) {
  # Built in, and enough to read.
  $members = @(Get-RoleGroupMember -Identity 'View-Only Organization Management')
  if (-not ($members | Where-Object { "$($_.Guid)" -eq "$($user.Guid)" })) {
    Add-RoleGroupMember -Identity 'View-Only Organization Management' -Member $account -BypassSecurityGroupManagerCheck -Confirm:$false
  }
  Write-Host "$($account): is in View-Only Organization Management"
} else {
  # A role group of its own, with the roles that this stack needs and nothing else.
  $group = Get-RoleGroup | Where-Object { $_.Name -eq $name }
  if ($group -and $group.Description -ne $mark) { throw "There is a role group called $name that this script did not make. Nothing else was changed. Have the script printed with another --name." }
  if ($group) {
    Write-Host "Role group $($name): there already"
    # Made for a stack that needed less.
    foreach ($role in $roles) {
      if (Get-ManagementRoleAssignment -Role $role -RoleAssignee $name -Delegating $false) { continue }
      [void] (New-ManagementRoleAssignment -Role $role -SecurityGroup $name -Confirm:$false)
      Write-Host "$($name): has the role $role now"
    }
  } else {
    [void] (New-RoleGroup -Name $name -Roles $roles -Description $mark -Confirm:$false)
    Write-Host "Role group $($name): made"
  }
  if (-not (Get-RoleGroupMember -Identity $name | Where-Object { "$($_.Guid)" -eq "$($user.Guid)" })) {
    Add-RoleGroupMember -Identity $name -Member $account -BypassSecurityGroupManagerCheck -Confirm:$false
    Write-Host "$($account): is its member now"
  }
  # To give the call centre's account the role it has to be allowed to delegate it.
  if (-not (Get-ManagementRoleAssignment -Role $delegates -RoleAssignee $name -Delegating $true)) {
    [void] (New-ManagementRoleAssignment -Role $delegates -SecurityGroup $name -Delegating -Confirm:$false)
    Write-Host "$($delegates): may be assigned by it"
  }
}

# How both sides sign in is for you to decide: here is how it is. Kerberos and Windows authentication are the defaults.
foreach ($cmdlet in 'Get-PowerShellVirtualDirectory', 'Get-WebServicesVirtualDirectory') {
  if (Get-Command $cmdlet -ErrorAction SilentlyContinue) {
    & $cmdlet | Format-List Identity, InternalUrl, *Authentication, ExtendedProtection*
  }
}
