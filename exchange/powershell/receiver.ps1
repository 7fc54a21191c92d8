# What runs inside PowerShell (docs/facts/powershell.md §5). The pipe (pipe.ts) loads this once and then sends nothing
# but the word "Receive-Request": the request itself is the line after it, base64 of UTF-8 JSON, so nothing needs quoting,
# and neither a history nor a transcript nor a log of script blocks ever holds it. The answer is one line,
# "<id>:<base64 of JSON>". Whatever else comes out, on whichever stream, is not an answer.

# A module that is wanted: it loads from the first moment on, beside everything else. What becomes of it is said by the
# call that asks for it.
param([string] $Module, [string] $MinimumVersion)

# English, wherever this runs: some failures differ by nothing but their text (docs/facts/exchange.md §1.3). Where .NET
# knows no cultures it speaks English already.
if ([cultureinfo]::CurrentUICulture.Name) {
  [cultureinfo]::CurrentUICulture = [cultureinfo]::DefaultThreadCurrentUICulture = 'en-US'
}

# The runspace of Invoke-Apart.
$ownRunspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
$ownRunspace.Open()
$ownRunspace.SessionStateProxy.SetVariable('ProgressPreference', 'SilentlyContinue')
if ($Module) {
  $wanted = @{ Name = $Module; MinimumVersion = $MinimumVersion }
  $loading = [powershell]::Create($ownRunspace).AddCommand('Import-Module').AddParameters($wanted).BeginInvoke()
}

# The session with a server, where one was opened.
$session = @{ opened = $null }

# What reads and writes JSON, without the module around it, which takes longer to load than they take together.
$readJson = [Management.Automation.CmdletInfo]::new('ConvertFrom-Json',
  [Microsoft.PowerShell.Commands.ConvertFromJsonCommand, Microsoft.PowerShell.Commands.Utility])
$writeJson = [Management.Automation.CmdletInfo]::new('ConvertTo-Json',
  [Microsoft.PowerShell.Commands.ConvertToJsonCommand, Microsoft.PowerShell.Commands.Utility])
# Their first use takes a while, in which the module loads.
[void] (& $writeJson -InputObject (& $readJson -InputObject '{}' -AsHashtable))

# Reads one request and answers it.
#   id        tags the answer
#   deadline  milliseconds that all calls of the request have together
#   inHost    whether they run in this runspace instead of one of their own
#   calls     cmdlet, parameters, secrets (parameters that are wanted as a SecureString), credentials (as a PSCredential),
#             select (properties; none means all of them)
# New-PSSession and Remove-PSSession open and end the session in which all other cmdlets run.
function Receive-Request {
  $id = ''
  try {
    $text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Console]::In.ReadLine()))
    # DateKind: without it a text that looks like a date becomes one, and is bound in another form.
    $request = & $readJson -InputObject $text -AsHashtable -DateKind String
    $id = $request.id
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $results = foreach ($call in $request.calls) {
      # What has no time left is not begun, and has no result: nobody takes that for an answer.
      $left = $request.deadline - $clock.ElapsedMilliseconds
      if ($left -gt 0) { Invoke-Call $call $left $request.inHost }
    }
    $answer = @{ results = @($results) }
  } catch {
    $answer = @{ failure = ConvertTo-Fault $_ }
  }
  $json = & $writeJson -InputObject $answer -Depth 10 -Compress
  $line = $id + ':' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($json))
  # Only ASCII, which no encoding of a console can harm; on a line of its own, also where somebody wrote half a one.
  [Console]::Out.WriteLine("`n" + $line)
}

# Runs one cmdlet by its name and its parameters: never as a script, and with its streams apart.
function Invoke-Call([hashtable] $Call, [long] $Left, [bool] $InHost) {
  $parameters = @{} + $Call.parameters
  foreach ($name in $Call.secrets.Keys) { $parameters[$name] = ConvertTo-Secret $Call.secrets[$name] }
  foreach ($name in $Call.credentials.Keys) {
    $given = $Call.credentials[$name]
    $parameters[$name] = [pscredential]::new($given.userName, (ConvertTo-Secret $given.password))
  }
  $streams = if ($Call.cmdlet -like '*-PSSession') { Invoke-Session $Call.cmdlet $parameters } elseif ($InHost) { Invoke-Here $Call.cmdlet $parameters } else { Invoke-Apart $Call.cmdlet $parameters $Left }
  # Errors that end nothing stand beside what was returned until then: an answer with errors is none.
  $objects = if ($streams.faults.Count -eq 0) { ConvertTo-Objects $streams.output $Call.select }
  $isPart = $streams.faults.Count -gt 0 -and @($streams.output).Count -gt 0
  @{ objects = @($objects); warnings = $streams.warnings; faults = $streams.faults; isPart = $isPart }
}

function ConvertTo-Secret([string] $Text) {
  [Net.NetworkCredential]::new('', $Text).SecurePassword
}

# Opens or ends the session, here: a session belongs to the process's own runspace.
function Invoke-Session([string] $Cmdlet, [hashtable] $Parameters) {
  if ($Cmdlet -eq 'New-PSSession') {
    # English, where the server speaks it, and .NET knows cultures at all.
    if ([cultureinfo]::CurrentUICulture.Name) {
      $Parameters.SessionOption = [Management.Automation.Remoting.PSSessionOption] @{ UICulture = 'en-US' }
    }
  } else {
    $Parameters.Session = $session.opened
  }
  $streams = Invoke-Here $Cmdlet $Parameters
  $session.opened = $streams.output.Where({ $_ -is [Management.Automation.Runspaces.PSSession] }, 'First')[0]
  $streams.output = @()
  $streams
}

