#!/usr/bin/env bash
# Put a program into the archive of its target, with the licences, and its SHA-256 beside it.
#
# usage: packaging/pack.sh TARGET FOLDER_OF_THE_PROGRAM OUT
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
[ $# -eq 3 ] || die "usage: packaging/pack.sh TARGET FOLDER_OF_THE_PROGRAM OUT"
target=$1 programs=$2 out=$3
known_target "$target"
archive=$(archive_of "$target")
program=chub-lint
case $target in
  *-windows-*) program=chub-lint.exe ;;
esac
[ -f "$programs/$program" ] || die "$programs/$program is missing"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$programs/$program" "$here/../LICENSE-MIT" "$here/../LICENSE-APACHE" "$work"
chmod 755 "$work/$program"
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$work"
case $archive in
  # The tar of Git for Windows writes no zip.
  *.zip) python3 -m zipfile -c archive.zip "$program" LICENSE-MIT LICENSE-APACHE ;;
  *) tar -czf archive.tar.gz "$program" LICENSE-MIT LICENSE-APACHE ;;
esac
mv archive.* "$out/$archive"
printf '%s  %s\n' "$(sha256 <"$out/$archive")" "$archive" >"$out/$archive.sha256"
