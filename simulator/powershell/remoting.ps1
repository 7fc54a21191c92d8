# Stands in for New-PSSession where it is to open the embedded Exchange Server (docs/facts/powershell.md §5): the session is
# PowerShell's own, only the way to the server is not WSMan. It has to be imported: a function goes before a cmdlet of its
# name only then.

$library = Join-Path $PSScriptRoot "transport.$($PSVersionTable.PSVersion).dll"
if (-not (Test-Path $library)) {
  # Compiled beside it once, whoever comes first.
  $own = "$library.$PID"
  Add-Type -Path (Join-Path $PSScriptRoot 'transport.cs') -OutputAssembly $own -OutputType Library
  Move-Item $own $library -Force
}
Add-Type -Path $library

function New-PSSession {
  [CmdletBinding()]
  [OutputType([Management.Automation.Runspaces.PSSession])]
  param(
    [Parameter(Mandatory)] [uri] $ConnectionUri, [string] $ConfigurationName = 'Microsoft.PowerShell',
    [Management.Automation.Runspaces.AuthenticationMechanism] $Authentication = 'Default', [pscredential] $Credential,
    [Management.Automation.Remoting.PSSessionOption] $SessionOption, [switch] $AllowRedirection, [string[]] $Name,
    [string] $CertificateThumbprint, [int] $ThrottleLimit, [switch] $EnableNetworkAccess
  )
  $anyCertificate = $SessionOption.SkipCACheck -and $SessionOption.SkipCNCheck
  $address = [UriBuilder] $ConnectionUri
  $address.Query = "configuration=$([uri]::EscapeDataString($ConfigurationName))"
  $header = Get-Authorization $Authentication $Credential
  $problem = ''
  $stream = [EmbeddedTenant.ServerConnectionInfo]::Open($address.Uri, $header, $anyCertificate, [ref] $problem)
  if (-not $stream) {
    $PSCmdlet.WriteError((Get-OpenFailure $problem $ConnectionUri.Host))
    return
  }
  $information = [EmbeddedTenant.ServerConnectionInfo]::new($stream, $ConnectionUri.Host)
  $types = [Management.Automation.Runspaces.TypeTable]::LoadDefaultTypeFiles()
  $runspace = [runspacefactory]::CreateRunspace($information, $Host, $types)
  $runspace.Open()
  $session = [Management.Automation.Runspaces.PSSession]::Create($runspace, 'EmbeddedExchangeServer', $null)
  $session.Name = if ($Name) { $Name[0] } else { "Runspace$($runspace.Id)" }
  $session
}

# Basic carries name and password; so does what stands in for Kerberos and Negotiate, or the "ticket" of the machine.
function Get-Authorization([string] $Authentication, [pscredential] $Credential) {
  $scheme = if ($Authentication -eq 'Basic') { 'Basic' } else { 'Negotiate' }
  if ($Credential) {
    $network = $Credential.GetNetworkCredential()
    $name = if ($network.Domain) { "$($network.Domain)\$($network.UserName)" } else { $Credential.UserName }
    return "$scheme $([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("${name}:$($network.Password)")))"
  }
  $ticket = $env:KRB5CCNAME -replace '^FILE:'
  if ($scheme -eq 'Negotiate' -and $ticket -and (Test-Path $ticket)) { return "Negotiate $((Get-Content -Raw $ticket).Trim())" }
}

# As WSMan's client describes it.
function Get-OpenFailure([string] $Problem, [string] $Server) {
  $id, $text = switch -Regex ($Problem) {
    '^AuthenticationException' { '12175'; 'The server certificate on the destination computer has errors: the SSL certificate is signed by an unknown certificate authority.'; break }
    '^SocketException' { 'CannotConnect'; 'The client cannot connect to the destination specified in the request. Verify that the service on the destination is running and is accepting requests.'; break }
    '^HTTP/1.1 401 (.*)' { 'LogonFailure'; $Matches[1]; break }
    '^HTTP/1.1 403 (.*)' { 'AccessDenied'; $Matches[1]; break }
    '^HTTP/1.1 503 (.*)' { '-2144108060'; $Matches[1]; break }
    default { '-2144108250'; $Problem }
  }
  $message = "Connecting to remote server $Server failed with the following error message : $text For more information, see the about_Remote_Troubleshooting Help topic."
  $failure = [Management.Automation.Remoting.PSRemotingTransportException]::new($message)
  [Management.Automation.ErrorRecord]::new($failure, "$id,PSSessionOpenFailed", 'OpenError', $null)
}
