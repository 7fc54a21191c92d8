# How values travel between a cmdlet's function and the embedded tenant; both doors load it.

# What was bound to a cmdlet, without what is PowerShell's own.
function Get-Sent([Collections.IDictionary] $Bound) {
  $sent = @{}
  foreach ($each in $Bound.GetEnumerator()) {
    if ([Management.Automation.Cmdlet]::CommonParameters -notcontains $each.Key -and $each.Key -notin 'Confirm', 'WhatIf') {
      $sent[$each.Key] = ConvertTo-Wire $each.Value
    }
  }
  $sent
}

function ConvertTo-Wire($Value) {
  if ($Value -is [switch]) { return [bool] $Value }
  if ($Value -is [securestring]) { return [Net.NetworkCredential]::new('', $Value).Password }
  # As the real module marks a table of changes.
  if ($Value -is [Collections.IDictionary]) { return @{ '@odata.type' = '#Exchange.GenericHashTable' } + $Value }
  # Over a session a list is no array any more.
  if ($Value -is [Collections.IList]) { return , @($Value) }
  $Value
}

# Typed as the annotations say: identifiers, lists, and times, which are local but for those whose name says UTC.
function ConvertFrom-Wire([Collections.IDictionary] $Value) {
  $object = [ordered] @{}
  foreach ($name in $Value.Keys) {
    if ($name.Contains('@')) { continue }
    $content = $Value[$name]
    if ($null -ne $content) {
      if ($Value["$name@odata.type"] -eq '#Guid') { $content = [guid] $content }
      elseif ($content -is [array]) { $content = [Collections.ArrayList] $content }
      elseif ($content -and $name -match '^When\w+$') {
        $utc = [DateTime]::Parse($content, [cultureinfo]::InvariantCulture, 'RoundtripKind')
        $content = if ($name -like '*UTC') { $utc } else { $utc.ToLocalTime() }
      }
    }
    $object[$name] = $content
  }
  [pscustomobject] $object
}

# A client that trusts the tenant's own authority alone.
function New-TenantClient([string] $Certificate) {
  $handler = [Net.Http.SocketsHttpHandler]::new()
  $policy = [Security.Cryptography.X509Certificates.X509ChainPolicy]::new()
  $policy.TrustMode = 'CustomRootTrust'
  $policy.RevocationMode = 'NoCheck'
  [void] $policy.CustomTrustStore.Add(
    [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($Certificate))
  $handler.SslOptions.CertificateChainPolicy = $policy
  [Net.Http.HttpClient]::new($handler)
}
