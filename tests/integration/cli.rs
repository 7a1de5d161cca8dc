//! Transcripts of commands and their output. `cargo snapshots` rewrites the transcripts.
//!
//! The environment is cleared: no colour, no network, and no cache of the user who runs the tests.

#[test]
fn transcripts() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let cases = trycmd::TestCases::new();
    let git = std::env::var_os("PATH").and_then(|path| {
        let mut folders = std::env::split_paths(&path);
        folders.find_map(|folder| {
            ["git", "git.exe"]
                .map(|name| folder.join(name))
                .into_iter()
                .find(|git| git.is_file())
        })
    });
    match git {
        Some(git) => cases.register_bin("git", git),
        None => cases
            .skip("tests/cli/since.trycmd")
            .skip("tests/cli/adopt.trycmd")
            .skip("tests/cli/misnamed.trycmd"),
    };
    cases
        .env("CHUB_LINT_OFFLINE", "1")
        .env(
            "CHUB_LINT_CACHE_DIR",
            cache.path().to_str().expect("a temporary path is UTF-8"),
        )
        .env(
            "CHUB_DIR",
            cache
                .path()
                .join("client")
                .to_str()
                .expect("a temporary path is UTF-8"),
        )
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case("tests/cli/*.trycmd")
        .run();
}
