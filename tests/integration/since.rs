//! `--since` and `--watch` in a scratch repository, with the real program and the real `git`.

use chub_lint::git::BaseCommit;
use chub_lint::hub::discover;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const PAGE: &str = "---\nname: NAME\ndescription: \"How to use the library from Python\"\nmetadata:\n  languages: \"python\"\n  versions: \"2.1.0\"\n  updated-on: \"2026-05-01\"\n  source: community\n  package: none\n---\n\n# Title\n";

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A repository with two entries, `main` one commit ahead of the branch `work` that is checked out.
fn repository() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    for name in ["one", "two"] {
        write(
            &root,
            &format!("content/acme/docs/{name}/DOC.md"),
            &PAGE.replace("NAME", name),
        );
        write(&root, &format!("content/acme/docs/{name}/more.md"), "text\n");
    }
    git(&root, &["init", "-q"]);
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "first"]);
    git(&root, &["branch", "work"]);
    write(
        &root,
        "content/acme/docs/two/DOC.md",
        &PAGE.replace("NAME", "two-on-main"),
    );
    git(&root, &["commit", "-qam", "main moves on"]);
    git(&root, &["checkout", "-q", "work"]);
    (folder, root)
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn chub_lint(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chub-lint"));
    command
        .current_dir(root)
        .args(arguments)
        .env("CHUB_LINT_OFFLINE", "1")
        .env("CHUB_LINT_CACHE_DIR", root.join(".cache"));
    command
}

fn lint(root: &Path, arguments: &[&str]) -> (i32, String) {
    let output = chub_lint(root, arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn only_entries_that_changed_are_reported() {
    let (_folder, root) = repository();
    let (_, text) = lint(&root, &["--since", "main"]);
    assert!(text.contains("no findings in 0 documents"), "{text}");
    // A companion of one entry, an untracked entry; later changes on main are ignored.
    write(&root, "content/acme/docs/one/more.md", "better\n");
    write(
        &root,
        "content/acme/docs/three/DOC.md",
        &PAGE.replace("NAME", "three"),
    );
    let (code, text) = lint(&root, &["--since", "main"]);
    assert_eq!(code, 1);
    assert!(
        text.contains("docs/one/DOC.md:4") && text.contains("docs/three/DOC.md:4"),
        "{text}"
    );
    assert!(!text.contains("docs/two"), "{text}");
    assert!(text.contains("in 3 documents"), "{text}");
    // The same once it is committed, and from a tag.
    git(&root, &["tag", "start"]);
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "second"]);
    for base in ["main", "start", "HEAD~1"] {
        assert_eq!(lint(&root, &["--since", base]).0, 1, "{base}");
    }
    assert_eq!(lint(&root, &["--since", "HEAD"]).0, 0);
}

#[test]
fn scripts_of_skills_are_compared_too() {
    let (_folder, root) = repository();
    let script = "# chub-lint: allow(interactive-script) people run it\nname = input('Name: ')\n";
    let skill = |name: &str| {
        format!("---\nname: {name}\ndescription: Builds pages. Use when asked for a page.\n---\n\n# Page\n")
    };
    for name in ["one", "two"] {
        write(&root, &format!("skills/{name}/SKILL.md"), &skill(name));
        write(&root, &format!("skills/{name}/scripts/old.py"), script);
    }
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "skills"]);
    write(
        &root,
        "skills/one/scripts/old.py",
        &format!("x = 1\u{200b}\n{script}"),
    );
    write(&root, "skills/one/scripts/new.py", script);
    let select = [
        "skills",
        "--since",
        "HEAD",
        "--extend-select",
        "interactive-script",
        "--output",
        "concise",
    ];
    let (code, out) = lint(&root, &select);
    let found: Vec<&str> = out.lines().filter_map(|line| line.split(']').next()).collect();
    // The old allow counts, the new one does not; the other skill did not change.
    let expected = [
        "skills/one/scripts/new.py:1:1: warning[changed-checks",
        "skills/one/scripts/new.py:2:8: note[interactive-script",
        "skills/one/scripts/old.py:1:6: error[hidden-text",
    ];
    assert_eq!((code, &found[..3]), (1, &expected[..]), "{out}");
}

#[test]
fn a_base_that_is_none_is_said_to_be_none() {
    let (_folder, root) = repository();
    for (base, why) in [
        ("nowhere", "no such branch, tag or commit"),
        ("--output=stolen", "is not a branch"),
        ("-p", "is not a branch"),
        ("", "is not a branch"),
        ("main:content", "no such branch"),
    ] {
        let (code, text) = lint(&root, &[&format!("--since={base}")]);
        assert_eq!(code, 2, "{base}: {text}");
        assert!(text.contains(why), "{base}: {text}");
    }
    assert!(!root.join("stolen").exists());
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "content/acme/docs/one/DOC.md", PAGE);
    let (code, text) = lint(outside.path(), &["--since", "main"]);
    assert!(code == 2 && text.contains("is not in a git repository"), "{text}");
    // A branch without a common ancestor.
    git(&root, &["checkout", "-q", "--orphan", "other"]);
    git(&root, &["commit", "-qm", "unrelated"]);
    let (code, text) = lint(&root, &["--since", "main"]);
    assert!(code == 2 && text.contains("fetch-depth: 0"), "{text}");
}

