# A formula for a tap. Written by packaging/fill.sh for each release.
class ChubLint < Formula
  desc "Linter for content hubs: the DOC.md and SKILL.md files that coding agents read"
  homepage "https://github.com/@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/chub-lint-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/chub-lint-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/chub-lint-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/chub-lint-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "chub-lint"
    generate_completions_from_executable(bin/"chub-lint", "completions")
    (man1/"chub-lint.1").write Utils.safe_popen_read(bin/"chub-lint", "man")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/chub-lint --version")
    (testpath/"content/acme/docs/widget/DOC.md").write "# Widget\n"
    assert_match "missing-front-matter", shell_output("#{bin}/chub-lint content --offline", 1)
  end
end
