#!/usr/bin/env bash
# Write the installers and manifests of a release: its version, its repository and the SHA-256 of its archives take the
# places of `@VERSION@`, `@REPOSITORY@`, `@OWNER@` and `@SHA256:TARGET@` in the templates of this folder.
#
# usage: packaging/fill.sh VERSION OWNER/REPOSITORY FOLDER_OF_THE_ARCHIVES OUT
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
[ $# -eq 4 ] || die "usage: packaging/fill.sh VERSION OWNER/REPOSITORY FOLDER_OF_THE_ARCHIVES OUT"
version=$1 repository=$2 archives=$3 out=$4

# They become part of scripts, and of an expression of sed.
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || die "VERSION is a version such as 1.2.3"
[[ $repository =~ ^[0-9A-Za-z-]+/[0-9A-Za-z._-]+$ ]] || die "OWNER/REPOSITORY is a repository of GitHub"
owner=${repository%%/*}

expressions=(-e "s|@VERSION@|$version|g" -e "s|@REPOSITORY@|$repository|g" -e "s|@OWNER@|$owner|g")
while IFS= read -r target; do
  archive=$archives/$(archive_of "$target")
  [ -f "$archive" ] || die "$archive is missing"
  sum=$(sha256 <"$archive")
  [[ $sum =~ ^[0-9a-f]{64}$ ]] || die "cannot compute the SHA-256 of $archive"
  expressions+=(-e "s|@SHA256:$target@|$sum|g")
done <"$here/targets.txt"

mkdir -p "$out"
fill() {
  sed "${expressions[@]}" "$here/$1" >"$out/$2"
  if grep -nE '@[A-Z0-9]+(:[a-z0-9_-]+)?@' "$out/$2"; then
    die "$1 has a place that nothing takes"
  fi
}
fill install.sh install.sh
fill install.ps1 install.ps1
fill homebrew/chub-lint.rb chub-lint.rb
fill winget/version.yaml "$owner.chub-lint.yaml"
fill winget/installer.yaml "$owner.chub-lint.installer.yaml"
fill winget/locale.en-US.yaml "$owner.chub-lint.locale.en-US.yaml"
fill docker/Dockerfile Dockerfile
chmod 755 "$out/install.sh"
