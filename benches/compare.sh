#!/usr/bin/env bash
# chub-lint beside its peers on one tree, in one go: interleaved runs, medians, ratios.
#
# usage: benches/compare.sh CONTENT [RUNS]
#
# Compared are the tools that are found: rumdl (PyPI, 0.3), `chub` (npm @aisuite/chub) and node with acorn, and python3.
# RUMDL, CHUB and NODE_DIR (a folder with node_modules/acorn) say where they are when they are not on the PATH.
set -euo pipefail
content=${1:?usage: benches/compare.sh CONTENT [RUNS]}
runs=${2:-7}
here=$(cd "$(dirname "$0")" && pwd)
export CHUB_TELEMETRY=0 CHUB_FEEDBACK=0 CHUB_LINT_OFFLINE=1

cargo build --quiet --release --manifest-path "$here/../Cargo.toml"
lint="$here/../target/release/chub-lint"
rumdl=${RUMDL:-$(command -v rumdl || true)}
chub=${CHUB:-$(command -v chub || true)}

names=(chub-lint) commands=("$lint '$content' --isolated --offline --fail-on never --output json")
add() { names+=("$1"); commands+=("$2"); }
if [ -n "$rumdl" ]; then
  add "rumdl, all rules" "$rumdl check --no-cache --silent '$content'"
  add "rumdl, links, fences, encoding" "$rumdl check --no-cache --silent --enable MD042,MD051,MD052,MD057,MD070,MD083,MD084 '$content'"
fi
[ -n "$chub" ] && add "chub build --validate-only" "$chub build '$content' --validate-only"
if [ -d "${NODE_DIR:-}/node_modules/acorn" ] && command -v python3 >/dev/null; then
  add "ast.parse and acorn over the blocks" "python3 '$here/scripted.py' '$content'"
fi

times=$(mktemp -d)
trap 'rm -rf "$times"' EXIT
for ((run = 0; run <= runs; run++)); do
  # In another order each time: whoever follows a tool that used much memory waits for the system to clear it.
  for i in $(shuf --echo "${!names[@]}"); do
    # Microseconds, by the shell itself: starting another program to look at the clock would be timed too.
    start=${EPOCHREALTIME/[.,]/}
    eval "${commands[$i]}" >/dev/null 2>&1 || true
    end=${EPOCHREALTIME/[.,]/}
    # The first round warms the file cache and does not count.
    [ "$run" = 0 ] || echo $((end - start)) >>"$times/$i"
  done
done

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
base=$(median "$times/0")
printf '%-40s %10s %28s\n' "" "median ms" "chub-lint takes"
for i in "${!names[@]}"; do
  middle=$(median "$times/$i")
  awk -v n="${names[$i]}" -v m="$middle" -v b="$base" 'BEGIN { printf "%-40s %10.1f %20.2f of its time\n", n, m / 1000, b / m }'
done
