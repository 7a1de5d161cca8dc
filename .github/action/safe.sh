# Sourced by the steps of the action; see action.yml.
#
# The checkout may be a stranger's pull request: no program, library or setting may come from it. `bash -p` has
# already ignored BASH_ENV, ENV, SHELLOPTS, CDPATH and exported functions.
# shellcheck shell=bash

die() {
  printf 'error: %s\n' "$1" >&2
  exit 2
}

# The real path of a folder; fails when there is none.
real() { (cd -P -- "$1" 2>/dev/null && pwd -P); }

checkout=$(real "$GITHUB_WORKSPACE") || die "GITHUB_WORKSPACE is not a folder"
here=$(pwd -P)

# Whether a folder is the checkout or lies in it. Folders are compared as such, not by name: upper and lower case may be
# the same.
in_checkout() {
  local folder
  folder=$(real "$1") || return 1
  while [ -n "$folder" ]; do
    if [ "$folder" -ef "$checkout" ] || [ "$folder" -ef "$here" ]; then
      return 0
    fi
    folder=${folder%/*}
  done
  return 1
}

# PATH without folders that are relative, that are missing (they may appear) or that lie in the checkout.
safe_path() {
  local rest=$PATH: folder out=
  while [ -n "$rest" ]; do
    folder=${rest%%:*}
    rest=${rest#*:}
    case $folder in
      /*) ;;
      *) continue ;;
    esac
    if real "$folder" >/dev/null && ! in_checkout "$folder"; then
      out=$out${out:+:}$folder
    fi
  done
  printf '%s' "$out"
}

PATH=$(safe_path)
export PATH
if in_checkout "$RUNNER_TEMP"; then
  die "RUNNER_TEMP lies in the checkout: set it to a folder outside"
fi
