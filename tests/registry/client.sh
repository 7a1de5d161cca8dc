#!/usr/bin/env bash
# The hub's own client on a tree that chub-lint builds: search, get, and the MCP server. The client is installed
# once from npm into CHUB_CLIENT (default: a scratch folder); after that nothing opens a connection.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "skipped: node and npm are needed to run the hub's own client" >&2
  exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
client=${CHUB_CLIENT:-$scratch/npm}
if [ ! -e "$client/node_modules/@aisuite/chub/bin/chub" ]; then
  mkdir -p "$client"
  if ! npm install --silent --no-audit --no-fund --prefix "$client" @aisuite/chub@0.1.4; then
    echo "skipped: @aisuite/chub@0.1.4 cannot be installed from npm here" >&2
    exit 0
  fi
fi

program=${CHUB_LINT:-}
if [ -z "$program" ]; then
  cargo build --quiet
  program=${CARGO_TARGET_DIR:-target}/debug/chub-lint
fi

entry() { # FILE FRONT_MATTER
  mkdir -p "$(dirname "$scratch/content/$1")"
  printf -- '---\n%s\n---\n# %s\n' "$2" "$1" >"$scratch/content/$1"
}
widget() { # LANGUAGE VERSION
  printf 'name: widget\ndescription: Draws spectrograms of small sounds\nmetadata:\n  languages: "%s"\n' "$1"
  printf '  versions: "%s"\n  source: maintainer\n  tags: "drawing"\n  updated-on: "2026-01-02"\n' "$2"
}
entry acme/docs/widget/python/DOC.md "$(widget python 2.1.0)"
entry acme/docs/widget/javascript/DOC.md "$(widget javascript 2.0.0)"
entry acme/docs/widget/1.9.0/DOC.md "$(widget python 1.9.0)"
mkdir "$scratch/content/acme/docs/widget/python/references"
echo '# Colours' >"$scratch/content/acme/docs/widget/python/references/colours.md"
entry acme/skills/fold/SKILL.md $'name: fold\ndescription: Folds paper\nmetadata:\n  source: community\n  tags: paper\n  updated-on: "2026-01-02"'

"$program" build "$scratch/content" -o "$scratch/tree"
node tests/registry/client.mjs "$client" "$scratch/tree" "$scratch"
