//! `check -` with `--stdin-filename`: a text of an editor or a hook, checked as the file that it will be.

use crate::support::program::{DOC, SKILL, Scene};
use std::fs;
use std::process::Command;

fn scene() -> Scene {
    Scene::new(&[
        "repo/.git/",
        "repo/content/acme/docs/kit/DOC.md",
        "repo/content/chub-lint.toml=severity = { code-syntax = \"note\" }\n",
    ])
}

const NAME: &str = "content/acme/docs/kit/DOC.md";

#[test]
fn the_text_counts_and_not_the_file() {
    let scene = scene();
    let args = ["-", "--stdin-filename", NAME, "--output", "concise"];
    let clean = DOC.replace("1,", "1");
    let ran = scene.run_with("repo", &args, &clean);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert!(ran.out.starts_with("no findings in 1 document"), "{ran:?}");
    // The settings are those of the file.
    let ran = scene.run_with("repo", &args, DOC);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out.starts_with(&format!("{NAME}:17:8: note[code-syntax]")),
        "{ran:?}"
    );
    // The name alone is enough.
    let again = scene.run_with("repo", &args[1..], DOC);
    let line = |out: &str| out.lines().next().map(str::to_owned);
    assert_eq!(line(&again.out), line(&ran.out));
    assert_eq!(
        fs::read_to_string(scene.path("repo/content/acme/docs/kit/DOC.md")).unwrap(),
        DOC
    );
}

#[test]
fn the_file_and_its_folders_need_not_exist() {
    let scene = scene();
    for (name, text) in [
        ("content/beta/docs/new/python/DOC.md", DOC),
        ("content/new/skills/x/SKILL.md", SKILL),
        ("hub/new/skills/x/SKILL.md", SKILL),
        (".claude/skills/x/SKILL.md", SKILL),
        ("skills/x/SKILL.md", SKILL),
    ] {
        let args = ["-", "--stdin-filename", name, "--output", "concise"];
        let ran = scene.run_with("repo", &args, text);
        let lines: Vec<&str> = ran.out.lines().collect();
        assert_eq!(lines.len(), 2, "{ran:?}");
        assert!(
            lines[0].starts_with(name) && lines[0].contains("[code-syntax]"),
            "{ran:?}"
        );
    }
    assert!(!scene.path("repo/hub").exists());
}

#[test]
fn the_rest_of_the_hub_is_read() {
    let scene = scene();
    let text = DOC.replace("# Kit", "[here](notes.md) [gone](gone.md)");
    scene.add("repo/content/acme/docs/kit/notes.md=# Notes\n");
    scene.add("repo/content/acme/docs/other/DOC.md");
    let args = [
        "-",
        "--stdin-filename",
        NAME,
        "--select",
        "broken-link,duplicate-entry",
        "--output",
        "concise",
    ];
    let ran = scene.run_with("repo", &args, &text);
    assert!(
        ran.out.contains("gone.md") && !ran.out.contains("notes.md"),
        "{ran:?}"
    );
    assert!(ran.out.contains("[duplicate-entry]"), "{ran:?}");
    assert!(!ran.out.contains("other/DOC.md:"), "{ran:?}");
}

#[test]
fn fixes_go_to_standard_output_and_the_report_to_standard_error() {
    let scene = scene();
    let before = DOC
        .replace("updated-on: \"2026-05-01\"", "updated-on: 2026-05-01")
        .replace("versions: \"2.1.0\"", "versions: 2.1");
    let args = ["-", "--stdin-filename", NAME, "--fix"];
    let ran = scene.run_with("repo", &args, &before);
    assert!(ran.out.contains("versions: \"2.1\"\n"), "{ran:?}");
    assert!(
        ran.out.starts_with("---\nname: kit\n") && ran.out.ends_with("```\n"),
        "{ran:?}"
    );
    assert!(ran.err.contains("1 fixed; 1 note"), "{ran:?}");
    // Nothing to fix: every byte as it was, also a mark at the start and the ends of lines.
    for text in [
        DOC.to_owned(),
        DOC.replace('\n', "\r\n"),
        format!("\u{feff}{DOC}"),
        String::new(),
    ] {
        let ran = scene.run_with("repo", &args, &text);
        assert_eq!(ran.out, text, "{}", ran.err);
    }
    // Files are not touched.
    assert_eq!(
        fs::read_to_string(scene.path("repo/content/acme/docs/kit/DOC.md")).unwrap(),
        DOC
    );
    let diff = scene.run_with("repo", &["-", "--stdin-filename", NAME, "--diff"], &before);
    assert!(diff.out.contains("+  versions: \"2.1\""), "{diff:?}");
    assert_eq!(diff.code, 1);
}

#[test]
fn wrong_uses_are_refused_and_write_nothing() {
    let scene = scene();
    for (args, said) in [
        (&["-"][..], "`-` needs a name: add `--stdin-filename PATH`"),
        (
            &["-", "content", "--stdin-filename", NAME],
            "standard input is checked alone",
        ),
        (
            &["content", "--stdin-filename", NAME],
            "standard input is checked alone",
        ),
        (&["-", "--stdin-filename", "content"], "cannot be read"),
        (&["-", "--stdin-filename", NAME, "--watch"], "cannot be used with"),
        (
            &["-", "--stdin-filename", "notes.md", "--fix"],
            "nothing to check: it is neither an entry",
        ),
        (
            &["-", "--stdin-filename", NAME, "--fix", "--exclude", "kit"],
            "nothing to check: it is excluded",
        ),
    ] {
        let ran = scene.run_with("repo", args, DOC);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
        assert!(ran.err.contains(said), "{args:?}: {ran:?}");
    }
    // A hook that is given an excluded file gets it back.
    let args = [
        "-",
        "--stdin-filename",
        NAME,
        "--fix",
        "--exclude",
        "kit",
        "--allow-empty",
    ];
    let ran = scene.run_with("repo", &args, DOC);
    assert_eq!((ran.code, ran.out.as_str()), (0, DOC), "{}", ran.err);
}

#[test]
fn a_new_text_is_reported_on_when_the_file_did_not_change() {
    let scene = scene();
    fs::remove_dir(scene.path("repo/.git")).unwrap();
    let git = |args: &[&str]| {
        let run = Command::new("git")
            .args(args)
            .current_dir(scene.path("repo"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output();
        assert!(run.unwrap().status.success(), "{args:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&[
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.com",
        "commit",
        "-q",
        "-m",
        "x",
    ]);
    let args = [
        "-",
        "--stdin-filename",
        NAME,
        "--since",
        "main",
        "--output",
        "concise",
    ];
    let ran = scene.run_with("repo", &args, &DOC.replace("# Kit", "# The kit"));
    assert!(
        ran.out.contains("[code-syntax]") && ran.out.contains("[unbumped-revision]"),
        "{ran:?}"
    );
}

#[test]
fn a_text_that_is_not_utf_8_or_too_large_is_bounded() {
    let scene = scene();
    let large = "a".repeat(17 * 1024 * 1024);
    let ran = scene.run_with("repo", &["-", "--stdin-filename", NAME], &large);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("larger than 16777216 bytes"), "{}", ran.err);
}
