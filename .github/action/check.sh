# Run chub-lint once for the log, the annotations, the summary and code scanning. The exit code becomes an output,
# so that the results are uploaded before the job fails. All input comes from the environment; see action.yml.
# shellcheck shell=bash
set -euo pipefail
# shellcheck source=.github/action/safe.sh
. "$CHUB_LINT_SOURCE/.github/action/safe.sh"

# What the runner hands to every step and the program has no use for.
unset ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_RUNTIME_TOKEN
unset LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH BASH_ENV ENV
# A cache in the checkout would be the pull request's; one in the home folder of a shared machine, an earlier job's.
export CHUB_LINT_CACHE_DIR=${CHUB_LINT_CACHE_DIR:-$RUNNER_TEMP/chub-lint-cache}

# Settings of a pull request must not choose which hosts are asked, nor with whose credentials.
case $CHUB_LINT_ACTION_OFFLINE-$GITHUB_EVENT_NAME in
  true-* | false-*) offline=$CHUB_LINT_ACTION_OFFLINE ;;
  auto-push | auto-schedule | auto-workflow_dispatch) offline=false ;;
  auto-*) offline=true ;;
  *) die "\`offline\` is auto, true or false" ;;
esac
if [ "$offline" = true ]; then
  export CHUB_LINT_OFFLINE=1
fi

home=$(mktemp -d "$RUNNER_TEMP/chub-lint.XXXXXX")
sarif=$home/chub-lint.sarif
summary=$home/chub-lint.md

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
  die "\`paths\` is empty"
fi

code=0
"$CHUB_LINT_PROGRAM" "${arguments[@]}" -- "${paths[@]}" || code=$?

if [ -s "$summary" ]; then
  cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi
# A number and a path of the runner: nothing that a document says.
{
  printf 'exit-code=%d\n' "$code"
  # The results of a run that failed are not complete: uploaded, they would close the alerts of what is missing.
  if [ "$code" -ne 2 ] && [ -s "$sarif" ]; then
    printf 'sarif=%s\n' "$sarif"
  fi
} >>"$GITHUB_OUTPUT"
