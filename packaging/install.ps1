# Install chub-lint @VERSION@ on Windows, with Windows PowerShell 5.1 or PowerShell 7.
#
# usage: powershell -ExecutionPolicy Bypass -File install.ps1 [-To FOLDER] [-From FOLDER | -From https://...]
#
# -To     where the program goes: CHUB_LINT_INSTALL_DIR, or Programs\chub-lint in the local data of the user
# -From   where the archives of the release are, when not on GitHub: a folder or a mirror
#
# The archive must have the SHA-256 that the release wrote into this script, wherever it comes from. So who built this
# script is what to verify, before it is run:
#
#   gh attestation verify install.ps1 --repo @REPOSITORY@ `
#     --signer-workflow @REPOSITORY@/.github/workflows/release.yml --source-ref refs/tags/v@VERSION@
param(
    [string]$To = '',
    [string]$From = ''
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
# Windows PowerShell draws progress at a cost of minutes.
$ProgressPreference = 'SilentlyContinue'

$Version = '@VERSION@'
$Repository = '@REPOSITORY@'
$Checksums = @{
    'x86_64-pc-windows-msvc'  = '@SHA256:x86_64-pc-windows-msvc@'
    'aarch64-pc-windows-msvc' = '@SHA256:aarch64-pc-windows-msvc@'
}

# The target of this system. A 32-bit shell says in the second variable what the system is.
function Get-Target {
    $machine = $env:PROCESSOR_ARCHITECTURE
    if ($env:PROCESSOR_ARCHITEW6432) {
        $machine = $env:PROCESSOR_ARCHITEW6432
    }
    switch ($machine) {
        'AMD64' { return 'x86_64-pc-windows-msvc' }
        'ARM64' { return 'aarch64-pc-windows-msvc' }
        default { throw "there is no archive for Windows on ${machine}: build chub-lint with cargo" }
    }
}

# Bring the archive of a name to a file.
function Copy-Archive([string]$Name, [string]$Source, [string]$File) {
    if ($Source -like 'https://*') {
        # Windows PowerShell does not offer TLS 1.2 by itself on old systems.
        [Net.ServicePointManager]::SecurityProtocol = `
            [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
        Invoke-WebRequest -UseBasicParsing -Uri "$Source/$Name" -OutFile $File
    } elseif ($Source -like '*://*') {
        throw "-From is a folder or an address with https: $Source"
    } else {
        Copy-Item -LiteralPath (Join-Path $Source $Name) -Destination $File
    }
}

# Only this member, and only its bytes: no name in the archive becomes a path.
function Expand-Program([string]$Archive, [string]$Program) {
    Add-Type -AssemblyName System.IO.Compression
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    $zip = [IO.Compression.ZipFile]::OpenRead($Archive)
    try {
        $entries = @($zip.Entries | Where-Object { $_.FullName -ceq 'chub-lint.exe' })
        if ($entries.Count -ne 1) {
            throw 'the archive has no chub-lint.exe in it'
        }
        [IO.Compression.ZipFileExtensions]::ExtractToFile($entries[0], $Program, $false)
    } finally {
        $zip.Dispose()
    }
}

function Install-ChubLint {
    if ("$Version$Repository".Contains('@')) {
        throw 'this is the template of the script: download install.ps1 from a release'
    }
    $folder = $To
    if (-not $folder) {
        $folder = $env:CHUB_LINT_INSTALL_DIR
    }
    if (-not $folder) {
        $folder = Join-Path $env:LOCALAPPDATA 'Programs\chub-lint'
    }
    $source = $From
    if (-not $source) {
        $source = "https://github.com/$Repository/releases/download/v$Version"
    }
    $target = Get-Target
    $name = "chub-lint-$target.zip"
    $expected = $Checksums[$target]
    if ($expected -cnotmatch '^[0-9a-f]{64}$') {
        throw "the script has no SHA-256 for ${target}: download it again"
    }
    # .NET has a working folder of its own: its paths are full ones.
    $work = Join-Path ([IO.Path]::GetTempPath()) ('chub-lint-' + [Guid]::NewGuid().ToString())
    New-Item -ItemType Directory -Path $work | Out-Null
    try {
        $archive = Join-Path $work 'archive.zip'
        Copy-Archive $name ($source.TrimEnd([char[]]'/\')) $archive
        $found = (Get-FileHash -LiteralPath $archive -Algorithm SHA256).Hash.ToLowerInvariant()
        if ($found -cne $expected) {
            throw "$name is not the one of this release: its SHA-256 is $found instead of $expected"
        }
        $program = Join-Path $work 'chub-lint.exe'
        Expand-Program $archive $program
        $said = & $program --version
        if ($LASTEXITCODE -ne 0 -or "$said" -cne "chub-lint $Version") {
            throw "the program of $name is not version $Version, or does not run on this system"
        }
        New-Item -ItemType Directory -Force -Path $folder | Out-Null
        $folder = (Get-Item -LiteralPath $folder).FullName
        Move-Item -Force -LiteralPath $program -Destination (Join-Path $folder 'chub-lint.exe')
    } finally {
        Remove-Item -Recurse -Force -LiteralPath $work
    }
    Write-Output "installed chub-lint $Version in $folder"
    Write-Output 'its archive had the SHA-256 of the release; to verify who made the release and this script:'
    Write-Output "  gh attestation verify install.ps1 --repo $Repository --signer-workflow $Repository/.github/workflows/release.yml --source-ref refs/tags/v$Version"
    if (($env:PATH -split ';') -notcontains $folder) {
        Write-Output "add $folder to PATH"
    }
}

# Last, so that half a script does nothing.
Install-ChubLint
