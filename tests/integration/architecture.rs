//! Checks the rules of docs/architecture.md: file length, imports, and the modules that access files, the network, the
//! clock, the environment and processes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const MAX_LINES: usize = 600;

/// The only modules that access files, the environment, the clock, the network or processes.
const IO_MODULES: &[&str] = &[
    "chub/build/content.rs",
    "chub/build/stage.rs",
    "chub/build/target.rs",
    "chub/build/unchanged.rs",
    "chub/build/write.rs",
    "chub/client/preview.rs",
    "config/find.rs",
    "fix/write.rs",
    "fsio.rs",
    "git.rs",
    "hub/discover.rs",
    "hub/ignored.rs",
    "main.rs",
    "releases/cache.rs",
    "releases/client.rs",
    "releases/environment.rs",
    "safe_path.rs",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files.sort();
    let named = |path: &PathBuf| {
        let name = path
            .strip_prefix(&src)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        (name, fs::read_to_string(path).unwrap())
    };
    files.iter().map(named).collect()
}

/// The modules of the crate that a file names, without its unit tests.
fn imports(text: &str) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap()
                .to_owned()
        })
        .filter(|module| !module.is_empty())
        .collect()
}

#[test]
fn files_are_short() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .collect();
    assert!(long.is_empty(), "over {MAX_LINES} lines: {long:?}");
}

#[test]
fn rules_see_only_what_they_may() {
    let allowed = [
        "diagnostic",
        "document",
        "hub",
        "lang",
        "package",
        "releases",
        "rule",
        "rules",
        "safety",
        "suggest",
        "text",
    ];
    for (name, text) in sources().iter().filter(|(name, _)| name.starts_with("rules/")) {
        for module in imports(text) {
            assert!(
                allowed.contains(&module.as_str()),
                "src/{name} imports crate::{module}"
            );
        }
        for module in [
            "releases::client",
            "releases::cache",
            "releases::fetch",
            "hub::discover",
        ] {
            assert!(!text.contains(module), "src/{name} imports crate::{module}");
        }
    }
}

#[test]
fn reports_see_a_run_and_nothing_that_makes_one() {
    let makers = [
        "chub", "commands", "config", "fix", "fsio", "pipeline", "suppress",
    ];
    for (name, text) in sources().iter().filter(|(name, _)| name.starts_with("report/")) {
        for module in imports(text) {
            assert!(
                !makers.contains(&module.as_str()),
                "src/{name} imports crate::{module}"
            );
        }
    }
}

#[test]
fn only_commands_know_the_command_line() {
    let outside = |name: &str| !name.starts_with("commands/") && name != "main.rs";
    for (name, text) in sources().iter().filter(|(name, _)| outside(name)) {
        assert!(!text.contains("clap"), "src/{name} uses clap");
    }
}

#[test]
fn only_io_modules_touch_files_network_clock_environment_and_processes() {
    let found: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| text.contains("clippy::disallowed_methods"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        found, IO_MODULES,
        "clippy.toml forbids it elsewhere; docs/architecture.md lists the I/O modules"
    );
    let architecture = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    for module in IO_MODULES {
        assert!(
            architecture.contains(module),
            "docs/architecture.md does not name the I/O module {module}"
        );
    }
}

#[test]
fn rule_ids_are_written_in_rules_only() {
    let ids: Vec<String> = chub_lint::rules::RULES
        .iter()
        .map(|rule| format!("\"{}\"", rule.id))
        .collect();
    let outside = |name: &str| !name.starts_with("rules/") && !name.ends_with("tests.rs");
    for (name, text) in sources().iter().filter(|(name, _)| outside(name)) {
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (at, line) in code.lines().enumerate() {
            let written = ids.iter().find(|id| line.contains(id.as_str()));
            assert!(
                written.is_none(),
                "src/{name}:{}: ask the rule instead of {written:?}",
                at + 1
            );
        }
    }
}

#[test]
fn every_folder_is_in_the_map_and_every_file_says_what_it_is() {
    let architecture = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let map = architecture.split("```\nsrc/\n").nth(1).unwrap();
    let listed: BTreeSet<String> = map
        .lines()
        .take_while(|line| *line != "```")
        .filter_map(|line| {
            line.strip_prefix("  ")?
                .split_whitespace()
                .next()?
                .strip_suffix('/')
        })
        .map(str::to_owned)
        .collect();
    let sources = sources();
    let folders: BTreeSet<String> = sources
        .iter()
        .filter_map(|(name, _)| Some(name.split_once('/')?.0.to_owned()))
        // A top-level file may have a folder with the same name.
        .filter(|folder| !sources.iter().any(|(name, _)| *name == format!("{folder}.rs")))
        .collect();
    assert_eq!(
        listed, folders,
        "docs/architecture.md has one line for each folder of src/"
    );
    for (name, text) in &sources {
        let first = text.lines().next().unwrap();
        assert!(
            first.starts_with("//! ") && first.len() > 12,
            "src/{name} begins with a line that says what it is, not with {first:?}"
        );
    }
}
