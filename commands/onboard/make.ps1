# What the lines above say, brought about: each thing is looked for before it is made, so this can be run again. It changes
# nothing that it did not make: an app or a role group of the same name without this mark stops it.

# App registration: the description of the app.
$apps = @(Get-All "/applications?`$filter=$(Get-Equal 'displayName' $name)&`$select=id,appId,displayName,notes,keyCredentials")
$foreign = @($apps | Where-Object { $_.notes -ne $mark })
if ($foreign) { throw "There is an app registration called $name that this script did not make ($($foreign[0].appId)). Nothing was changed. Have the script printed with another --name." }
if ($apps.Count -gt 1) { throw "There are $($apps.Count) app registrations called $name with this script's mark: remove the wrong ones. Nothing was changed." }
$app = $apps | Select-Object -First 1
if ($app) {
  Write-Host "App registration: there already ($($app.appId))"
} else {
  $app = Invoke-Graph POST '/applications' @{ displayName = $name; signInAudience = 'AzureADMyOrg'; notes = $mark }
  Write-Host "App registration: made ($($app.appId))"
}

# What it signs in with: a public certificate or a pipeline's token, never a secret.
if ($credential.kind -eq 'certificate') {
  $keys = @((Wait-For { Invoke-Graph GET "/applications/$($app.id)?`$select=id,keyCredentials" }).keyCredentials)
  if ($keys | Where-Object { (Get-Thumbprint $_.customKeyIdentifier) -eq $credential.thumbprint }) {
    Write-Host "Certificate: there already ($($credential.thumbprint))"
  } else {
    # Graph takes the whole list: those that are there are given back as they are.
    $kept = @($keys | Where-Object { $_ } | ForEach-Object { $_.key = $null; $_ })
    $new = @{ type = 'AsymmetricX509Cert'; usage = 'Verify'; key = $credential.content; displayName = $name }
    [void] (Wait-For { Invoke-Graph PATCH "/applications/$($app.id)" @{ keyCredentials = @($kept) + $new } })
    Write-Host "Certificate: added ($($credential.thumbprint), until $($credential.ends))"
  }
} else {
  $trusted = @(Wait-For { Get-All "/applications/$($app.id)/federatedIdentityCredentials" })
  if ($trusted | Where-Object { $_.issuer -eq $credential.issuer -and $_.subject -ceq $credential.subject }) {
    Write-Host "Pipeline: trusted already ($($credential.subject))"
  } else {
    $new = @{ name = "pipeline-$($trusted.Count + 1)"; issuer = $credential.issuer; subject = $credential.subject; audiences = @('api://AzureADTokenExchange') }
    [void] (Wait-For { Invoke-Graph POST "/applications/$($app.id)/federatedIdentityCredentials" $new })
    Write-Host "Pipeline: trusted ($($credential.subject))"
  }
}

# Enterprise app: what rights are given to.
$sp = Get-All "/servicePrincipals?`$filter=$(Get-Equal 'appId' $app.appId)&`$select=id,appId" | Select-Object -First 1
if (-not $sp) { $sp = Wait-For { Invoke-Graph POST '/servicePrincipals' @{ appId = $app.appId } } }
Write-Host "Enterprise app: $($sp.id)"

# Application permissions: each is given by itself, which is the administrator's consent to it.
$given = @(Wait-For { Get-All "/servicePrincipals/$($sp.id)/appRoleAssignments" })
foreach ($permission in $permissions) {
  $resource = Get-All "/servicePrincipals?`$filter=$(Get-Equal 'appId' $permission.resource)&`$select=id,appId" | Select-Object -First 1
  if (-not $resource) { throw "The tenant has no enterprise app $($permission.resource), which $($permission.name) is of." }
  if ($given | Where-Object { $_.resourceId -eq $resource.id -and $_.appRoleId -eq $permission.id }) {
    Write-Host "$($permission.name): given already"
  } else {
    $new = @{ principalId = $sp.id; resourceId = $resource.id; appRoleId = $permission.id }
    [void] (Wait-For { Invoke-Graph POST "/servicePrincipals/$($sp.id)/appRoleAssignments" $new })
    Write-Host "$($permission.name): given"
  }
}

if ($role.kind -eq 'entra') {
  # The Entra role by which Exchange lets the app work.
  $held = @(Wait-For { Get-All "/roleManagement/directory/roleAssignments?`$filter=$(Get-Equal 'principalId' $sp.id)" })
  if ($held | Where-Object { $_.roleDefinitionId -eq $role.id -and $_.directoryScopeId -eq '/' }) {
    Write-Host "$($role.name): given already"
  } else {
    $new = @{ principalId = $sp.id; roleDefinitionId = $role.id; directoryScopeId = '/' }
    [void] (Wait-For { Invoke-Graph POST '/roleManagement/directory/roleAssignments' $new })
    Write-Host "$($role.name): given"
  }
} else {
  # A role group of Exchange with the app as its member. Exchange asks who you are.
  Connect-Exchange
  if (-not (Get-ServicePrincipal | Where-Object { $_.ObjectId -eq $sp.id })) {
    [void] (Wait-For { New-ServicePrincipal -AppId $app.appId -ObjectId $sp.id -DisplayName $name -ErrorAction Stop })
  }
  $group = Get-RoleGroup -ErrorAction Stop | Where-Object { $_.Name -eq $name }
  if ($group -and $group.Description -ne $mark) { throw "There is a role group called $name that this script did not make. It was left as it is. Have the script printed with another --name." }
  if (-not $group) { $group = New-RoleGroup -Name $name -Roles $role.roles -Description $mark -ErrorAction Stop }
  if (-not (Get-RoleGroupMember -Identity $name -ErrorAction Stop | Where-Object { $_.ExternalDirectoryObjectId -eq $sp.id -or $_.Guid -eq $sp.id })) {
    Add-RoleGroupMember -Identity $name -Member $sp.id -BypassSecurityGroupManagerCheck -ErrorAction Stop
  }
  foreach ($each in $role.delegates) {
    if (-not (Get-ManagementRoleAssignment -Role $each -RoleAssignee $name -Delegating $true -ErrorAction Stop)) {
      [void] (New-ManagementRoleAssignment -Role $each -SecurityGroup $name -Delegating -ErrorAction Stop)
    }
  }
  foreach ($each in $role.appDelegates) {
    if (-not (Get-ManagementRoleAssignment -Role $each -RoleAssignee $sp.id -Delegating $true -ErrorAction Stop)) {
      [void] (New-ManagementRoleAssignment -Role $each -App $sp.id -Delegating -ErrorAction Stop)
    }
  }
  Write-Host "Role group $($name): there, with the app as its member"
}

Write-Host "`nFor the stack's settings:`n  azuread:tenantId: $tenantId`n  azuread:clientId: $($app.appId)"
