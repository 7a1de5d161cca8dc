//! The tables of docs/exit-codes.md: every row, with a run that shows it.

use crate::support::program::Scene;
use std::fs;

/// Rows that other tests prove: the row and the test.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "a file of a skill that is larger than 16 MiB, or beyond the first 20,000 files or 128 MiB",
        "attachments::what_is_no_text_is_counted",
    ),
    (
        "a package that is not checked, with `--fail-on-unchecked`",
        "releases::trouble::a_run_can_fail_when_a_package_is_not_checked",
    ),
    (
        "a package that its registry gives no answer about, and the cache does not have",
        "releases::trouble::every_format_tells_of_a_registry_that_does_not_answer",
    ),
    (
        "a package that is not in the lock file, with `--locked`",
        "releases::trouble::what_is_not_in_the_cache_or_the_lock_file_is_not_checked",
    ),
    (
        "an entry whose release could not be read: no answer, or an archive that is damaged or over a limit",
        "symbols::faults::cut_off_or_not_an_archive",
    ),
    (
        "an entry that is not in the rotation of `--symbols=oldest:N`",
        "symbols::rotation::those_that_were_checked_longest_ago",
    ),
    (
        "`--symbols=oldest:N` with `--locked`, which has no dates",
        "symbols::rotation::wrong_values",
    ),
    (
        "`update` when a server of a hub gives no answer that can be used",
        "sources::the_copy_in_the_cache_is_used_while_a_server_is_down",
    ),
    (
        "newer releases of a package that its registry gives no answer about, and the cache has",
        "releases::trouble::alerts_stay_open_while_a_registry_is_down",
    ),
];

