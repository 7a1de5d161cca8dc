//! Runs the program and inspects the trees that it writes.

use super::case::EPOCH;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// The program in a folder, with only `PATH` from the environment and a fixed clock.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chub-lint"));
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("SOURCE_DATE_EPOCH", EPOCH);
    command
}

/// One run with arguments split at spaces.
pub fn run(folder: &Path, args: &str) -> Output {
    program(folder)
        .args(args.split(' '))
        .output()
        .expect("the program runs")
}

/// Standard output and standard error as text.
pub fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (text(&output.stdout), text(&output.stderr))
}

/// The content of a folder: folders with a slash, files with size and mode; sorted.
pub fn list(root: &Path) -> Vec<String> {
    fn walk(root: &Path, prefix: &str, out: &mut Vec<String>) {
        use std::os::unix::fs::PermissionsExt;
        for entry in fs::read_dir(root).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let metadata = entry.metadata().expect("metadata");
            if metadata.is_dir() {
                out.push(format!("{path}/"));
                walk(&entry.path(), &format!("{path}/"), out);
            } else {
                let mode = metadata.permissions().mode() & 0o777;
                out.push(format!("{path} {} {mode:o}", metadata.len()));
            }
        }
    }
    let mut out = Vec::new();
    walk(root, "", &mut out);
    out.sort();
    out
}

/// All files in a folder with their bytes, to detect changes.
pub fn contents(root: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(root: &Path, prefix: &str, out: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(root).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().expect("a type").is_dir() {
                out.push((format!("{path}/"), Vec::new()));
                walk(&entry.path(), &format!("{path}/"), out);
            } else {
                // A broken link is listed with its name only.
                out.push((path, fs::read(entry.path()).unwrap_or_default()));
            }
        }
    }
    let mut out = Vec::new();
    walk(root, "", &mut out);
    out.sort();
    out
}

/// A run that must succeed.
pub fn succeeds(folder: &Path, args: &str) {
    let output = run(folder, args);
    assert!(output.status.success(), "{args}: {}", texts(&output).1);
}

/// A document of `content`, with the required metadata unless the given fields contain it.
pub fn doc(root: &Path, folder: &str, fields: &str, body: &str) {
    let folder = root.join("content").join(folder);
    fs::create_dir_all(&folder).expect("a folder");
    let metadata = "metadata:\n  languages: python\n  versions: \"1.0.0\"\n  source: community\n  updated-on: \"2026-01-02\"";
    fs::write(
        folder.join("DOC.md"),
        format!("---\n{fields}\n{metadata}\n---\n{body}\n"),
    )
    .expect("a file");
}
