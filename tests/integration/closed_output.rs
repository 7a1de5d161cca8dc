//! A reader that stops early (`chub-lint | head`) is not a failure, in any command.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const ENTRIES: usize = 300;

fn hub() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for i in 0..ENTRIES {
        let folder = root.path().join(format!("content/acme/docs/entry-{i}"));
        fs::create_dir_all(&folder).unwrap();
        let front = format!(
            "name: entry-{i}\ndescription: Draws small widgets\nmetadata:\n  languages: python\n  versions: \"1.0.0\"\n  \
             revision: 1\n  updated-on: \"2026-01-02\"\n  source: community\n  tags: ui"
        );
        fs::write(folder.join("DOC.md"), format!("---\n{front}\n---\n# Widget\n")).unwrap();
    }
    root
}

/// Exit code and standard error of a run whose standard output is not read.
fn run(root: &Path, args: &str) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .args(args.split_whitespace())
        .current_dir(root)
        .env("CHUB_LINT_OFFLINE", "1")
        .env("CHUB_LINT_CACHE_DIR", root.join("cache"))
        .env_remove("SOURCE_DATE_EPOCH")
        .stdin(Stdio::null())
        .stdout(writer)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn no_command_fails_on_a_closed_output() {
    let hub = hub();
    for args in [
        "check content",
        "check content --diff",
        "check content --output json=report.json --output json",
        "merge report.json",
        "baseline content",
        "baseline content --update",
        "init .",
        "build content",
        "search widgets content",
        "get acme/entry-1 content --lang python",
        "packages content",
        "packages content --output json",
        "outdated content",
        "outdated content --output csv",
        "report content -o site",
        "cache dir",
        "cache clean",
        "explain stale-version",
        "rules",
        "rules --output json",
        "completions bash",
        "man",
        "schema config",
    ] {
        let (code, err) = run(hub.path(), args);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{args}");
    }
}

/// The output is larger than a buffer, so that the program detects the closed output between two entries.
#[test]
fn a_closed_output_does_not_leave_half_of_the_entries_as_they_were() {
    let hub = hub();
    let outcome = run(hub.path(), "bump content --to 2.0.0 --date 2026-02-03");
    for i in 0..ENTRIES {
        let file = hub.path().join(format!("content/acme/docs/entry-{i}/DOC.md"));
        assert!(fs::read_to_string(file).unwrap().contains("2.0.0"), "entry-{i}");
    }
    assert_eq!(outcome, (Some(0), String::new()));
}
