//! The reports of all parts of a hub, joined, are the report of one run, byte for byte.

mod generated;

use crate::support;
use crate::support::program::chub_lint;
use std::fs;
use std::path::Path;

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
        assert_eq!(
            String::from_utf8(joined.stderr).unwrap(),
            "error: no report of part 2/2: name the reports of all parts\n"
        );
        assert!(joined.stdout.is_empty());
    }
    let joined = chub_lint(root.path(), &["merge", "1.json", "1.sarif"]);
    assert_eq!(joined.status.code(), Some(2));
}

#[test]
fn a_package_that_no_part_checked_fails_the_joined_run_when_asked() {
    let root = tempfile::tempdir().unwrap();
    hub(root.path());
    let entry = "---\nname: gadget\ndescription: \"How to use the gadget library\"\nmetadata:\n  \
                 languages: \"python\"\n  versions: \"1.0.0\"\n  updated-on: \"2026-01-01\"\n  source: maintainer\n---\n\n\
                 # Gadget\n\n```bash\npip install gadget\n```\n";
    let folder = root.path().join("content/acme/docs/gadget/python");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("DOC.md"), entry).unwrap();
    for format in ["json", "sarif"] {
        let mut merge = vec!["merge".to_owned(), "--fail-on".to_owned(), "never".to_owned()];
        for part in ["1/2", "2/2"] {
            let file = format!("{}.{format}", &part[..1]);
            let output = format!("{format}={file}");
            let arguments = ["check", "content", "--isolated", "--offline", "--shard", part];
            let checked = chub_lint(
                root.path(),
                &[&arguments[..], &["--output", &output, "--fail-on", "never"]].concat(),
            );
            assert_eq!(checked.status.code(), Some(0));
            merge.push(file);
        }
        let joined = format!("sarif={format}.joined.sarif");
        let merge: Vec<&str> = merge.iter().map(String::as_str).collect();
        let quiet = chub_lint(root.path(), &[&merge[..], &["--output", &joined]].concat());
        assert_eq!(quiet.status.code(), Some(0));
        let text = fs::read_to_string(root.path().join(format!("{format}.joined.sarif"))).unwrap();
        assert!(text.contains("\"executionSuccessful\": true"), "{text}");
        let failed = chub_lint(
            root.path(),
            &[&merge[..], &["--output", &joined, "--fail-on-unchecked"]].concat(),
        );
        assert_eq!(failed.status.code(), Some(2));
        assert_eq!(
            String::from_utf8(failed.stderr).unwrap(),
            "error: not checked: 1 package: offline, and not in the cache (--fail-on-unchecked)\n"
        );
        let text = fs::read_to_string(root.path().join(format!("{format}.joined.sarif"))).unwrap();
        assert!(text.contains("\"executionSuccessful\": false"), "{text}");
    }
}

/// Every format, by the word that users write.
const FORMATS: &[&str] = &[
    "text",
    "concise",
    "markdown",
    "json",
    "json-lines",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "rdjson",
    "checkstyle",
];

/// Text as it is without the time of a run.
fn timeless(text: &str) -> String {
    let time = regex::Regex::new(r" \([0-9]+\.[0-9]+ s\)").unwrap();
    time.replace(text, "").into_owned()
}

/// Compare the reports of one run with those of parts, in every format.
fn compare_every_format(root: &Path, check: &[&str], counts: &[usize]) {
    let files = tempfile::tempdir().unwrap();
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let outputs = |kind: &str| -> Vec<String> {
        let all = FORMATS
            .iter()
            .map(|format| format!("--output={format}={}", path(&format!("{kind}.{format}"))));
        all.collect()
    };
    let run = |args: &[&str], more: Vec<String>| {
        let mut all = args.to_vec();
        all.extend(more.iter().map(String::as_str));
        let done = chub_lint(root, &all);
        assert_eq!(
            done.status.code(),
            Some(1),
            "{all:?}\n{}",
            String::from_utf8_lossy(&done.stderr)
        );
    };
    run(check, outputs("one"));
    for count in counts {
        let mut merge = vec!["merge".to_owned()];
        for index in 1..=*count {
            let part = path(&format!("{index}.part"));
            let shard = [
                format!("--shard={index}/{count}"),
                format!("--output=json={part}"),
            ];
            let mut args = check.to_vec();
            args.extend(shard.iter().map(String::as_str));
            assert_ne!(chub_lint(root, &args).status.code(), Some(2));
            merge.push(part);
        }
        let merge: Vec<_> = merge.iter().map(String::as_str).collect();
        run(&merge, outputs("joined"));
        for format in FORMATS {
            let read = |kind: &str| {
                let text = timeless(&fs::read_to_string(path(&format!("{kind}.{format}"))).unwrap());
                // `merge` has no fixes to offer, so it names another command to try.
                let lines = text
                    .split_inclusive('\n')
                    .filter(|line| !line.starts_with("next: "));
                lines.collect::<String>()
            };
            support::same_text(
                &read("joined"),
                &read("one"),
                &format!("{format} of {count} parts"),
            );
        }
    }
}

