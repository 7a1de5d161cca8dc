#!/usr/bin/env bash
# A bill of materials of the binary: CycloneDX 1.5, from Cargo.lock by way of `cargo metadata`. Needs cargo and jq.
#
# usage: docs/sbom.sh [TARGET] > chub-lint.cdx.json
#
# Build tools and test dependencies are left out; what is compiled in is named with version, licence, source and the
# checksum that Cargo verified. The same lock file gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}

checksums=$(awk -F'"' '
  /^name = /     { name = $2 }
  /^version = /  { version = $2 }
  /^checksum = / { print name "@" version "\t" $2 }' Cargo.lock |
  jq -Rn '[inputs | split("\t") | { (.[0]): .[1] }] | add')

cargo metadata --format-version 1 --locked --filter-platform "$target" | jq --argjson sums "$checksums" '
  . as $all
  | ($all.resolve.nodes | map({ (.id): . }) | add) as $nodes
  | ($all.packages | map({ (.id): . }) | add) as $packages
  # From the root along normal dependencies only.
  | def linked($id): [$nodes[$id].deps[] | select(any(.dep_kinds[]; .kind == null)) | .pkg];
  def reach($seen; $new):
    if ($new | length) == 0 then $seen
    else ([$new[] | linked(.)[]] | unique) as $next | reach($seen + $new; $next - ($seen + $new)) end;
  def purl: "pkg:cargo/\(.name)@\(.version)";
  $all.resolve.root as $root
  | (reach([]; [$root]) - [$root]) as $ids
  | {
      bomFormat: "CycloneDX",
      specVersion: "1.5",
      version: 1,
      metadata: { component: ($packages[$root] | { type: "application", "bom-ref": purl, name, version, purl: purl }) },
      components: ([$ids[] | $packages[.]] | sort_by(.name, .version) | map({
        type: "library", "bom-ref": purl, name, version, purl: purl,
        licenses: [{ expression: ((.license // "NOASSERTION") | gsub(" ?/ ?"; " OR ")) }],
        hashes: [$sums["\(.name)@\(.version)"] // empty | { alg: "SHA-256", content: . }],
        externalReferences: [.repository // empty | { type: "vcs", url: . }]
      })),
      dependencies: ([$root] + $ids | map(. as $id | { ref: ($packages[$id] | purl), dependsOn: ([linked($id)[] | $packages[.] | purl] | unique) }) | sort_by(.ref))
    }'
