# What the remoting endpoint of the embedded Exchange Server runs: the functions of the caller's cmdlets (cmdlets.ps1),
# which ask the tenant whose address, ticket and list of cmdlets lie beside it. The session that loads it has no language and sees those
# functions alone.

$endpoint = ConvertFrom-Json ([IO.File]::ReadAllText("$PSScriptRoot/endpoint.json"))
. "$PSScriptRoot/values.ps1"
$client = New-TenantClient $endpoint.caCertificate

# Runs a cmdlet, and gives its objects, warnings and error as Exchange Server does.
function Invoke-Exchange([string] $Name, [Collections.IDictionary] $Bound, [Management.Automation.PSCmdlet] $Cmdlet) {
  $body = @{ cmdlet = $Name; parameters = (Get-Sent $Bound) } | ConvertTo-Json -Depth 6 -Compress
  $request = [Net.Http.HttpRequestMessage]::new('POST', [uri] $endpoint.uri)
  [void] $request.Headers.TryAddWithoutValidation('Authorization', "Shell $($endpoint.ticket)")
  $request.Content = [Net.Http.StringContent]::new($body, [Text.Encoding]::UTF8, 'application/json')
  # Where the organisation gives no answer, or knows this shell no more, the shell is lost.
  try { $response = $client.Send($request) } catch { [Environment]::Exit(1) }
  if ($response.StatusCode -eq 'Unauthorized') { [Environment]::Exit(1) }
  $text = [IO.StreamReader]::new($response.Content.ReadAsStream(), [Text.Encoding]::UTF8).ReadToEnd()
  $answer = try { ConvertFrom-Json $text -AsHashtable -DateKind String } catch { @{} }
  foreach ($warning in $answer.warnings) { Write-Warning $warning }
  if ($response.IsSuccessStatusCode) {
    foreach ($value in $answer.objects) { ConvertFrom-Wire $value }
  } else {
    $Cmdlet.WriteError((Get-Failure $answer $response))
  }
}

# What stands before the organisation says: too many calls, no server, no right.
$refusals = @{
  429 = 'Microsoft.Exchange.Configuration.Tasks.ThrottlingOverBudgetException',
  "The user load quota of 1000 requests per 2 seconds has been exceeded. Wait for 1000 milliseconds and retry."
  403 = 'Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException',
  "The operation isn't within your current write scope."
  500 = 'Microsoft.Exchange.Data.Directory.ADTransientException', 'The server is not operational.'
  503 = 'Microsoft.Exchange.Data.Directory.ADTransientException', 'The server is not operational.'
}

# Its id names server, request, time and what kind of failure it is; its exception carries the name of Exchange's type,
# which is not there to be made here.
function Get-Failure([Collections.IDictionary] $Answer, [Net.Http.HttpResponseMessage] $Response) {
  $told = $Answer.failure
  if (-not $told) {
    $type, $message = $refusals[[int] $Response.StatusCode] ?? @('System.Net.Http.HttpRequestException', "The server answered $([int] $Response.StatusCode).")
    $place = "[Server=EX01,RequestId=$([guid]::NewGuid()),TimeStamp=$([DateTime]::UtcNow.ToString('R'))]"
    $told = @{ type = $type; message = $message; id = "$place [FailureCategory=Cmdlet-$(($type -split '\.')[-1])] 1" }
  }
  $exception = [Exception]::new($told.message)
  $exception.PSObject.TypeNames.Insert(0, $told.type)
  $record = [Management.Automation.ErrorRecord]::new($exception, $told.id, ($told.category ?? 'NotSpecified'), $null)
  $record.CategoryInfo.Reason = ($told.type -split '\.')[-1]
  $record
}

. "$PSScriptRoot/cmdlets.ps1"
Export-ModuleMember -Function $endpoint.cmdlets
