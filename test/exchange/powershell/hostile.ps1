# Cmdlets that behave as badly as any real one might.

enum Scope { None; Organization; CustomRecipientScope }

function Get-Echo {
  param([Parameter(Mandatory)] [AllowEmptyString()] [AllowEmptyCollection()] $Value)
  [pscustomobject] @{ Value = $Value; Type = $Value.GetType().FullName; Count = @($Value).Count }
}

function Get-Secret {
  param([securestring] $Password)
  [pscustomobject] @{ Plain = [Net.NetworkCredential]::new('', $Password).Password }
}

function Get-Types {
  [CmdletBinding()] param()
  [pscustomobject] @{
    Scope = [Scope]::CustomRecipientScope
    Guid = [guid] '0d1f6c6a-7a09-4c4f-9a3b-3f2b1c0d9e8f'
    Created = [DateTime]::new(2026, 11, 25, 10, 0, 0, [DateTimeKind]::Utc)
    Size = [ulong] 5000000000
    One = @('only')
    None = @()
    Many = [Collections.ArrayList] @('a', [Scope]::None)
    Missing = $null
    Enabled = $true
    Text = '2026-11-25T10:00:00'
    Table = @{ key = 'value' }
  }
}

function Write-Noise {
  Write-Host 'noise'
  Write-Host 'half a line' -NoNewline
  Write-Warning 'a warning'
  Write-Verbose 'verbose' -Verbose
  Write-Information 'information' -InformationAction Continue
  Write-Progress 'progress' -PercentComplete 50
  [Console]::Out.Write('console')
  [Console]::Error.WriteLine('console error')
}

function Get-Part {
  [CmdletBinding()] param()
  [pscustomobject] @{ Name = 'first' }
  Write-Error -Exception ([IO.InvalidDataException]::new('the second is broken')) -ErrorId Broken
  [pscustomobject] @{ Name = 'third' }
}

function Remove-All {
  [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param()
  if ($PSCmdlet.ShouldProcess('everything')) { [pscustomobject] @{ Removed = $true } }
}

function Get-Answer { Read-Host 'Are you sure' }

function Get-Many {
  param([int] $Count, [int] $Length = 10)
  $text = [string]::new('ü', $Length)
  foreach ($number in 1..$Count) {
    [pscustomobject] @{ Name = "Mailbox $number"; Guid = [guid]::Empty; Text = $text; Number = $number; Kind = [Scope]::None }
  }
}

function Wait-Deaf { param([int] $Milliseconds) [Threading.Thread]::Sleep($Milliseconds) }

function Exit-Process { param([int] $Code) [Environment]::Exit($Code) }
