//! A file with more findings of a rule than a report has: all are counted, and none passes unseen.

use std::fs;
use std::path::Path;
use std::process::Command;

const PLACE: &str = "content/acme/docs/widget/DOC.md";

/// A page with so many broken links.
fn write(root: &Path, links: usize, first: &str) {
    let mut text = format!(
        "---\nname: widget\ndescription: \"How to use the widget library from Python\"\nmetadata:\n  \
         languages: \"python\"\n  versions: \"2.1.0\"\n  revision: 1\n  updated-on: \"2026-05-01\"\n  \
         source: community\n  tags: \"widget\"\n  package: none\n---\n\n{first}\n\n# Widget\n\n"
    );
    for at in 0..links {
        text.push_str(&format!("[x](gone-{at}.md)\n\n"));
    }
    let file = root.join(PLACE);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::write(file, text).unwrap();
}

fn lint(root: &Path, args: &[&str]) -> (Option<i32>, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .args(args)
        .args(["content", "--offline", "--select", "broken-link"])
        .current_dir(root)
        .env("CHUB_LINT_OFFLINE", "1")
        .output()
        .unwrap();
    let text = [run.stdout, run.stderr].concat();
    (run.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn every_format_counts_all_of_them() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    write(root, 707, "");
    let (code, text) = lint(root, &["check", "--max-findings", "3"]);
    assert_eq!(code, Some(1));
    assert_eq!(text.matches("error[").count(), 3);
    assert!(
        text.contains("\n704 more not shown (--max-findings 3)\n"),
        "{text}"
    );
    assert!(text.contains("\n707 errors in 1 document"), "{text}");
    let (_, text) = lint(root, &["check"]);
    assert_eq!(text.matches("error[").count(), 500);
    assert!(
        text.contains("(and 207 more of this rule in this file)"),
        "{text}"
    );
    for (format, said) in [
        ("concise", "707 errors in 1 document"),
        ("markdown", "**707 errors** in 1 document"),
        ("markdown", "| `broken-link` | 707 | error |"),
        ("markdown", "</code>: 707 findings</summary>"),
        ("json", "\"errors\": 707,"),
        ("github", "698 more errors are not annotated"),
        ("sarif", "207 errors left out"),
    ] {
        let (_, text) = lint(root, &["check", "--output", format]);
        assert!(text.contains(said), "{format}: {text}");
    }
}

#[test]
fn what_hides_some_hides_no_others() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    // The last finding that a report has is allowed, and those after it are not.
    write(root, 499, "");
    let mut text = fs::read_to_string(root.join(PLACE)).unwrap();
    text.push_str("<!-- chub-lint: allow(broken-link) the page comes later -->\n\n[x](later.md)\n\n");
    text.push_str("[y](not-allowed.md)\n\n[y](neither.md)\n");
    fs::write(root.join(PLACE), text).unwrap();
    let (_, text) = lint(root, &["check"]);
    assert!(
        text.contains("501 errors in 1 document") && text.contains("1 by allows"),
        "{text}"
    );

    write(
        root,
        707,
        "<!-- chub-lint: allow-file(broken-link) all come later -->",
    );
    let (code, text) = lint(root, &["check"]);
    assert!(
        code == Some(0) && text.contains("suppressed: 707 by allows"),
        "{text}"
    );

    write(root, 707, "");
    assert!(
        lint(root, &["baseline"])
            .1
            .contains("707 known findings in 1 file")
    );
    let (code, text) = lint(root, &["check"]);
    assert!(
        code == Some(0) && text.contains("suppressed: 707 by the baseline"),
        "{text}"
    );
    write(root, 709, "");
    let (code, text) = lint(root, &["check"]);
    assert!(
        code == Some(1) && text.contains("2 errors in 1 document"),
        "{text}"
    );
}

#[test]
fn a_file_with_more_than_are_kept_is_never_clean() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    write(root, 10_050, "");
    assert!(
        lint(root, &["baseline"])
            .1
            .contains("10000 known findings in 1 file")
    );
    let (code, text) = lint(root, &["check", "--output", "concise"]);
    assert!(
        code == Some(1) && text.contains("51 errors in 1 document"),
        "{text}"
    );
}
