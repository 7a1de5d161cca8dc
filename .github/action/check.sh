#!/usr/bin/env bash
# Run chub-lint once for the log, the annotations, the summary and code scanning. The exit code becomes an output,
# so that the results are uploaded before the job fails. All input comes from the environment; see action.yml.
set -euo pipefail

sarif=$RUNNER_TEMP/chub-lint.sarif
summary=$RUNNER_TEMP/chub-lint.md
rm -f "$sarif" "$summary"

arguments=(check --output text --output "sarif=$sarif")
if [ "$CHUB_LINT_ANNOTATIONS" = true ]; then
  arguments+=(--output github)
fi
if [ "$CHUB_LINT_SUMMARY" = true ]; then
  arguments+=(--output "markdown=$summary")
fi
if [ -n "$CHUB_LINT_SINCE" ]; then
  arguments+=("--since=$CHUB_LINT_SINCE")
fi
# Flags are separated by white space; nothing in them is run or expanded.
set -f
# shellcheck disable=SC2206
flags=($CHUB_LINT_ARGS)
set +f
if [ "${#flags[@]}" -gt 0 ]; then
  arguments+=("${flags[@]}")
fi
paths=()
while IFS= read -r path; do
  if [ -n "$path" ]; then
    paths+=("$path")
  fi
done <<<"$CHUB_LINT_PATHS"
if [ "${#paths[@]}" -eq 0 ]; then
  echo "\`paths\` is empty" >&2
  exit 2
fi

code=0
chub-lint "${arguments[@]}" -- "${paths[@]}" || code=$?

if [ -s "$summary" ]; then
  cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi
{
  echo "exit-code=$code"
  if [ -s "$sarif" ]; then
    echo "sarif=$sarif"
  fi
} >>"$GITHUB_OUTPUT"
