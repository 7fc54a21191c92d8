# Opens remote sessions with the embedded Exchange Server and runs cmdlets in them, one line of JSON for each line of JSON
# (remote.ts).
param([string] $Module)
$PSStyle.OutputRendering = 'PlainText'
$WarningPreference = 'SilentlyContinue'
Import-Module $Module

function Get-Fault($Record) {
  $remote = $Record.Exception.SerializedRemoteException
  @{
    id = $Record.FullyQualifiedErrorId
    category = "$($Record.CategoryInfo.Category)"
    reason = $Record.CategoryInfo.Reason
    type = if ($remote) { $remote.PSObject.TypeNames[0] -replace '^Deserialized\.' } else { $Record.Exception.GetType().FullName }
    message = $Record.Exception.Message
  }
}

$sessions = @{}
while ($line = [Console]::In.ReadLine()) {
  $request = ConvertFrom-Json $line -AsHashtable -DateKind String
  $answer = @{ objects = @(); types = @(); warnings = @(); faults = @() }
  try {
    if ($request.open) {
      $parameters = @{} + $request.open
      $password = $request.password
      if ($request.user) { $parameters.Credential = [pscredential]::new($request.user, (ConvertTo-SecureString $password -AsPlainText -Force)) }
      $session = New-PSSession @parameters -ErrorAction SilentlyContinue -ErrorVariable failed
      if ($failed) { $answer.faults = @(foreach ($each in $failed) { Get-Fault $each }) } else { $sessions[$request.session] = $session }
    } elseif ($request.close) {
      Remove-PSSession $sessions[$request.session]
      $sessions.Remove($request.session)
    } else {
      $pipeline = [powershell]::Create()
      $pipeline.Runspace = $sessions[$request.session].Runspace
      $parameters = $request.parameters ?? @{}
      foreach ($name in $request.secrets.Keys) { $parameters[$name] = ConvertTo-SecureString $request.secrets[$name] -AsPlainText -Force }
      if ($request.script) { [void] $pipeline.AddScript($request.script) }
      else { [void] $pipeline.AddCommand($request.cmdlet).AddParameters($parameters) }
      try {
        $answer.objects = @(foreach ($object in $pipeline.Invoke()) {
          $plain = [ordered] @{}
          foreach ($property in $object.PSObject.Properties) {
            if ($property.Name -notin 'PSComputerName', 'RunspaceId', 'PSShowComputerName') { $plain[$property.Name] = $property.Value }
          }
          $plain
        })
        $answer.types = @(foreach ($value in $answer.objects[0].Values) { if ($null -eq $value) { '' } else { $value.GetType().Name } })
      } catch {
        $inner = $_.Exception
        while ($inner -is [Management.Automation.MethodInvocationException] -and $inner.InnerException) { $inner = $inner.InnerException }
        $record = $inner.ErrorRecord ?? [Management.Automation.ErrorRecord]::new($inner, $inner.GetType().Name, 'NotSpecified', $null)
        $answer.faults = @(Get-Fault $record)
      }
      $answer.faults += @(foreach ($record in $pipeline.Streams.Error) { Get-Fault $record })
      $answer.warnings = @(foreach ($warning in $pipeline.Streams.Warning) { "$warning" })
    }
  } catch { $answer.faults = @(Get-Fault $_) }
  [Console]::Out.WriteLine('answer:' + (ConvertTo-Json $answer -Depth 4 -Compress))
}
