//! What a user types and sees. `TRYCMD=overwrite cargo test --test cli` rewrites the transcripts.
//!
//! The environment is scrubbed: no colour, no network, no cache of the person who runs the tests.

#[test]
fn transcripts() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    trycmd::TestCases::new()
        .env("CHUB_LINT_OFFLINE", "1")
        .env(
            "CHUB_LINT_CACHE_DIR",
            cache.path().to_str().expect("a temporary path is UTF-8"),
        )
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case("tests/cli/*.trycmd")
        .case("README.md")
        .run();
}
