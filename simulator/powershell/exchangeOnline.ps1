# Stands in for Microsoft's module ExchangeOnlineManagement (docs/facts/powershell.md §2, docs/fidelity.md): it speaks to
# the embedded tenant whose address and certificate lie beside it, and knows the tenant's cmdlets (cmdlets.ps1, written by
# module.ts). As the real one it opens with Connect-ExchangeOnline, which brings the cmdlets that the caller may use.

# .NET's own means where they serve: a cmdlet's first use loads its module, and takes longer than all of this.
$origin, $certificate = [IO.File]::ReadAllText("$PSScriptRoot/tenant.txt") -split "`n", 2
$readJson = [Management.Automation.CmdletInfo]::new('ConvertFrom-Json',
  [Microsoft.PowerShell.Commands.ConvertFromJsonCommand, Microsoft.PowerShell.Commands.Utility])
$writeJson = [Management.Automation.CmdletInfo]::new('ConvertTo-Json',
  [Microsoft.PowerShell.Commands.ConvertToJsonCommand, Microsoft.PowerShell.Commands.Utility])
$connection = @{}

. "$PSScriptRoot/values.ps1"
$client = New-TenantClient $certificate
# The way there is opened while everything else is made ready; what comes of it is said by the first request.
[void] $client.GetAsync($origin)

function Connect-ExchangeOnline {
  [CmdletBinding()]
  param(
    [string] $ConnectionUri, [string] $AzureADAuthorizationEndpointUri, [string] $ExchangeEnvironmentName,
    [object] $PSSessionOption, [string] $DelegatedOrganization, [string] $Prefix, [string[]] $CommandName,
    [string[]] $FormatTypeName, [string] $AccessToken, [string] $AppId, [switch] $BypassMailboxAnchoring,
    [Security.Cryptography.X509Certificates.X509Certificate2] $Certificate, [string] $CertificateFilePath,
    [securestring] $CertificatePassword, [string] $CertificateThumbprint, [pscredential] $Credential, [switch] $Device,
    [switch] $DisableWAM, [switch] $EnableErrorReporting, [switch] $InlineCredential, [switch] $LoadCmdletHelp,
    [string] $LogDirectoryPath, [object] $LogLevel, [switch] $ManagedIdentity, [string] $ManagedIdentityAccountId,
    [string] $Organization, [int] $PageSize, [bool] $ShowBanner = $true, [bool] $ShowProgress,
    [Security.Cryptography.X509Certificates.X509Certificate2] $SigningCertificate, [switch] $SkipLoadingCmdletHelp,
    [switch] $SkipLoadingFormatData, [bool] $TrackPerformance, [bool] $UseMultithreading, [string] $UserPrincipalName
  )
  # Who signs in in a browser is whose token lies in the environment.
  if (-not $AccessToken -and $env:EMBEDDED_TENANT_TOKEN) {
    $AccessToken = $env:EMBEDDED_TENANT_TOKEN
    $Organization = $env:EMBEDDED_TENANT_ORGANIZATION
  }
  if (-not $AccessToken) { throw [NotImplementedException]::new('Only -AccessToken is modelled by the embedded tenant.') }
  if (-not $Organization) { throw [ArgumentException]::new('Specify -Organization with -AccessToken.') }
  if ($ShowBanner) { Write-Host ("-" * 90) "`nThis module gives access to the embedded tenant.`n" ("-" * 90) }
  $connection.organization = $Organization
  $connection.token = $AccessToken
  $connection.id = [guid]::NewGuid()
  $answer = Send-Request 'GET' "/adminapi/v1.0/$Organization/EXOModuleFile?Version=3.9.2" 'EXOModuleFile' $null
  if ([int] $answer.status -ne 200) { throw (Get-Failure $answer) }
  $allowed = (& $readJson $answer.body -AsHashtable).value[0].exportedCmdlets -split ','
  Import-Cmdlets @(foreach ($each in $allowed) { if (-not $CommandName -or $CommandName.Where({ $each -like $_ }, 'First')) { $each } })
}

