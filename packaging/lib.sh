# Sourced by the scripts of this folder, which the release workflow runs; they run on Linux, macOS and Windows.
# shellcheck shell=bash
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
  printf 'error: %s\n' "$1" >&2
  exit 2
}

# The archive of a target.
archive_of() {
  case $1 in
    *-windows-*) printf 'chub-lint-%s.zip' "$1" ;;
    *) printf 'chub-lint-%s.tar.gz' "$1" ;;
  esac
}

# `sha256sum` of the standard input, without the name.
sha256() {
  local line
  if command -v sha256sum >/dev/null; then
    line=$(sha256sum)
  else
    line=$(shasum -a 256)
  fi
  printf '%s' "${line%% *}"
}

known_target() {
  grep -qxF -e "$1" "$here/targets.txt" || die "unknown target: $1"
}
