# Find the program for the next step: a release, a build of the action's own sources, or what is on the path. Its path
# becomes an output. All input comes from the environment; see action.yml.
# shellcheck shell=bash
set -euo pipefail
# shellcheck source=.github/action/safe.sh
. "$CHUB_LINT_SOURCE/.github/action/safe.sh"

home=$(mktemp -d "$RUNNER_TEMP/chub-lint.XXXXXX")
mkdir "$home/bin" "$home/home" "$home/tmp"
# Tools read settings from the working folder and from those above it.
cd "$home"

# Run a program with an environment of our own: no variable that an earlier step has set chooses a compiler, a library
# or a settings file. Only the way to the network is kept.
clean() {
  local kept=("PATH=$PATH" "HOME=$home/home" "TMPDIR=$home/tmp" LC_ALL=C) name
  for name in HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY all_proxy NO_PROXY no_proxy; do
    if [ -n "${!name:-}" ]; then
      kept+=("$name=${!name}")
    fi
  done
  env -i "${kept[@]}" "$@"
}

# The version of the action itself, so that a tag or a commit of the action decides which program runs.
own_version() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^version\ =\ \"([^\"]+)\" ]]; then
      printf 'v%s' "${BASH_REMATCH[1]}"
      return
    fi
  done <"$CHUB_LINT_SOURCE/Cargo.toml"
  die "the action has no version in its Cargo.toml"
}

# A release. The attestation is what is trusted: it says that this archive was built by the release workflow of the
# action's repository from the tag. A checksum next to the archive would only show a broken download.
download() {
  local version=$1 target archive url
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) target=x86_64-unknown-linux-musl ;;
    Linux-aarch64) target=aarch64-unknown-linux-musl ;;
    Darwin-x86_64) target=x86_64-apple-darwin ;;
    Darwin-arm64) target=aarch64-apple-darwin ;;
    *) die "there is no release for $(uname -s) on $(uname -m): use \`version: source\`" ;;
  esac
  # Nothing but a version and a repository may become part of a URL.
  if [[ ! $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
    die "\`version\` is a release such as v0.1.0, \`source\` or \`installed\`, not $(printf %q "$version")"
  fi
  if [[ ! $CHUB_LINT_REPOSITORY =~ ^[0-9A-Za-z_-]+/[0-9A-Za-z._-]+$ ]]; then
    die "the action does not know its repository: use \`version: source\` or \`version: installed\`"
  fi
  if ! type -P gh >/dev/null; then
    die "\`gh\` is missing, and nothing else can verify a release: install it, or use \`version: source\`"
  fi
  archive=chub-lint-$target.tar.gz
  url=https://github.com/$CHUB_LINT_REPOSITORY/releases/download/$version/$archive
  clean curl --disable --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --max-time 300 \
    --output "$home/$archive" "$url" || die "cannot download $url: use a tag of the action, or \`version: source\`"
  clean "GH_TOKEN=$GH_TOKEN" "GH_CONFIG_DIR=$home/home" gh attestation verify "$home/$archive" \
    --repo "$CHUB_LINT_REPOSITORY" --signer-workflow "$CHUB_LINT_REPOSITORY/.github/workflows/release.yml" \
    --source-ref "refs/tags/$version" --deny-self-hosted-runners || die "the attestation of $url is not valid"
  clean tar -xzf "$home/$archive" -C "$home/bin" chub-lint
}

# The action's own sources. Cargo reads settings from their folder and those above it, and rustup does too.
build() {
  local rustup=${RUSTUP_HOME:-${HOME:-/}/.rustup}
  if in_checkout "$CHUB_LINT_SOURCE"; then
    die "the action lies in the checkout, whose settings cargo would obey: use \`version: installed\`"
  fi
  if in_checkout "$rustup"; then
    die "RUSTUP_HOME lies in the checkout: set it to a folder outside"
  fi
  cd "$CHUB_LINT_SOURCE"
  clean "RUSTUP_HOME=$rustup" "CARGO_HOME=$home/cargo" "CARGO_TARGET_DIR=$home/target" \
    cargo install --quiet --locked --root "$home" --path "$CHUB_LINT_SOURCE"
  cd "$home"
  rm -rf "$home/target" "$home/cargo"
}

program=$home/bin/chub-lint
case $CHUB_LINT_VERSION in
  installed) program=$(type -P chub-lint) || die "chub-lint is not on the path, or only in the checkout" ;;
  source) build ;;
  "") download "$(own_version)" ;;
  *) download "$CHUB_LINT_VERSION" ;;
esac
case $program in
  *$'\n'*) die "a folder of PATH has a line break in its name" ;;
esac
clean "$program" --version
printf 'program=%s\n' "$program" >>"$GITHUB_OUTPUT"
if [ "$CHUB_LINT_VERSION" != installed ]; then
  printf '%s\n' "$home/bin" >>"$GITHUB_PATH"
fi