# What the real module downloads: a module of its own with the functions that were asked for.
function Import-Cmdlets([string[]] $Names) {
  $ast = [Management.Automation.Language.Parser]::ParseFile("$PSScriptRoot/cmdlets.ps1", [ref] $null, [ref] $null)
  $texts = foreach ($each in $ast.EndBlock.Statements) { if ($each.Name -in $Names) { $each.Extent.Text } }
  $body = [scriptblock]::Create("param(`$forward)`n$($texts -join "`n")`nfunction Invoke-Exchange { & `$forward @args }")
  $forward = ${function:Send-Cmdlet}
  $module = New-Module -Name "tmpEXO_$($connection.id.ToString('N').Substring(0, 12))" -ScriptBlock $body -ArgumentList $forward
  $exported = $module.ExportedFunctions.Keys | Where-Object { $_ -ne 'Invoke-Exchange' }
  Import-Module $module -Global -Function @($exported) -DisableNameChecking
}

function Disconnect-ExchangeOnline {
  [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param()
  if ($PSCmdlet.ShouldProcess('Exchange Online')) {
    Get-Module 'tmpEXO_*' | Remove-Module
    $connection.Clear()
  }
}

function Get-ConnectionInformation {
  [CmdletBinding()] param()
  if ($connection.id) {
    [pscustomobject] @{ ConnectionId = $connection.id; State = 'Connected'; Organization = $connection.organization }
  }
}

# Runs a cmdlet over REST, page after page, and gives its objects, warnings and errors as the real module's functions do.
function Send-Cmdlet([string] $Name, [hashtable] $Bound) {
  $body = & $writeJson @{ CmdletInput = @{ CmdletName = $Name; Parameters = (Get-Sent $Bound) } } -Depth 6 -Compress
  $path = "/adminapi/beta/$($connection.organization)/InvokeCommand"
  while ($path) {
    $answer = Send-Request 'POST' $path $Name $body
    if ([int] $answer.status -ge 300) { return Write-ErrorMessage (Get-Failure $answer) }
    $page = if ($answer.body) { & $readJson $answer.body -AsHashtable -DateKind String } else { @{} }
    foreach ($warning in $page['@adminapi.warnings']) { Write-Warning $warning }
    foreach ($value in $page.value) { ConvertFrom-Wire $value }
    $path = $page['@odata.nextLink']
  }
}

# Named as the real module's, because an error's id ends with the name of who wrote it.
function Write-ErrorMessage {
  [CmdletBinding()] param([Management.Automation.ErrorRecord] $Record)
  $PSCmdlet.WriteError($Record)
}

function Send-Request([string] $Method, [string] $Path, [string] $Cmdlet, [string] $Body) {
  $request = [Net.Http.HttpRequestMessage]::new($Method, [uri]::new([uri] $origin, $Path))
  $headers = @{
    Authorization = "Bearer $($connection.token)"
    'X-AnchorMailbox' = "UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@$($connection.organization)"
    'X-CmdletName' = $Cmdlet
    'connection-id' = "$($connection.id)"
    Prefer = 'odata.maxpagesize=1000'
    Accept = 'application/json'
  }
  foreach ($name in $headers.Keys) { [void] $request.Headers.TryAddWithoutValidation($name, $headers[$name]) }
  if ($Body) { $request.Content = [Net.Http.StringContent]::new($Body, [Text.Encoding]::UTF8, 'application/json') }
  $response = $client.Send($request)
  $reader = [IO.StreamReader]::new($response.Content.ReadAsStream(), [Text.Encoding]::UTF8)
  $told = @{}
  foreach ($header in $response.Headers) { $told[$header.Key] = $header.Value -join ', ' }
  @{ status = $response.StatusCode; headers = $told; body = $reader.ReadToEnd() }
}

# The error of an answer: its text has the three parts of the wire, its id names server, request and time, and its
# category the short type. What no cmdlet has said is an error of the way to it.
function Get-Failure([hashtable] $Answer) {
  $status = [int] $Answer.status
  $told = try { (& $readJson $Answer.body -AsHashtable).error } catch { $null }
  $message = if ($told.details) { $told.details[0].message } elseif ($told) { $told.message } elseif ($status -eq 400) { $Answer.body }
  $exception = if ($status -eq 401) { [UnauthorizedAccessException]::new('UnAuthorized') }
  elseif ($status -eq 403) {
    $type = $Answer.headers['x-exceptiontype'] ?? 'Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException'
    [Exception]::new("|$type|$($Answer.headers['x-ms-diagnostics'] ?? 'The operation is not allowed.')")
  }
  elseif ($message -and ($status -lt 429 -or $status -eq 501)) { [Exception]::new($message) }
  else { [Net.Http.HttpRequestException]::new("Response status code does not indicate success: $status ($($Answer.status)).") }
  $id = "[Server=$(([uri] $origin).Host),RequestId=$([guid]::NewGuid()),TimeStamp=$([DateTime]::UtcNow.ToString('R'))]"
  $record = [Management.Automation.ErrorRecord]::new($exception, $id, 'NotSpecified', $null)
  $type = if ($exception.Message -match '^\w*\|([\w.+`]+)\|') { $Matches[1] } else { $exception.GetType().FullName }
  $record.CategoryInfo.Reason = ($type -split '\.')[-1]
  $record
}
