# Reads the named files with PowerShell's own parser, and prints a line for each thing that it does not understand.
param([Parameter(ValueFromRemainingArguments)] [string[]] $Paths)

foreach ($path in $Paths) {
  $errors = $null
  [void] [Management.Automation.Language.Parser]::ParseFile($path, [ref] $null, [ref] $errors)
  foreach ($each in $errors) { "${path}:$($each.Extent.StartLineNumber): $($each.Message)" }
}
