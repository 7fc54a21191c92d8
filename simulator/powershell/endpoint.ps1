# What the remoting endpoint of the embedded Exchange Server runs: the functions of the caller's cmdlets (cmdlets.ps1),
# which ask the tenant whose address and ticket lie beside it. The session that loads it has no language and sees those
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
  $response = $client.Send($request)
  $text = [IO.StreamReader]::new($response.Content.ReadAsStream(), [Text.Encoding]::UTF8).ReadToEnd()
  $answer = try { ConvertFrom-Json $text -AsHashtable -DateKind String } catch { @{} }
  foreach ($warning in $answer.warnings) { Write-Warning $warning }
  if ($response.IsSuccessStatusCode) {
    foreach ($value in $answer.objects) { ConvertFrom-Wire $value }
  } else {
    $Cmdlet.WriteError((Get-Failure $answer $response))
  }
}

# Its id names server, request, time and what kind of failure it is; its exception carries the name of Exchange's type,
# which is not there to be made here.
function Get-Failure([hashtable] $Answer, [Net.Http.HttpResponseMessage] $Response) {
  $type = $Answer.failure.type ?? 'System.Net.Http.HttpRequestException'
  $exception = [Exception]::new($Answer.failure.message ?? "The server answered $([int] $Response.StatusCode).")
  $exception.PSObject.TypeNames.Insert(0, $type)
  $id = $Answer.failure.id ?? 'HttpRequestException'
  $record = [Management.Automation.ErrorRecord]::new($exception, $id, ($Answer.failure.category ?? 'NotSpecified'), $null)
  $record.CategoryInfo.Reason = ($type -split '\.')[-1]
  $record
}

. "$PSScriptRoot/cmdlets.ps1"
