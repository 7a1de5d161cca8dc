#!/usr/bin/env bash
# Put chub-lint on the path of the next steps: a released binary, one built from the sources of the action, or the
# one that is there. All input comes from the environment; see action.yml.
set -euo pipefail

home=$RUNNER_TEMP/chub-lint
mkdir -p "$home/bin"

# A release: the archive, its checksum and, where the GitHub client is there, the proof of which workflow built it.
download() {
  local version=$1 target archive url
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) target=x86_64-unknown-linux-musl ;;
    Linux-aarch64) target=aarch64-unknown-linux-musl ;;
    Darwin-x86_64) target=x86_64-apple-darwin ;;
    Darwin-arm64) target=aarch64-apple-darwin ;;
    MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
    *)
      echo "no release for $(uname -s) on $(uname -m): use \`version: source\`" >&2
      exit 2
      ;;
  esac
  archive=chub-lint-$target.tar.gz
  url=https://github.com/$CHUB_LINT_REPOSITORY/releases/download/$version/$archive
  curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 \
    --output "$home/$archive" "$url" --output "$home/$archive.sha256" "$url.sha256"
  if command -v sha256sum >/dev/null; then
    (cd "$home" && sha256sum --check --strict --status "$archive.sha256")
  else
    (cd "$home" && shasum -a 256 --check --strict --status "$archive.sha256")
  fi
  if command -v gh >/dev/null; then
    gh attestation verify "$home/$archive" --repo "$CHUB_LINT_REPOSITORY"
  fi
  tar -xzf "$home/$archive" -C "$home/bin"
}

case $CHUB_LINT_VERSION in
  installed)
    command -v chub-lint >/dev/null || {
      echo "chub-lint is not on the path" >&2
      exit 2
    }
    ;;
  source)
    cargo install --quiet --locked --root "$home" --path "$CHUB_LINT_SOURCE"
    ;;
  v[0-9]*)
    # Nothing but a version may become part of a URL.
    if [[ ! $CHUB_LINT_VERSION =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
      echo "no version: $CHUB_LINT_VERSION" >&2
      exit 2
    fi
    download "$CHUB_LINT_VERSION"
    ;;
  *)
    echo "\`version\` is a release such as v0.1.0, \`source\` or \`installed\`, not \`$CHUB_LINT_VERSION\`" >&2
    exit 2
    ;;
esac

if [ "$CHUB_LINT_VERSION" != installed ]; then
  echo "$home/bin" >>"$GITHUB_PATH"
  PATH=$home/bin:$PATH
fi
chub-lint --version
