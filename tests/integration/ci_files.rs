//! The action, the hooks and the snippets of docs/ci.md: commands that exist, actions that are pinned, input that is
//! never pasted into a script.

use chub_lint::cli::Cli;
use clap::Parser;
use std::fs;
use std::path::PathBuf;

fn file(name: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The lines of the fenced blocks of a page.
fn blocks(page: &str) -> Vec<&str> {
    let mut inside = false;
    let lines = page.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        inside && !fence
    });
    lines.collect()
}

/// The YAML blocks of a page.
fn yaml_blocks(page: &str) -> Vec<String> {
    page.split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn all_yaml_can_be_read() {
    let mut texts = yaml_blocks(&file("docs/ci.md"));
    assert!(texts.len() >= 7, "{}", texts.len());
    for name in [
        "action.yml",
        ".pre-commit-hooks.yaml",
        ".github/workflows/release.yml",
    ] {
        texts.push(file(name));
    }
    for text in texts {
        for event in saphyr_parser::Parser::new_from_str(&text) {
            assert!(event.is_ok(), "{event:?}\n{text}");
        }
    }
}

/// The arguments of a line of shell: quotes and variables are as good as any text.
fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.replace("$PART/8", "1/8").replace('"', "").split_whitespace())
}

#[test]
fn every_command_of_the_docs_is_one() {
    let mut commands = 0;
    for name in ["docs/ci.md", "docs/json.md", "docs/release.md"] {
        for line in blocks(&file(name)) {
            let line = line
                .trim_start()
                .trim_start_matches("- ")
                .trim_start_matches("$ ");
            let line = line.strip_prefix("entry: ").unwrap_or(line);
            if line.starts_with("chub-lint ") && !line.starts_with("chub-lint.") {
                commands += 1;
                if let Err(error) = parse(line) {
                    assert!(!error.use_stderr(), "{name}: {line}\n{error}");
                }
            }
        }
    }
    assert!(commands >= 8, "{commands}");
}

#[test]
fn the_entries_of_the_hooks_are_commands() {
    let hooks = file(".pre-commit-hooks.yaml");
    let entries: Vec<_> = hooks
        .lines()
        .filter_map(|line| line.trim().strip_prefix("entry: "))
        .collect();
    assert_eq!(entries.len(), 2);
    for entry in entries {
        parse(&format!("{entry} a/docs/b/DOC.md")).unwrap();
    }
}

#[test]
fn actions_of_others_are_pinned_to_a_commit() {
    let mut uses = 0;
    for text in [
        file("action.yml"),
        file("docs/ci.md"),
        file(".github/workflows/release.yml"),
    ] {
        for line in text.lines() {
            let Some(action) = line.trim().trim_start_matches("- ").strip_prefix("uses: ") else {
                continue;
            };
            uses += 1;
            if action.starts_with("OWNER/") || action.starts_with("./") {
                continue;
            }
            let commit = action
                .split_whitespace()
                .next()
                .unwrap()
                .rsplit('@')
                .next()
                .unwrap();
            let hash = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(hash && action.contains(" # v"), "{action}");
        }
    }
    assert!(uses > 8, "{uses}");
}

/// An expression in a script would be code that whoever chose its value wrote.
#[test]
fn no_expression_stands_in_a_script() {
    for text in [
        file("action.yml"),
        file("docs/ci.md"),
        file(".github/workflows/release.yml"),
    ] {
        let mut script: Option<usize> = None;
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            let key = line.trim_start().trim_start_matches("- ");
            if script.is_some_and(|of| !line.trim().is_empty() && indent <= of) {
                script = None;
            }
            if key.starts_with("run:") {
                script = Some(indent);
            }
            assert!(script.is_none() || !line.contains("${{"), "{line}");
        }
    }
}
