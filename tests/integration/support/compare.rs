//! Comparisons of long texts: a failure shows the lines that differ.

use std::fs;
use std::path::{Path, PathBuf};

/// Panic with the lines that differ when two texts are not equal. `what` names the texts.
#[track_caller]
pub fn same_text(actual: &str, expected: &str, what: &str) {
    if actual != expected {
        panic!(
            "{what} is not what it should be:\n{}",
            line_diff(actual, expected)
        );
    }
}

/// The lines that differ, with some around them.
pub fn line_diff(actual: &str, expected: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, actual);
    let diff = diff.unified_diff().header("expected", "actual").to_string();
    diff.replace('\r', "\\r")
}

/// Check that a file of the repository has a generated text. `cargo snapshots` writes it.
#[track_caller]
pub fn up_to_date(file: &str, expected: &str) {
    same_text(&fs::read_to_string(path(file)).unwrap(), expected, file);
}

/// Write a generated file of the repository.
pub fn write(file: &str, text: &str) {
    fs::write(path(file), text).unwrap();
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}
