#!/usr/bin/env bash
# Run the program of an archive as a user would: its version, the correct hub, the broken one.
#
# usage: packaging/smoke.sh TARGET FOLDER_OF_THE_ARCHIVES VERSION
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
[ $# -eq 3 ] || die "usage: packaging/smoke.sh TARGET FOLDER_OF_THE_ARCHIVES VERSION"
target=$1 archives=$2 version=$3
known_target "$target"
archive=$archives/$(archive_of "$target")
[ -f "$archive" ] || die "$archive is missing"
expected=$(<"$archive.sha256")
[ "$(sha256 <"$archive")" = "${expected%% *}" ] || die "$archive has another SHA-256 than the one beside it"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
program=$work/chub-lint
case $archive in
  *.zip)
    unzip -q "$archive" -d "$work"
    program=$work/chub-lint.exe
    ;;
  *) tar -xzf "$archive" -C "$work" ;;
esac
for licence in LICENSE-MIT LICENSE-APACHE; do
  [ -s "$work/$licence" ] || die "$archive has no $licence in it"
done

export CHUB_LINT_OFFLINE=1
cd "$here/.."
said=$("$program" --version)
# A line of Windows ends with a carriage return.
[ "${said%$'\r'}" = "chub-lint $version" ] || die "the program of $target says that it is $said"
"$program" fixtures/hub fixtures/skills --locked fixtures/releases.json
status=0
"$program" fixtures/broken --locked fixtures/releases.json --output json >"$work/report.json" || status=$?
[ "$status" = 1 ] || die "the program of $target ends with $status for the broken hub"
grep -q '"rule": *"code-syntax"' "$work/report.json" || die "the program of $target does not find code-syntax"
"$program" completions bash >/dev/null
printf 'the program of %s works\n' "$target"
