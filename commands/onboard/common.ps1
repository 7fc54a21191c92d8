# Graph, asked with the sign-in of this Cloud Shell. The token is for Microsoft Graph and for this tenant only.
$ErrorActionPreference = 'Stop'
$token = az account get-access-token --tenant $tenantId --resource-type ms-graph --query accessToken --output tsv
if (-not $token) { throw "There is no token for Microsoft Graph. Sign in first: az login --tenant $tenantId" }

function Invoke-Graph([string] $Method, [string] $Path, $Body) {
  $request = @{ Method = $Method; Uri = "$graph/v1.0$Path"; Headers = @{ Authorization = "Bearer $token" } }
  if ($null -ne $Body) {
    $request.Body = ConvertTo-Json -InputObject $Body -Depth 5 -Compress
    $request.ContentType = 'application/json; charset=utf-8'
  }
  Invoke-RestMethod @request
}

# A list with all its pages.
function Get-All([string] $Path) {
  while ($Path) {
    $page = Invoke-Graph GET $Path
    $page.value
    $next = $page.'@odata.nextLink'
    $Path = if ($next) { $next.Substring($next.IndexOf('/v1.0') + 5) }
  }
}

# A condition of $filter, with the value quoted for OData and for an address.
function Get-Equal([string] $Property, [string] $Value) {
  [uri]::EscapeDataString("$Property eq '$($Value -replace "'", "''")'")
}

# What was just made is not known everywhere in Entra yet: a 400, 403 or 404 is tried again for a minute.
function Wait-For([scriptblock] $Action) {
  for ($attempt = 1; ; $attempt++) {
    try { return & $Action } catch {
      $status = [int] $_.Exception.Response.StatusCode
      if ($attempt -ge 13 -or $status -notin 400, 403, 404) { throw }
      Start-Sleep -Seconds 5
    }
  }
}

# Graph has a certificate's thumbprint in hexadecimal, or in base64 of its bytes.
function Get-Thumbprint([string] $Identifier) {
  if ($Identifier -match '^[0-9A-Fa-f]{40}$') { return $Identifier.ToUpperInvariant() }
  try { [Convert]::ToHexString([Convert]::FromBase64String($Identifier)) } catch { '' }
}

function Connect-Exchange {
  Import-Module ExchangeOnlineManagement
  Connect-ExchangeOnline -ShowBanner:$false -ErrorAction Stop
}

$organization = (Get-All '/organization?$select=id').id
if ($organization -ne $tenantId) { throw "This Cloud Shell is signed in to tenant $organization, and the script is for $tenantId. Nothing was changed." }
