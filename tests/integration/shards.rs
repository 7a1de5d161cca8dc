//! The reports of all parts of a hub, joined, are the report of one run, byte for byte.

use crate::support;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Entries whose order changes when a path is percent-encoded, with companions and a stray file.
fn hub(root: &Path) {
    let entry = "---\nname: Odd Name\ndescription: \"How to use the widget library\"\nmetadata:\n  \
                 languages: \"python\"\n  versions: 2.10\n  updated-on: \"2026-13-01\"\n---\n\n# Widget\n\n\
                 See [more](more.md) and [nothing](nothing.md).\n\n```json\n{\"a\": }\n```\n";
    for author in ["acme", "b c", "b%c", "bé", "z"] {
        for name in ["one", "one two", "one-two", "onetwo"] {
            let folder = root
                .join("content")
                .join(author)
                .join("docs")
                .join(name)
                .join("python");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("DOC.md"), entry).unwrap();
            fs::write(folder.join("more.md"), "# More\n\n[gone](gone.md)\n").unwrap();
        }
    }
    fs::write(
        root.join("content/acme/docs/one/python/DOC.md"),
        "no front matter\n",
    )
    .unwrap();
    fs::write(root.join("content/z/registry.json"), "{}").unwrap();
    fs::create_dir(root.join(".git")).unwrap();
}

fn chub_lint(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .args(args)
        .current_dir(root)
        .env("CHUB_LINT_OFFLINE", "1")
        .output()
        .unwrap()
}

#[test]
fn parts_joined_are_one_run() {
    let root = tempfile::tempdir().unwrap();
    hub(root.path());
    for format in ["json", "sarif"] {
        let check = [
            "check",
            "content",
            "--isolated",
            "--offline",
            "--select",
            "all",
            "--output",
            format,
        ];
        let one = chub_lint(root.path(), &check);
        assert_eq!(one.status.code(), Some(1));
        for count in [1, 3, 8] {
            let mut files = Vec::new();
            for index in (1..=count).rev() {
                let file = format!("{index}.{format}");
                let shard = format!("{index}/{count}");
                let part = chub_lint(root.path(), &[&check[..], &["--shard", &shard]].concat());
                assert!(part.stdout.len() < one.stdout.len() || count == 1);
                fs::write(root.path().join(&file), part.stdout).unwrap();
                files.push(file);
            }
            let mut merge = vec!["merge"];
            merge.extend(files.iter().map(String::as_str));
            let joined = chub_lint(root.path(), &merge);
            assert_eq!(joined.status.code(), Some(1));
            support::same_text(
                &String::from_utf8(joined.stdout).unwrap(),
                &String::from_utf8(one.stdout.clone()).unwrap(),
                &format!("the report of {count} parts in {format}"),
            );
        }
    }
}

#[test]
fn a_missing_part_is_a_failure() {
    let root = tempfile::tempdir().unwrap();
    hub(root.path());
    let check = ["check", "content", "--isolated", "--offline", "--shard", "1/2"];
    for output in ["json=1.json", "sarif=1.sarif"] {
        let part = chub_lint(root.path(), &[&check[..], &["--output", output]].concat());
        assert_ne!(part.status.code(), Some(2));
    }
    for file in ["1.json", "1.sarif"] {
        let joined = chub_lint(root.path(), &["merge", file]);
        assert_eq!(joined.status.code(), Some(2));
        assert_eq!(String::from_utf8(joined.stderr).unwrap(), "error: missing: 2/2\n");
        assert!(joined.stdout.is_empty());
    }
    let joined = chub_lint(root.path(), &["merge", "1.json", "1.sarif"]);
    assert_eq!(joined.status.code(), Some(2));
}
