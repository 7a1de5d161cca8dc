//! A patch of `--patch` makes with `git apply` what `--fix` does, byte by byte.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FRONT: &str = "---\nname: kit\ndescription: \"How to use the kit library from Python\"\nmetadata:\n  \
    languages: \"python\"\n  versions: \"1.0.0\"\n  revision: 1\n  updated-on: \"2026-05-01\"\n  \
    source: comunity\n  tags: \"kit\"\n  package: none\n---\n";

fn run(program: &str, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command.env("CHUB_LINT_OFFLINE", "1").output().unwrap()
}

fn lay_out(root: &Path) {
    let crlf = format!("{FRONT}\n# A\u{200b}b\nlast").replace('\n', "\r\n");
    let lone = format!("{FRONT}\na\rb\r\nsup\u{200b}port\rc\n\u{1b}[0m\t \nlast");
    let first = FRONT.replace("name: kit", "name: \"k\u{200b}it\"");
    let files = [
        ("content/acme/docs/plain/DOC.md", FRONT.to_owned()),
        ("content/acme/docs/crlf/DOC.md", crlf),
        ("content/acme/docs/od d \"é\\/DOC.md", lone),
        ("content/acme/docs/a  b/DOC.md", first),
        (
            "content/acme/docs/tab\tand\nline/DOC.md",
            format!("{FRONT}\nno line break"),
        ),
    ];
    for (path, text) in files {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

fn texts(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut entries: Vec<_> = fs::read_dir(folder.join("content/acme/docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    let text = |entry: &std::path::PathBuf| {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read(entry.join("DOC.md")).unwrap())
    };
    entries.iter().map(text).collect()
}

#[test]
fn git_takes_the_patch_and_makes_what_fix_does() {
    let program = env!("CARGO_BIN_EXE_chub-lint");
    let (patched, fixed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [patched.path(), fixed.path()] {
        lay_out(folder);
        let output = run("git", folder, &["init", "-q"]);
        assert!(output.status.success());
    }
    let before = texts(patched.path());
    let output = run(program, patched.path(), &["content", "--patch", "fixes.patch"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(output.stdout, b"wrote a patch of 5 files: fixes.patch\n");
    assert_eq!(texts(patched.path()), before, "it changes nothing");
    let applied = run(
        "git",
        patched.path(),
        &["-c", "core.autocrlf=false", "apply", "fixes.patch"],
    );
    assert!(applied.status.success(), "{applied:?}");
    run(program, fixed.path(), &["content", "--fix"]);
    assert_eq!(texts(patched.path()), texts(fixed.path()));
    assert_ne!(texts(patched.path()), before);
    let output = run(program, patched.path(), &["content", "--patch", "fixes.patch"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(fs::read(patched.path().join("fixes.patch")).unwrap(), b"");
}
