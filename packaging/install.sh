#!/bin/sh
# Install chub-lint @VERSION@ on Linux or macOS.
#
# usage: sh install.sh [--to FOLDER] [--from FOLDER | --from https://...]
#
# --to     where the program goes: ~/.local/bin, or CHUB_LINT_INSTALL_DIR
# --from   where the archives of the release are, when not on GitHub: a folder or a mirror
#
# The archive must have the SHA-256 that the release wrote into this script, wherever it comes from. So who built this
# script is what to verify, before it is run:
#
#   gh attestation verify install.sh --repo @REPOSITORY@ \
#     --signer-workflow @REPOSITORY@/.github/workflows/release.yml --source-ref refs/tags/v@VERSION@
set -eu

version='@VERSION@'
repository='@REPOSITORY@'

checksum() {
  case $1 in
    x86_64-unknown-linux-musl) echo '@SHA256:x86_64-unknown-linux-musl@' ;;
    aarch64-unknown-linux-musl) echo '@SHA256:aarch64-unknown-linux-musl@' ;;
    x86_64-apple-darwin) echo '@SHA256:x86_64-apple-darwin@' ;;
    aarch64-apple-darwin) echo '@SHA256:aarch64-apple-darwin@' ;;
  esac
}

die() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# The musl programs run on every Linux.
target() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64 | Linux-amd64) echo x86_64-unknown-linux-musl ;;
    Linux-aarch64 | Linux-arm64) echo aarch64-unknown-linux-musl ;;
    Darwin-arm64) echo aarch64-apple-darwin ;;
    Darwin-x86_64)
      # A shell for Intel on a processor of Apple.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
        echo aarch64-apple-darwin
      else
        echo x86_64-apple-darwin
      fi
      ;;
    *) die "there is no archive for $(uname -s) on $(uname -m): build chub-lint with cargo" ;;
  esac
}

# From the standard input, so that no name of a file becomes part of the answer.
sha256() {
  if has sha256sum; then
    sha256sum
  elif has shasum; then
    shasum -a 256
  elif has openssl; then
    openssl dgst -sha256 -r
  else
    die "sha256sum, shasum or openssl is needed to verify the archive: install one of them"
  fi
}

# Bring the archive $1 to the file $2.
bring() {
  case $from in
    https://*)
      if has curl; then
        curl --disable --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --max-time 600 \
          --output "$2" "$from/$1" || die "cannot download $from/$1"
      elif has wget; then
        wget -q -O "$2" "$from/$1" || die "cannot download $from/$1"
      else
        die "curl or wget is needed to download the archive: install one of them"
      fi
      ;;
    *://*) die "--from is a folder or an address with https: $from" ;;
    *)
      if [ ! -f "$from/$1" ]; then
        die "there is no file $from/$1"
      fi
      cat <"$from/$1" >"$2"
      ;;
  esac
}

main() {
  case $version$repository in
    *@*) die "this is the template of the script: download install.sh from a release" ;;
  esac
  to=${CHUB_LINT_INSTALL_DIR:-${HOME:+$HOME/.local/bin}}
  from=https://github.com/$repository/releases/download/v$version
  while [ $# -gt 0 ]; do
    case $1 in
      --to | --from)
        if [ $# -lt 2 ] || [ -z "$2" ]; then
          die "$1 needs a value"
        fi
        case $1 in
          --to) to=$2 ;;
          --from) from=${2%/} ;;
        esac
        shift 2
        ;;
      *) die "unknown argument: usage: sh install.sh [--to FOLDER] [--from FOLDER]" ;;
    esac
  done
  if [ -z "$to" ]; then
    die "HOME is not set: name a folder with --to"
  fi
  # A name that begins with a dash is no option, and a relative one stays what it was.
  case $to in
    /*) ;;
    *) to=./$to ;;
  esac
  case $from in
    /* | *://*) ;;
    *) from=./$from ;;
  esac

  target=$(target)
  expected=$(checksum "$target")
  case ${#expected}-$expected in
    64-*[!0-9a-f]*) expected= ;;
    64-*) ;;
    *) expected= ;;
  esac
  if [ -z "$expected" ]; then
    die "the script has no SHA-256 for $target: download it again"
  fi
  archive=chub-lint-$target.tar.gz
  work=$(mktemp -d)
  staged=
  trap 'rm -rf "$work" ${staged:+"$staged"}' EXIT
  trap 'exit 1' HUP INT TERM

  bring "$archive" "$work/archive"
  found=$(sha256 <"$work/archive")
  found=${found%% *}
  if [ "$found" != "$expected" ]; then
    die "$archive is not the one of this release: its SHA-256 is $found instead of $expected"
  fi
  # Only this member, and only its bytes: no name in the archive becomes a path, and no link is made.
  tar -xzOf "$work/archive" chub-lint >"$work/chub-lint" || die "$archive has no chub-lint in it"
  if [ ! -s "$work/chub-lint" ]; then
    die "$archive has no chub-lint in it"
  fi
  chmod 755 "$work/chub-lint"
  said=$("$work/chub-lint" --version) || die "the program for $target does not run on this system"
  if [ "$said" != "chub-lint $version" ]; then
    die "the program of $archive is not version $version"
  fi

  mkdir -p "$to" || die "cannot create $to"
  to=$(CDPATH='' cd "$to" && pwd) || die "cannot enter $to"
  if [ -d "$to/chub-lint" ]; then
    die "$to/chub-lint is a folder: name another one with --to"
  fi
  # In one step, so that a program that runs or a failure in between does no harm.
  staged=$(mktemp "$to/.chub-lint.XXXXXX") || die "cannot write to $to"
  cat <"$work/chub-lint" >"$staged"
  chmod 755 "$staged"
  mv -f "$staged" "$to/chub-lint" || die "cannot write $to/chub-lint"
  staged=

  printf 'installed chub-lint %s as %s\n' "$version" "$to/chub-lint"
  printf 'its archive had the SHA-256 of the release; to verify who made the release and this script:\n'
  printf '  gh attestation verify install.sh --repo %s \\\n' "$repository"
  printf '    --signer-workflow %s/.github/workflows/release.yml --source-ref refs/tags/v%s\n' "$repository" "$version"
  case :${PATH:-}: in
    *":$to:"*) ;;
    *) printf 'add %s to PATH\n' "$to" ;;
  esac
}

# Last, so that half a script does nothing.
main "$@"