#[test]
fn every_rule_and_format_is_that_of_one_run() {
    // From the root of the repository: a merge does not know the folder that a part ran in.
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let check = [
        "check",
        "fixtures/broken",
        "--isolated",
        "--offline",
        "--select",
        "all",
    ];
    compare_every_format(repository, &check, &[2, 3, 5]);
}

#[test]
fn settings_and_skipped_files_are_those_of_one_run() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    hub(root);
    let config = "exclude = [\"acme/docs/one\", \"z\"]\n\n[[allow]]\nrule = \"bad-date\"\nreason = \"\"\n\n\
                  [[allow]]\nrule = \"stale-baseline\"\nreason = \"no\"\n";
    fs::write(root.join("chub-lint.toml"), config).unwrap();
    fs::write(root.join(".gitignore"), "one two/\n").unwrap();
    let token = format!("ghp_{}", "o9HfaIoH29Ob93C0f6uj5yTUalnuej2gA56e");
    let entry = root.join("content/bé/docs/onetwo/python/DOC.md");
    let mut text = fs::read_to_string(&entry).unwrap();
    text.push_str(&format!(
        "\r\n```bash\r\nexport TOKEN={token} \u{202e}\r\n```\r\n"
    ));
    fs::write(&entry, text).unwrap();
    compare_every_format(
        root,
        &["check", "content", "--offline", "--select", "all"],
        &[1, 4],
    );
    let named = ["check", "content/bé", "content/z", "--offline", "--select", "all"];
    compare_every_format(root, &named, &[3]);
    let part = chub_lint(
        root,
        &["content", "--offline", "--shard", "1/1", "--output", "json"],
    );
    assert!(!String::from_utf8(part.stdout).unwrap().contains(&token));
}

#[test]
fn a_whole_report_has_no_source_lines() {
    let root = tempfile::tempdir().unwrap();
    hub(root.path());
    let whole = [
        "content",
        "--isolated",
        "--offline",
        "--output",
        "json=whole.json",
        "--output",
        "sarif=1.sarif",
    ];
    assert_eq!(chub_lint(root.path(), &whole).status.code(), Some(1));
    for (file, message) in [
        (
            "whole.json",
            "error: `whole.json`: no source lines: write it with `--shard`, or write only `--output json`\n",
        ),
        (
            "1.sarif",
            "error: the parts are SARIF: only `--output sarif` can be written of them; JSON parts give every format\n",
        ),
    ] {
        let joined = chub_lint(root.path(), &["merge", file, "--output", "text"]);
        assert_eq!(joined.status.code(), Some(2));
        assert_eq!(String::from_utf8(joined.stderr).unwrap(), message);
    }
    let joined = chub_lint(root.path(), &["merge", "whole.json", "--output", "json-lines"]);
    assert_eq!(joined.status.code(), Some(1));
}

/// What an entry covers is decided by the releases, and an entry of another part is compared with it.
#[test]
fn releases_decide_for_entries_of_other_parts_too() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    fs::create_dir(root.join(".git")).unwrap();
    let lock = r#"{"schema": 1, "packages": {
        "npm:aaa": {"newest": "1.0.0", "complete": true, "versions": [["1.0.0", ""]]},
        "npm:bbb": {"newest": "5.0.0", "complete": true, "versions": [["4.0.0", ""], ["5.0.0", ""]]}}}"#;
    fs::write(root.join("lock.json"), lock).unwrap();
    for (name, version, package) in [("one", "4.0.0", "  package: npm:bbb\n"), ("thing", "5.0.0", "")] {
        let text = format!(
            "---\nname: {name}\ndescription: \"How to use the thing library from JavaScript\"\nmetadata:\n  \
             languages: \"javascript\"\n  versions: \"{version}\"\n  revision: 1\n  updated-on: \"2026-05-01\"\n  \
             source: community\n  tags: \"thing\"\n{package}---\n\n# Thing\n\n```bash\nnpm install aaa bbb\n```\n\n\
             ```javascript\nimport a from \"aaa\";\nimport b from \"bbb\";\n```\n"
        );
        let folder = root.join("content/acme/docs").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("DOC.md"), text).unwrap();
    }
    let check = ["content", "--isolated", "--locked", "lock.json", "--output"];
    let one = chub_lint(root, &[&check[..], &["concise"]].concat());
    assert!(
        String::from_utf8(one.stdout)
            .unwrap()
            .contains("disagreeing-versions")
    );
    compare_every_format(root, &[&["check"], &check[..4]].concat(), &[2]);
}