# In the session's runspace where there is one, else in a runspace without a host, where whatever a cmdlet prints, asks or shows as progress ends, and within a time.
function Invoke-Apart([string] $Cmdlet, [hashtable] $Parameters, [long] $Left) {
  $pipeline = [powershell]::Create()
  $pipeline.Runspace = if ($session.opened) { $session.opened.Runspace } else { $ownRunspace }
  $output = @()
  $faults = @()
  try {
    # What was begun while the process started ends before anything else begins.
    if ($loading -and -not $loading.AsyncWaitHandle.WaitOne($Left)) {
      throw [TimeoutException]::new("no answer within $Left ms")
    }
    [void] $pipeline.AddCommand($Cmdlet).AddParameters($Parameters)
    $running = $pipeline.BeginInvoke()
    if ($running.AsyncWaitHandle.WaitOne($Left)) {
      $output = $pipeline.EndInvoke($running)
    } else {
      $pipeline.Stop()
      throw [TimeoutException]::new("no answer within $Left ms")
    }
  } catch {
    $faults = @(ConvertTo-Fault $_)
  }
  @{
    output = $output
    warnings = @(foreach ($warning in $pipeline.Streams.Warning) { $warning.Message })
    faults = $faults + @(foreach ($record in $pipeline.Streams.Error) { ConvertTo-Fault $record })
  }
  $pipeline.Dispose()
}

# In this very runspace, for a module that does not work without a host. It is busy meanwhile, so there is no deadline
# but that of the pipe, which ends the process.
function Invoke-Here([string] $Cmdlet, [hashtable] $Parameters) {
  $faults = @()
  $everything = try { & $Cmdlet @Parameters *>&1 } catch { $faults = @(ConvertTo-Fault $_) }
  $output = [Collections.Generic.List[object]]::new()
  $warnings = @()
  foreach ($item in $everything) {
    if ($item -is [Management.Automation.ErrorRecord]) { $faults += ConvertTo-Fault $item }
    elseif ($item -is [Management.Automation.WarningRecord]) { $warnings += $item.Message }
    elseif ($item -isnot [Management.Automation.InformationalRecord] -and
      $item -isnot [Management.Automation.InformationRecord]) { $output.Add($item) }
  }
  @{ output = $output; warnings = $warnings; faults = $faults }
}

# Objects as tables of plain values. The common types are handled in the loop: a call for each property would take
# longer than everything else together.
function ConvertTo-Objects($Objects, [string[]] $Select) {
  foreach ($object in $Objects) {
    if ($null -eq $object) { continue }
    $properties = $object.PSObject.Properties
    if ($Select) { $properties = foreach ($name in $Select) { $properties[$name] } }
    $plain = [Collections.Specialized.OrderedDictionary]::new()
    foreach ($property in $properties) {
      if ($null -eq $property) { continue }
      $value = $property.Value
      $isPlain = $null -eq $value -or $value -is [string] -or $value -is [bool] -or $value -is [int]
      $plain[$property.Name] = if ($isPlain) { $value } else { ConvertTo-Plain $value 0 }
    }
    $plain
  }
}

# A value as JSON can hold it: dates in UTC, lists as lists, numbers as numbers, and everything else as its text (an
# enumeration as its name).
function ConvertTo-Plain($Value, [int] $Depth) {
  if ($null -eq $Value -or $Value -is [string] -or $Value -is [bool]) { return $Value }
  if ($Value -is [DateTime] -or $Value -is [DateTimeOffset]) { return $Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fff') + 'Z' }
  if ($Value -is [Enum]) { return "$Value" }
  if ($Value -is [ValueType] -and $Value.GetType().IsPrimitive -and $Value -isnot [char]) { return $Value }
  if ($Value -is [Collections.IEnumerable] -and $Value -isnot [Collections.IDictionary] -and $Depth -lt 3) {
    $items = @(foreach ($item in $Value) { ConvertTo-Plain $item ($Depth + 1) })
    # The comma keeps a list of one a list.
    return , $items
  }
  "$Value"
}

# What is told of an error: its types and ids, by which it is classified, and its text for people.
function ConvertTo-Fault([Management.Automation.ErrorRecord] $Record) {
  $exception = $Record.Exception
  # The pipeline that was driven wraps what it met, and a preference that stops wraps what it stopped at.
  while ($exception -is [Management.Automation.MethodInvocationException] -and $exception.InnerException) {
    $exception = $exception.InnerException
  }
  if ($exception -is [Management.Automation.RuntimeException] -and $exception.ErrorRecord) {
    $own = $exception.ErrorRecord
    $isWhole = $own.Exception -isnot [Management.Automation.ParentContainsErrorRecordException]
    # What was not wrapped came with the record that it was written in, which knows more.
    if ($isWhole -or $exception -ne $Record.Exception) { $Record = $own }
    if ($isWhole) { $exception = $own.Exception }
  }
  # Over a session the type's name comes with the exception's data.
  $remote = $exception.SerializedRemoteException
  $type = if ($remote) { $remote.PSObject.TypeNames[0] -replace '^Deserialized\.', '' } else { $exception.GetType().FullName }
  @{
    type = $type
    reason = $Record.CategoryInfo.Reason
    id = $Record.FullyQualifiedErrorId
    message = $exception.Message
  }
}
