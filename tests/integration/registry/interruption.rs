//! However a build is interrupted, the target is the old tree or the new one.

use super::tree::{contents, doc, program, run, succeeds, texts};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Every file of the hub contains the generation, so that a mixture of two trees is detected.
fn generation(root: &Path, number: usize) {
    for entry in 0..120 {
        let folder = format!("author{}/docs/entry{entry}", entry % 12);
        let body = format!("Generation {number}. ").repeat(400);
        doc(
            root,
            &folder,
            &format!("name: entry{entry}\ndescription: generation {number}"),
            &body,
        );
        fs::write(root.join("content").join(&folder).join("more.md"), body).unwrap();
    }
}

#[test]
fn killed_at_any_moment_the_target_is_whole() {
    const ROUNDS: u32 = 30;
    let hub = tempfile::tempdir().unwrap();
    let root = hub.path();
    let out = root.join("out");
    let mut trees = Vec::new();
    let mut longest = Duration::ZERO;
    for number in [1, 0] {
        generation(root, number);
        let started = Instant::now();
        succeeds(root, "build content -o out");
        longest = longest.max(started.elapsed());
        trees.push(contents(&out));
    }
    assert_ne!(trees[0], trees[1]);
    let (mut old, mut new) = (0, 0);
    for round in 0..ROUNDS {
        generation(root, usize::from(round % 2 == 0));
        let before = contents(&out);
        let mut child = program(root)
            .args(["build", "content", "-o", "out"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Times from before the first byte to after the last, in mixed order.
        let moment = (round * 37) % ROUNDS;
        std::thread::sleep(longest * moment / (ROUNDS * 9 / 10));
        child.kill().unwrap();
        child.wait().unwrap();
        let after = contents(&out);
        assert!(
            trees.contains(&after),
            "round {round}: neither the old nor the new tree"
        );
        // The time of a build depends on other work of the machine.
        match (after == before, moment) {
            (true, moment) => {
                old += 1;
                longest = if moment > ROUNDS / 2 {
                    longest * 5 / 4
                } else {
                    longest
                };
            }
            (false, moment) => {
                new += 1;
                longest = if moment < ROUNDS / 2 {
                    longest * 4 / 5
                } else {
                    longest
                };
            }
        }
    }
    assert!(
        old > 0 && new > 0,
        "the kills must fall before and after the exchange: {old} old, {new} new"
    );
    succeeds(root, "build content -o out");
    let left: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "left over: {left:?}");
}

/// A limit on the file size simulates a full disk: the write fails with an error part of the way.
#[test]
fn a_write_that_fails_leaves_the_old_tree() {
    let hub = tempfile::tempdir().unwrap();
    let root = hub.path();
    doc(root, "acme/widget", "name: widget", "Body.");
    succeeds(root, "build content -o out");
    let before = contents(&root.join("out"));
    doc(root, "acme/widget", "name: widget", &"Long. ".repeat(100_000));
    let output = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 64; exec \"$0\" build content -o out",
        ])
        .arg(env!("CARGO_BIN_EXE_chub-lint"))
        .current_dir(root)
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!((output.status.code(), stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(stderr.ends_with("the output is unchanged\n"), "{stderr}");
    assert_eq!(contents(&root.join("out")), before);
    assert_eq!(fs::read_dir(root).unwrap().count(), 2);
}

#[test]
fn a_target_that_cannot_be_written_changes_nothing() {
    let hub = tempfile::tempdir().unwrap();
    let root = hub.path();
    doc(root, "acme/widget", "name: widget", "Body.");
    fs::write(root.join("file"), "x").unwrap();
    let before = contents(root);
    let mut targets = vec!["file/out"];
    if Path::new("/proc/self").is_dir() {
        targets.push("/proc/chub-lint/out");
    }
    for target in targets {
        let output = run(root, &format!("build content -o {target}"));
        let (stdout, stderr) = texts(&output);
        assert_eq!(
            (output.status.code(), stdout.as_str()),
            (Some(1), ""),
            "{target}: {stderr}"
        );
        assert!(stderr.contains("\nError: "), "{stderr}");
        assert_eq!(contents(root), before);
    }
}

/// An unreadable file is detected when a part of the new tree has been written.
#[test]
fn content_that_cannot_be_read_leaves_the_old_tree() {
    use std::os::unix::fs::PermissionsExt;
    let hub = tempfile::tempdir().unwrap();
    let root = hub.path();
    doc(root, "acme/widget", "name: widget", "Body.");
    succeeds(root, "build content -o out");
    let before = contents(&root.join("out"));
    let secret = root.join("content/acme/widget/secret.md");
    fs::write(&secret, "x").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&secret).is_ok() {
        // Root can read everything, so this cannot be tested.
        return;
    }
    let output = run(root, "build content -o out");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(contents(&root.join("out")), before);
}