/// An exit code, a row, and the runs that show it.
type Code = (i32, &'static str, fn() -> Vec<i32>);

const CODES: &[Code] = &[
    (0, "no finding at or above `fail-on` (default: `warning`)", || {
        vec![run(&[NOTES], &["."]), run(&[], &[".", "--select", "bad-date"])]
    }),
    (0, "any finding, with `--fail-on never`", || {
        vec![run(&[], &[".", "--fail-on", "never"])]
    }),
    (0, "only findings that an allow accepts", || {
        let allow = "repo/chub-lint.toml=[[allow]]\nrule = \"code-syntax\"\nreason = \"shown as an error\"\n";
        vec![run(&[allow], &["."])]
    }),
    (0, "only findings that are in the baseline", || {
        let scene = scene(&[]);
        assert_eq!(scene.run("repo", &["baseline"]).code, 0);
        vec![scene.run("repo", &["."]).code]
    }),
    (0, "`--fix` fixed every finding", || {
        vec![run(&[FIXABLE], &["content/b", "--fix"])]
    }),
    (0, "`--diff` or `--patch` with nothing to fix", || {
        vec![run(&[], &[".", "--diff"]), run(&[], &[".", "--patch", "x.patch"])]
    }),
    (0, "a path without a document, with `--allow-empty`", || {
        EMPTY
            .iter()
            .map(|path| run(EMPTY_FILES, &[path, "--allow-empty"]))
            .collect()
    }),
    (
        0,
        "`--show-files` and `--show-settings`, whatever the files hold",
        || vec![run(&[], &["--show-files"]), run(&[], &["--show-settings"])],
    ),
    (1, "a finding at or above `fail-on`", || {
        vec![run(&[], &["."]), run(&[NOTES], &[".", "--fail-on", "note"])]
    }),
    (1, "`--fix` left a finding at or above `fail-on`", || {
        vec![run(&[FIXABLE], &[".", "--fix"])]
    }),
    (1, "`--diff` or `--patch` with something to fix", || {
        vec![
            run(&[FIXABLE], &[".", "--diff"]),
            run(&[FIXABLE], &[".", "--patch", "x.patch"]),
        ]
    }),
    (1, "`bump --diff` with something to change", || {
        vec![run(&[], &["bump", "content", "--to", "3.0.0", "--diff"])]
    }),
    (1, "`build` of a hub that does not build", || {
        vec![run(
            &["repo/content/b/docs/x/DOC.md=---\n: {\n---\n"],
            &["build", "content"],
        )]
    }),
    (1, "`get` of an id that no entry has", || {
        vec![run(&[], &["get", "acme/none", "content"])]
    }),
    (2, "an unknown option or an invalid value", || {
        vec![run(&[], &["--colour-me"]), run(&[], &["--fail-on", "sometimes"])]
    }),
    (2, "a path that does not exist", || vec![run(&[], &["none"])]),
    (
        2,
        "a path without a document: an empty folder, an excluded file, a file that is no document",
        || {
            let alone = EMPTY.iter().map(|path| run(EMPTY_FILES, &[path]));
            // A path that holds a document does not excuse the others.
            alone
                .chain(EMPTY.iter().map(|path| run(EMPTY_FILES, &["content", path])))
                .collect()
        },
    ),
    (
        2,
        "a config that is invalid, or two configs in one folder",
        || {
            vec![
                run(&["repo/chub-lint.toml=fail-on = 3\n"], &["."]),
                run(&["repo/chub-lint.toml=", "repo/.chub-lint.toml="], &["."]),
            ]
        },
    ),
    (
        2,
        "an unknown rule in `--select`, `--extend-select` or `--ignore`",
        || {
            let options = ["--select", "--extend-select", "--ignore"];
            options
                .iter()
                .map(|option| run(&[], &[".", option, "none"]))
                .collect()
        },
    ),
    (
        2,
        "a source or release that symbols need and that cannot be read, with `--fail-on-unchecked`",
        || {
            let args = [".", "--fail-on-unchecked", "--symbols"];
            vec![run(&[SOURCE, PYTHON], &args)]
        },
    ),
    (2, "`--since` without a repository", || {
        let scene = Scene::new(&["content/acme/docs/kit/DOC.md"]);
        vec![scene.run("", &["content", "--since", "main"]).code]
    }),
    (2, "an output that cannot be written", || {
        vec![run(&["repo/file="], &[".", "--output", "json=file/report.json"])]
    }),
    (2, "`-` without `--stdin-filename`", || vec![run(&[], &["-"])]),
];

const NOTES: &str = "repo/chub-lint.toml=severity = { code-syntax = \"note\" }\n";
const FIXABLE: &str = "repo/content/b/skills/x/SKILL.md=---\nname: x\ndescription: \"Deploy a widget to the test \
                       cluster\"\nmetadata:\n  revision: 1\n  updated-on: 2026-05-01\n  source: community\n  tags: \
                       [widget]\n---\n\n# Deploy\n";
const SOURCE: &str =
    "repo/chub-lint.toml=[[package]]\npath = \"acme/docs/lib\"\npackage = \"pypi:kit\"\nsource = \"libs\"\n";
const PYTHON: &str = "repo/content/acme/docs/lib/DOC.md=---\nname: lib\ndescription: \"How to start the kit from \
                      Python\"\nmetadata:\n  languages: python\n  versions: 2.1.0\n  revision: 1\n  updated-on: \
                      2026-05-01\n  source: community\n---\n\n# Kit\n\n```python\nimport kit\n\nkit.start()\n```\n";
const EMPTY: &[&str] = &[
    "empty",
    "content/b/docs/x/DOC.md",
    "README.md",
    "content/b/docs/low/doc.md",
    ".git",
];
const EMPTY_FILES: &[&str] = &[
    "repo/empty/",
    "repo/README.md=# Hub\n",
    "repo/content/b/docs/x/DOC.md",
    "repo/content/b/docs/low/doc.md=# No entry\n",
    "repo/content/chub-lint.toml=exclude = [\"b/docs/x\"]\n",
];

fn scene(files: &[&str]) -> Scene {
    let scene = Scene::new(&["repo/.git/", "repo/content/acme/docs/kit/DOC.md"]);
    files.iter().for_each(|file| scene.add(file));
    scene
}

fn run(files: &[&str], args: &[&str]) -> i32 {
    scene(files).run("repo", args).code
}

/// The rows of a table by its heading.
fn rows(heading: &str) -> Vec<(String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exit-codes.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, table) = text.split_once(heading).unwrap();
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let rows = lines.map(|line| line.trim_matches('|').split_once('|').unwrap());
    rows.map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()))
        .filter(|(_, what)| !ELSEWHERE.iter().any(|(row, _)| row == what))
        .collect()
}

#[test]
fn every_exit_code_of_the_table_is_true() {
    let known: Vec<_> = CODES
        .iter()
        .map(|(code, what, _)| (code.to_string(), (*what).to_owned()))
        .collect();
    assert_eq!(rows("| Exit code | When |"), known);
    for (code, what, runs) in CODES {
        for (at, actual) in runs().into_iter().enumerate() {
            assert_eq!(actual, *code, "{what} (run {at})");
        }
    }
}

/// A row, the files that show it, arguments, and the entry below `summary.not_checked`.
type NotChecked = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
);

