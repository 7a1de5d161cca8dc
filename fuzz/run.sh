#!/usr/bin/env bash
# Fuzz: each target for some minutes, or a short smoke.
#
# usage: fuzz/run.sh MINUTES [TARGET]   guided by coverage (libFuzzer; needs a C++ compiler)
#        fuzz/run.sh --smoke [COUNT]    blind mutations from a fixed seed, the same everywhere (default 2000 each)
#
# The program itself, with several numbers of threads and in several formats:
#   cargo run --release --bin batches -- PROGRAM [DOCUMENTS] [SEED]
#
# Inputs that fail are kept in fuzz/artifacts/TARGET (guided) or the working folder (smoke); run one again with
#   cargo run --release --bin plain -- TARGET --input FILE
set -euo pipefail
cd "$(dirname "$0")"

if [ "${1:-}" = --smoke ]; then
  cargo build --quiet --release --bin plain
  plain=${CARGO_TARGET_DIR:-target}/release/plain
  for target in $("$plain" --list); do "$plain" "$target" "${2:-2000}"; done
  exit
fi

cargo build --quiet --release --bin plain
plain=${CARGO_TARGET_DIR:-target}/release/plain
minutes=${1:?usage: fuzz/run.sh MINUTES [TARGET] | --smoke [COUNT]}
host=$(rustc -vV | sed -n 's/^host: //p')
# Coverage without nightly: the pass and its options are flags of the stable compiler. A target is named so that
# build scripts and macros are built without them.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
 -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Coverflow-checks"
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
cargo build --quiet --release --features guided --bin guided --target "$host"
guided=${CARGO_TARGET_DIR:-target}/$host/release/guided
for target in ${2:-$("$plain" --list)}; do
  mkdir -p "corpus/$target" "artifacts/$target"
  "$plain" "$target" --corpus "corpus/$target"
  # An input that takes over 5 s is a finding here: instrumented code is slow.
  FUZZ_TARGET=$target "$guided" "corpus/$target" -max_total_time=$((minutes * 60)) -max_len=8192 \
    -timeout=5 -rss_limit_mb=1024 -artifact_prefix="artifacts/$target/" -print_final_stats=1 -verbosity=0
done
