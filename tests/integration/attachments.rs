//! The files of skills that are not Markdown: read, checked, suppressed and counted as documents are.

use crate::support::program::{Ran, Scene};

const SKILL: &str =
    "=---\nname: page\ndescription: Builds pages. Use when asked for a page of widgets.\n---\n\n# Page\n";
const HIDDEN: &str = "=x = 1\u{200b}\n";
const ASKS: &str = "=name = input('Name: ')\n";

fn scene(files: &[&str]) -> Scene {
    let skill = format!("r/skills/page/SKILL.md{SKILL}");
    Scene::new(&[&["r/.git/", skill.as_str()], files].concat())
}

fn file(path: &str, text: &str) -> String {
    format!("r/skills/page/{path}{text}")
}

fn hidden(path: &str) -> String {
    format!("skills/page/{path} hidden-text error")
}

fn asks(path: &str) -> String {
    format!("skills/page/{path} interactive-script note")
}

fn summary(ran: &Ran) -> serde_json::Value {
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    report["summary"].clone()
}

#[test]
fn every_text_file_of_a_skill_is_read_and_others_are_not() {
    let files = [
        "run.py",
        "data/a.json",
        "data/b.yaml",
        "c.txt",
        "LICENSE",
        ".hidden/d",
    ];
    let read = files.map(|path| file(path, HIDDEN));
    let mut all: Vec<&str> = read.iter().map(String::as_str).collect();
    let installed = file("node_modules/e.js", HIDDEN);
    let git = file(".git/f", HIDDEN);
    all.extend([
        "r/skills/beside.py=\u{200b}",
        "r/docs/g.py=\u{200b}",
        &installed,
        &git,
    ]);
    let scene = scene(&all);
    let mut expected = files.map(hidden).to_vec();
    expected.sort();
    assert_eq!(scene.findings("r", &["check", "."]), expected);
}

#[test]
fn a_byte_order_mark_is_no_hidden_text() {
    let script = file("run.ps1", "=\u{feff}Write-Output 1\n");
    assert!(scene(&[&script]).findings("r", &["check", "."]).is_empty());
}

#[test]
fn what_is_no_text_is_counted() {
    let scene = scene(&[&file("run.py", "=x = 1\n"), &file("note.txt", "=x\n")]);
    std::fs::write(scene.path("r/skills/page/logo.bin"), b"\x89PNG\0\x01").unwrap();
    std::fs::write(scene.path("r/skills/page/latin.txt"), b"caf\xe9\n").unwrap();
    let mut late = vec![b'x'; 10_000];
    late.push(0);
    std::fs::write(scene.path("r/skills/page/late.txt"), late).unwrap();
    std::fs::write(scene.path("r/skills/page/large.txt"), vec![b'x'; (16 << 20) + 1]).unwrap();
    let summary = summary(&scene.run("r", &["check", ".", "--output", "json", "--exclude", "note.txt"]));
    assert_eq!(summary["files"], 1);
    let files = serde_json::json!({
        "binary, or not UTF-8": 3, "excluded by the config": 1, "larger than 16 MiB": 1
    });
    assert_eq!(summary["not_checked"]["files"], files);
    let text = scene.run("r", &["check", ".", "--exclude", "note.txt"]).out;
    for phrase in [
        "in 1 document with 0 code blocks, and 1 other file of skills",
        "not checked: 3 files of skills: binary, or not UTF-8",
    ] {
        assert!(text.contains(phrase), "{text}");
    }
}

#[test]
fn a_file_can_be_named_and_checked_from_standard_input() {
    let scene = scene(&[&file("run.py", HIDDEN), &file("other.py", HIDDEN)]);
    let named = scene.findings("r", &["check", "skills/page/run.py"]);
    assert_eq!(named, [hidden("run.py")]);
    let arguments = [
        "check",
        "-",
        "--stdin-filename",
        "skills/page/run.py",
        "--output",
        "concise",
    ];
    let ran = scene.run_with("r", &arguments, "y = 1\ny = \u{200b}2\n");
    assert!(
        ran.out.contains("skills/page/run.py:2:5: error[hidden-text]"),
        "{ran:?}"
    );
    let files = scene.run("r", &["check", ".", "--show-files"]).out;
    let expected = [
        "skills/page/SKILL.md",
        "skills/page/other.py",
        "skills/page/run.py",
    ];
    assert_eq!(files.lines().collect::<Vec<_>>(), expected);
    let stray = scene.run("r", &["check", "skills/page/none.py"]);
    assert_eq!(stray.code, 2);
}

#[test]
fn comments_allow_what_they_may() {
    let allowed = "=# chub-lint: allow(interactive-script) people run it\nname = input('Name: ')\n";
    let beside = "=name = input('Name: ')  # chub-lint: allow(interactive-script) people run it\n";
    let whole = "=x = 1\n# chub-lint: allow-file(interactive-script) people run it\nname = input('Name: ')\n";
    let unused = "=x = 1  # chub-lint: allow(interactive-script) people run it\n";
    let safety = "=# chub-lint: allow(hidden-text) nobody sees it\nx = 1\u{200b}\n";
    let block = "=/* chub-lint: allow(interactive-script) people run it */\nimport prompts from 'prompts'\n";
    let scene = scene(&[
        &file("scripts/allowed.py", allowed),
        &file("scripts/beside.py", beside),
        &file("scripts/block.js", block),
        &file("scripts/plain.py", ASKS),
        &file("scripts/safety.py", safety),
        &file("scripts/unused.py", unused),
        &file("scripts/whole.py", whole),
    ]);
    let arguments = ["check", ".", "--extend-select", "interactive-script"];
    let expected = [
        asks("scripts/plain.py"),
        "skills/page/scripts/safety.py unused-allow warning".to_owned(),
        hidden("scripts/safety.py"),
        "skills/page/scripts/unused.py unused-allow warning".to_owned(),
    ];
    assert_eq!(scene.findings("r", &arguments), expected);
}

#[test]
fn a_config_and_a_baseline_accept_findings() {
    let scene = scene(&[&file("a.py", HIDDEN), &file("b.py", HIDDEN)]);
    let baseline = scene.run("r", &["baseline", "."]);
    assert_eq!(baseline.code, 0, "{baseline:?}");
    assert!(scene.findings("r", &["check", "."]).is_empty());
    scene.add(&file("b.py", "=x = 1\u{200b}\ny = 1\u{200b}\u{200b}\n"));
    assert_eq!(scene.findings("r", &["check", "."]), [hidden("b.py")]);
    let allow =
        "r/chub-lint.toml=[[allow]]\nrule = \"hidden-text\"\npath = \"**/b.py\"\nreason = \"a sample\"\n";
    scene.add(allow);
    let stale = ["chub-lint-baseline.toml stale-baseline note"];
    assert_eq!(scene.findings("r", &["check", "."]), stale);
}

#[test]
#[cfg(unix)]
fn links_are_followed_inside_of_the_hub_only() {
    use std::os::unix::fs::symlink;
    let scene = scene(&["r/skills/shared.py=x = 1\u{200b}\n", "outside.py=x = 1\u{200b}\n"]);
    symlink("../shared.py", scene.path("r/skills/page/in.py")).unwrap();
    symlink("../../../outside.py", scene.path("r/skills/page/out.py")).unwrap();
    symlink("/dev/zero", scene.path("r/skills/page/zero.py")).unwrap();
    let expected = [
        hidden("in.py"),
        "skills/page/out.py escaping-link error".to_owned(),
        "skills/page/zero.py escaping-link error".to_owned(),
    ];
    assert_eq!(scene.findings("r", &["check", "."]), expected);
}