const NOT_CHECKED: &[NotChecked] = &[
    (
        "rules",
        "a rule that the config turns off",
        &["repo/chub-lint.toml=ignore = [\"bad-date\"]\n"],
        &[],
        "bad-date",
    ),
    (
        "documents",
        "a document that `exclude` matches",
        &[
            "repo/chub-lint.toml=exclude = [\"b\"]\n",
            "repo/content/b/docs/x/DOC.md",
        ],
        &[],
        "excluded by the config",
    ),
    (
        "documents",
        "a document that an ignore file matches",
        &["repo/.gitignore=b/\n", "repo/content/b/docs/x/DOC.md"],
        &[],
        "ignored by an ignore file",
    ),
    (
        "documents",
        "a file that would be an entry if its name were in capitals: `doc.md`",
        &["repo/content/b/docs/x/doc.md"],
        &[],
        "not named `DOC.md` or `SKILL.md` in capitals",
    ),
    (
        "files",
        "a file of a skill that is not Markdown and that `exclude` or an ignore file matches",
        &[
            "repo/chub-lint.toml=exclude = [\"run.py\"]\n",
            "repo/content/acme/skills/x/SKILL.md",
            "repo/content/acme/skills/x/run.py=x\n",
        ],
        &[],
        "excluded by the config",
    ),
    (
        "files",
        "a file of a skill that is not text: it has a NUL byte, or is not UTF-8",
        &[
            "repo/content/acme/skills/x/SKILL.md",
            "repo/content/acme/skills/x/data=\0\n",
        ],
        &[],
        "binary, or not UTF-8",
    ),
    (
        "files",
        "a file of a skill in `node_modules`, `__pycache__` or a virtual environment",
        &[
            "repo/content/acme/skills/x/SKILL.md",
            "repo/content/acme/skills/x/venv/run.py=x\n",
        ],
        &[],
        "in a folder of installed packages",
    ),
    (
        "blocks",
        "a code block that says `chub-lint: skip`",
        &["repo/content/acme/docs/kit/more.md=```json chub-lint: skip shows an error\n{\n```\n"],
        &[],
        "skipped by `chub-lint: skip`",
    ),
    (
        "blocks",
        "a code block in a dialect without a parser, such as Flow",
        &["repo/content/acme/docs/kit/more.md=```js\n// @flow\nfunction f(x: ?number) { return x }\n```\n"],
        &[],
        "no parser for the language",
    ),
    (
        "blocks",
        "a code block in a language without a parser, such as Kotlin; text, output and diagrams are not code",
        &["repo/content/acme/docs/kit/more.md=```kotlin\nfun\n```\n\n```diff\n+a\n```\n"],
        &[],
        "no parser: kotlin",
    ),
    (
        "blocks",
        "a code block in a language that is checked only on request, such as SQL",
        &["repo/content/acme/docs/kit/more.md=```sql\nCREATE (((\n```\n"],
        &[],
        "only with `--extend-select code-syntax`: sql",
    ),
    (
        "blocks",
        "a code block that is too large or nested too deeply",
        &[],
        &[],
        "nested too deeply",
    ),
    (
        "symbols",
        "an entry whose `source` in `[[package]]` cannot be read",
        &[SOURCE, PYTHON],
        &[],
        "`libs` does not exist",
    ),
    (
        "symbols",
        "with `--symbols`: an entry whose release is not known, or without code whose symbols are checked",
        &[],
        &["--symbols"],
        "no code in a language whose symbols are checked",
    ),
    (
        "packages",
        "a package that is not in the cache, with `--offline`",
        &["repo/content/acme/docs/kit/more.md=```bash\npip install kit\n```\n"],
        &["--offline"],
        "pypi:kit",
    ),
    (
        "packages",
        "a package that `freshness.exclude` names",
        &[
            "repo/content/acme/docs/kit/more.md=```bash\npip install kit\n```\n",
            "repo/chub-lint.toml=[freshness]\nexclude = [\"pypi:kit\"]\n",
        ],
        &[],
        "pypi:kit",
    ),
];

#[test]
fn everything_that_is_not_checked_is_counted() {
    let known: Vec<_> = NOT_CHECKED
        .iter()
        .map(|row| (format!("`{}`", row.0), row.1.to_owned()))
        .collect();
    assert_eq!(rows("| Counted in | What was not checked |"), known);
    for (counted, what, files, args, entry) in NOT_CHECKED {
        let scene = scene(files);
        scene.add("repo/content/acme/docs/kit/DOC.md");
        if files.is_empty() {
            let deep = "[".repeat(5_000);
            scene.add(&format!(
                "repo/content/acme/docs/kit/more.md=```json\n{deep}\n```\n"
            ));
        }
        let ran = scene.run("repo", &[&["--output", "json"], *args].concat());
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
        let part = &report["summary"]["not_checked"][counted];
        let is_counted = part.get(entry).is_some()
            || part
                .as_array()
                .is_some_and(|list| list.contains(&(*entry).into()));
        assert!(is_counted, "{what}: {}", report["summary"]);
        let text = scene.run("repo", args).out;
        assert!(
            text.lines().any(|line| line.starts_with("not checked: ")),
            "{what}: {text}"
        );
    }
}
