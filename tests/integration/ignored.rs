//! Ignore files above a hub, at its root, and inside it.

use chub_lint::hub::{Hub, discover};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A hub of three entries below some folders, with ignore files given as path and text.
fn hub(ignore_files: &[(&str, &str)]) -> (TempDir, Hub) {
    let folder = TempDir::new().unwrap();
    for entry in ["acme/docs/kit", "acme/docs/widget", "other/docs/kit"] {
        write(
            folder.path(),
            &format!("repo/content/{entry}/DOC.md"),
            "# A page\n",
        );
    }
    for (path, text) in ignore_files {
        write(folder.path(), path, text);
    }
    let folders = discover::discover(&[folder.path().join("repo/content")]).unwrap();
    let hub = discover::read_hub(&folders[0], "content", &[], None).unwrap();
    (folder, hub)
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn left(ignore_files: &[(&str, &str)]) -> Vec<String> {
    let (_folder, hub) = hub(ignore_files);
    for skipped in &hub.skipped {
        assert_eq!(skipped.reason, "ignored by an ignore file");
    }
    assert_eq!(hub.documents().len() + hub.skipped.len(), 3);
    let documents = hub.documents().iter();
    documents
        .map(|document| document.path.path_in_hub().to_owned())
        .collect()
}

const ALL: [&str; 3] = [
    "acme/docs/kit/DOC.md",
    "acme/docs/widget/DOC.md",
    "other/docs/kit/DOC.md",
];

#[test]
fn patterns_that_fit_nothing_leave_everything() {
    assert_eq!(left(&[]), ALL);
    assert_eq!(
        left(&[
            ("repo/.gitignore", "target/\n*.log\n"),
            ("repo/content/acme/.gitignore", "# nothing\n"),
            ("repo/content/acme/docs/kit/.ignore", "*.tmp\n"),
        ]),
        ALL
    );
}

#[test]
fn a_file_counts_wherever_it_lies() {
    let without_widget = ["acme/docs/kit/DOC.md", "other/docs/kit/DOC.md"];
    for file in [
        "repo/.gitignore",
        "repo/content/.gitignore",
        "repo/content/.ignore",
        "repo/content/acme/.gitignore",
        "repo/content/acme/docs/.ignore",
    ] {
        assert_eq!(left(&[(file, "widget/\n")]), without_widget, "{file}");
    }
    assert_eq!(
        left(&[("repo/content/acme/docs/widget/.gitignore", "DOC.md\n")]),
        without_widget
    );
}

#[test]
fn a_file_counts_for_what_is_below_it_alone() {
    assert_eq!(
        left(&[("repo/content/acme/.gitignore", "kit/\n")]),
        ["acme/docs/widget/DOC.md", "other/docs/kit/DOC.md"]
    );
    assert_eq!(left(&[("repo/elsewhere/.gitignore", "kit/\n")]), ALL);
}

#[test]
fn what_is_wanted_again_comes_back() {
    assert_eq!(
        left(&[("repo/content/acme/.gitignore", "docs/*\n!docs/kit\n")]),
        ["acme/docs/kit/DOC.md", "other/docs/kit/DOC.md"]
    );
}

#[test]
fn a_repository_does_not_obey_what_lies_above_it() {
    assert_eq!(left(&[(".gitignore", "kit/\n")]), ["acme/docs/widget/DOC.md"]);
    assert_eq!(left(&[(".gitignore", "kit/\n"), ("repo/.git/HEAD", "")]), ALL);
    assert_eq!(
        left(&[(".ignore", "kit/\n"), ("repo/.git/HEAD", "")]),
        ["acme/docs/widget/DOC.md"]
    );
}

#[test]
fn the_nearest_file_decides_and_nothing_below_an_ignored_folder_comes_back() {
    assert_eq!(
        left(&[
            ("repo/.gitignore", "kit/\n"),
            ("repo/content/acme/.gitignore", "!kit/\n")
        ]),
        ["acme/docs/kit/DOC.md", "acme/docs/widget/DOC.md"]
    );
    assert_eq!(
        left(&[
            ("repo/.gitignore", "docs/\n"),
            ("repo/content/acme/docs/.gitignore", "!*\n")
        ]),
        Vec::<String>::new()
    );
    assert_eq!(
        left(&[
            ("repo/.ignore", "!kit/\n"),
            ("repo/content/acme/.gitignore", "kit/\n")
        ]),
        ALL
    );
}

/// What a pull request may put in place of an ignore file: it is skipped at once, with a message.
#[cfg(unix)]
#[test]
fn what_is_no_ignore_file_is_passed_over() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    write(folder.path(), "content/acme/docs/kit/DOC.md", "# A page\n");
    let docs = folder.path().join("content/acme/docs");
    symlink("/dev/zero", docs.join(".gitignore")).unwrap();
    symlink("/dev/zero", folder.path().join("content/.gitignore")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(docs.join(".ignore"))
        .status();
    assert!(pipe.unwrap().success());
    write(&docs, "kit/.gitignore", &"*\n".repeat(1 << 20));
    let folders = discover::discover(&[folder.path().join("content")]).unwrap();
    let hub = discover::read_hub(&folders[0], "content", &[], None).unwrap();
    assert_eq!(hub.documents().len(), 1);
    let skipped: Vec<_> = hub.skipped.iter().map(|skipped| skipped.path.as_str()).collect();
    assert_eq!(
        skipped,
        [
            "content/acme/docs/.gitignore",
            "content/acme/docs/.ignore",
            "content/acme/docs/kit/.gitignore"
        ]
    );
}
