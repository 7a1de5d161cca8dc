//! The picture of the README is the real output of its command. `cargo snapshots` draws it again.

use anstyle_svg::Term;
use regex::Regex;
use std::fs;
use std::path::Path;
use std::process::Command;

const PICTURE: &str = "docs/output.svg";

/// The command, which runs in the root of the repository.
const COMMAND: &str = "chub-lint fixtures/broken/wrong-type fixtures/broken/stale-version \
    fixtures/broken/code-syntax --locked fixtures/releases.json";

/// The command and its output in colour.
fn screen() -> String {
    let (_, arguments) = COMMAND.split_once(' ').unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments.split_whitespace())
        .env("CHUB_LINT_OFFLINE", "1")
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    // The elapsed time would differ in each run.
    let time = Regex::new(r" \([0-9]+\.[0-9]+ s\)\n").unwrap();
    assert_eq!(time.find_iter(&text).count(), 1, "{text}");
    let bold = |text: &str| format!("\u{1b}[1m{text}\u{1b}[0m");
    format!("$ {}\n\n{}", bold(COMMAND), time.replace(&text, " (0.01 s)\n"))
}

#[test]
fn the_picture_is_the_real_output() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PICTURE);
    let svg = Term::new().render_svg(&screen());
    // As for the transcripts, which also need a program with the new pages.
    if std::env::var_os("TRYCMD").is_some_and(|how| how == "overwrite") {
        fs::write(&path, &svg).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == svg,
        "draw {PICTURE} again"
    );
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    assert!(
        readme.contains(&format!("]({PICTURE})")),
        "the README shows {PICTURE}"
    );
}
