//! Rewrites every file that is made from the code and the rule pages: `cargo snapshots`.
//!
//! In this order, because each depends on the previous ones: the beginnings of patterns, the outputs on rule pages, the broken hub, the README's
//! table, the schemas, and the transcripts and the picture by a program that has the new pages in it.

use crate::{config_schema, fixtures, readme, rule_pages, schemas};
use regex::Regex;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The elapsed time differs in each run.
const TIME: &str = r"\([0-9]+\.[0-9]+ s\)";
const ANY_TIME: &str = "([..] s)";
/// A line that matches any number of lines.
const ANY_LINES: &str = "\n...\n";

#[test]
#[ignore = "it writes into the repository: run `cargo snapshots`"]
fn rewrite() {
    rewrite_beginnings();
    rule_pages::rewrite();
    fixtures::rewrite();
    readme::rewrite();
    schemas::rewrite();
    config_schema::rewrite();
    rewrite_transcripts();
}

/// The list of what the patterns of instructions begin with. The pages are checked by a build that has it.
fn rewrite_beginnings() {
    let status = Command::new(cargo())
        .args(["test", "--quiet", "--lib", "--", "--ignored", "--exact"])
        .arg("safety::instruction::matcher::tests::rewrite_the_list_of_beginnings")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success(), "the list of beginnings could not be written");
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn transcripts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = fs::read_dir(root.join("tests/cli")).unwrap();
    let mut found: Vec<PathBuf> = files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "trycmd"))
        .collect();
    found.sort();
    found
}

/// Run the transcripts in a build with the new pages, and restore the wildcards.
fn rewrite_transcripts() {
    let paths = transcripts();
    let before: Vec<String> = paths
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let status = Command::new(cargo())
        .args([
            "test",
            "--quiet",
            "--test",
            "integration",
            "--",
            "--exact",
            "cli::transcripts",
            "picture::the_picture_is_the_real_output",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("TRYCMD", "overwrite")
        .status()
        .unwrap();
    let time = Regex::new(TIME).unwrap();
    let mut lost = Vec::new();
    for (path, before) in paths.iter().zip(before) {
        let now = fs::read_to_string(path).unwrap();
        let kept = time.replace_all(&now, ANY_TIME);
        if kept != now {
            fs::write(path, kept.as_bytes()).unwrap();
        }
        if kept.matches(ANY_LINES).count() < before.matches(ANY_LINES).count() {
            lost.push(path);
        }
    }
    assert!(status.success(), "the transcripts could not be rewritten");
    assert!(
        lost.is_empty(),
        "an output with `...` in it changed and is there in full now: shorten it again in {lost:?}"
    );
}