#[test]
fn a_repository_cannot_make_git_run_programs() {
    let (_folder, root) = repository();
    let trap = format!("touch {}", root.join("trapped").display());
    for key in [
        "core.fsmonitor",
        "diff.external",
        "diff.trap.textconv",
        "core.pager",
    ] {
        git(&root, &["config", key, &trap]);
    }
    write(&root, ".gitattributes", "*.md diff=trap\n");
    write(
        &root,
        "content/acme/docs/one/DOC.md",
        &PAGE.replace("NAME", "uno"),
    );
    assert_eq!(lint(&root, &["--since", "main"]).0, 1);
    assert!(!root.join("trapped").exists());
}

#[test]
fn the_base_knows_what_a_file_said() {
    let (_folder, root) = repository();
    let hub = root.join("content");
    write(&root, "content/acme/docs/two/DOC.md", "changed\n");
    fs::remove_file(root.join("content/acme/docs/one/more.md")).unwrap();
    let base = BaseCommit::find(&hub, "main").unwrap();
    let folders = discover::discover(std::slice::from_ref(&hub)).unwrap();
    let files = discover::read_hub(&folders[0], "content", &[], None)
        .unwrap()
        .files;
    let changed = base
        .changes(&hub, &files, chub_lint::document::is_markdown)
        .unwrap();
    let paths: Vec<_> = changed.keys().collect();
    assert_eq!(paths, ["acme/docs/one/more.md", "acme/docs/two/DOC.md"]);
    let two = &changed["acme/docs/two/DOC.md"];
    assert_eq!(two.as_deref(), Some(PAGE.replace("NAME", "two").as_str()));
    assert_eq!(changed["acme/docs/one/more.md"].as_deref(), Some("text\n"));
    let text = |path: &str| base.text(&root.join(path)).unwrap();
    assert_eq!(text("content/acme/docs/nine/DOC.md"), None);
    assert!(text("content/acme/docs/two/DOC.md").is_some_and(|text| text.contains("two-on-main")));
}

#[test]
fn a_watch_reports_what_changes_and_survives_a_wrong_config() {
    let (_folder, root) = repository();
    let mut child = chub_lint(&root, &["content", "--watch"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (sender, lines) = mpsc::channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || {
        output
            .lines()
            .map_while(Result::ok)
            .for_each(|line| sender.send(line).unwrap());
    });
    let until = |what: &str| {
        let mut seen = Vec::new();
        while let Ok(line) = lines.recv_timeout(Duration::from_secs(60)) {
            let found = line.contains(what);
            seen.push(line);
            if found {
                return seen;
            }
        }
        panic!("{what} never came: {seen:?}")
    };
    until("2 warnings in 4 documents");
    until("watching for changes (Ctrl-C to stop)");
    // An editor writes a temporary file, and puts it in the place of the other.
    let entry = root.join("content/acme/docs/one");
    fs::write(entry.join("x81a2"), "half of it").unwrap();
    fs::rename(entry.join("x81a2"), entry.join("more.md")).unwrap();
    let seen = until("watching for changes (Ctrl-C to stop)");
    let seen: Vec<_> = seen.iter().filter(|line| line.starts_with("checking")).collect();
    assert_eq!(seen, ["checking again: content/acme/docs/one/more.md"]);
    write(
        &root,
        "content/acme/docs/one/DOC.md",
        &PAGE.replace("NAME", "one").replace("community", "nobody"),
    );
    // Only the changed entry is shown, and all findings are counted.
    let seen = until("1 error, 2 warnings in 4 documents");
    assert!(
        seen.iter().any(|line| line == "1 finding in other files"),
        "{seen:?}"
    );
    assert!(!seen.iter().any(|line| line.contains("docs/two")), "{seen:?}");
    assert!(
        seen.iter()
            .any(|line| line == "checking again: content/acme/docs/one/DOC.md"),
        "{seen:?}"
    );
    write(&root, "chub-lint.toml", "fail-on = \"sometimes\"\n");
    until("unknown variant `sometimes`");
    write(&root, "chub-lint.toml", "ignore = [\"missing-field\"]\n");
    until("1 error in 4 documents");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_changed_config_is_reported_by_one_of_several_parts() {
    let (_folder, root) = repository();
    write(
        &root,
        "chub-lint.toml",
        "[[allow]]\nrule = \"missing-field\"\nreason = \"later\"\n",
    );
    for name in ["one", "two"] {
        write(
            &root,
            &format!("content/acme/docs/{name}/more.md"),
            "other text\n",
        );
    }
    let run = |args: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
            .args(args)
            .current_dir(&root)
            .env("CHUB_LINT_OFFLINE", "1")
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&done.stderr), "");
        done.stdout
    };
    let check = ["content", "--offline", "--since", "HEAD", "--output", "json"];
    for part in ["1/2", "2/2"] {
        let report = run(&[&check[..], &["--shard", part]].concat());
        fs::write(root.join(&part[..1]), report).unwrap();
    }
    let (joined, one) = (run(&["merge", "1", "2"]), run(&check));
    assert_eq!(
        String::from_utf8(joined).unwrap(),
        String::from_utf8(one.clone()).unwrap()
    );
    assert!(String::from_utf8(one).unwrap().contains("changed-checks"));
}
