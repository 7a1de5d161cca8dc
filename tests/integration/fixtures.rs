//! Checks the hubs in fixtures/: one is correct, and the other has one broken entry per rule, made from a bad example
//! of its page. `cargo snapshots` rewrites the broken one.

use crate::support;
use crate::support::page::{Example, bytes, examples};
use chub_lint::config::Settings;
use chub_lint::hub::Hub;
use chub_lint::hub::discover;
use chub_lint::releases::{LockIndex, PackageLookups};
use chub_lint::rule::Rule;
use chub_lint::rule::page::RulePage;
use chub_lint::rules::{RULES, by_id};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Rules that find nothing in a folder alone, and why.
const NEED_MORE: &[(&str, &str)] = &[
    ("unbumped-revision", "compares with the commit of `--since`"),
    ("changed-checks", "compares the settings with those of `--since`"),
    ("unknown-symbol", "reads the archive of a release"),
    ("removed-symbol", "reads the archives of two releases"),
];

/// Rules that find something in another file than an entry of theirs.
const ELSEWHERE: &[(&str, &str)] = &[
    ("stale-baseline", "chub-lint-baseline.toml"),
    ("unused-setting", "chub-lint.toml"),
];

/// A baseline with a finding that does not exist.
const BASELINE: &str =
    "version = 1\n\n[files.\"stale-baseline/docs/entry/DOC.md\"]\nmissing-field = [\"3f1c09aa\"]\n";

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

fn read(root: &Path) -> Hub {
    let hubs = discover::discover(&[root.to_path_buf()]).unwrap();
    assert_eq!(hubs.len(), 1);
    discover::read_hub(&hubs[0], "", &[], None).unwrap()
}

/// The front matter that is added to an example that has only Markdown.
const FRONT: &str = "---\nname: widget\ndescription: \"How to use the widget library from Python\"\nmetadata:\n  \
    languages: \"python\"\n  versions: \"2.1.0\"\n  revision: 1\n  updated-on: \"2026-05-01\"\n  \
    source: community\n  tags: \"widget\"\n---\n\n";

/// The broken hub.
#[derive(Default)]
struct Broken {
    /// By their paths.
    files: BTreeMap<String, Vec<u8>>,
    /// Symbolic links and where they lead.
    links: BTreeMap<String, String>,
    /// The registry data of the packages in it.
    releases: PackageLookups,
}

impl Broken {
    /// Made from the first bad example of each rule, or the one marked `fixture`, in folders named after the rule.
    fn of_the_pages() -> Self {
        let mut broken = Self::default();
        let mut config = quiet();
        for rule in RULES.iter().filter(|rule| !is_in(NEED_MORE, rule.id)) {
            broken.add(rule, &mut config);
        }
        broken.files.insert(
            "stale-baseline/docs/entry/DOC.md".to_owned(),
            format!("{FRONT}# Widget\n").into(),
        );
        broken
            .files
            .insert("chub-lint-baseline.toml".to_owned(), BASELINE.into());
        broken.files.insert("chub-lint.toml".to_owned(), config.into());
        broken
    }

    fn add(&mut self, rule: &Rule, config: &mut String) {
        let examples = examples(rule.page);
        let marked = examples.iter().position(|e| e.is("bad") && e.is("fixture"));
        let Some(last) = marked.or_else(|| examples.iter().position(|e| e.is("bad"))) else {
            return;
        };
        let first = examples[..last].iter().rposition(|e| e.is("bad") || e.is("good"));
        for example in &examples[first.map_or(0, |at| at + 1)..=last] {
            if example.is("releases") {
                self.learn(&example.text);
            } else if example.is("config") && !example.text.starts_with("[severity]") {
                // Configs with severities turn off other rules that would report the example.
                // A table is written once.
                let (table, rest) = example.text.split_once('\n').unwrap_or((&example.text, ""));
                let table = format!("\n{table}\n");
                match config.find(&table) {
                    Some(at) => config.insert_str(at + table.len(), rest),
                    None => config.extend([table.as_str(), rest]),
                }
            } else if example.is("file") || example.is("bad") {
                self.lay(rule.id, example);
            }
        }
    }

    /// The data of all pages must agree, because there is one lock file.
    fn learn(&mut self, json: &str) {
        for (package, release, origin) in support::releases(json).iter() {
            if self.releases.get(package).is_none() {
                self.releases
                    .insert(package.clone(), release.clone(), origin.clone());
            }
        }
    }

    fn lay(&mut self, rule: &str, example: &Example) {
        let path = example.path();
        let inside = path.split_once('/').map_or(path, |(_, inside)| inside);
        let path = format!("{rule}/{inside}");
        if example.is("symlink") {
            let target = example.text.trim();
            // A link to a system folder would make tools that copy this repository read that folder.
            if !target.starts_with('/') {
                self.links.insert(path, target.to_owned());
            }
        } else if example.is("unread") {
            self.files.insert(path, bytes(&example.text));
        } else if example.is("bad")
            && !path.contains("/scripts/")
            && !["/doc.md", "/skill.md"]
                .iter()
                .any(|name| path.to_lowercase().ends_with(name))
        {
            let entry = format!("{rule}/docs/entry/DOC.md");
            self.files
                .insert(entry, format!("{FRONT}{}", example.text).into());
        } else {
            self.files.insert(path, example.text.clone().into());
        }
    }

    fn write(&self, root: &Path) {
        fs::remove_dir_all(root).unwrap_or_default();
        for path in self.files.keys().chain(self.links.keys()) {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        }
        for (path, bytes) in &self.files {
            fs::write(root.join(path), bytes).unwrap();
        }
        #[cfg(unix)]
        for (path, target) in &self.links {
            std::os::unix::fs::symlink(target, root.join(path)).unwrap();
        }
    }
}

/// Settings that turn on the rules that are off by default. These rules and the notes about packages would report most
/// entries here, so each of them is turned off outside of its own entry.
fn quiet() -> String {
    let pedantic = RULES.iter().filter(|rule| RulePage::for_rule(rule).pedantic);
    let pedantic: Vec<_> = pedantic.map(|rule| rule.id).collect();
    let own = [&pedantic[..], &["unresolved-package"]].concat();
    let off: Vec<_> = own.iter().map(|rule| format!("{rule} = \"off\"")).collect();
    let rows = own.iter().map(|rule| {
        let severity = RulePage::for_rule(by_id(rule).unwrap()).severity.as_str();
        format!("\n[[paths]]\npath = \"{rule}\"\nseverity = {{ {rule} = \"{severity}\" }}\n")
    });
    format!(
        "extend-select = {pedantic:?}\n\n[[paths]]\npath = \"*\"\nseverity = {{ {} }}\n{}\n[network]\nprivate = [\"in-house-*\"]\n",
        off.join(", "),
        rows.collect::<String>()
    )
}

fn is_in(list: &[(&str, &str)], rule: &str) -> bool {
    list.iter().any(|(id, _)| *id == rule)
}

/// Rewrite the broken hub.
pub fn rewrite() {
    let root = folder("broken");
    let broken = Broken::of_the_pages();
    broken.write(&root);
    fs::write(
        folder("releases.json"),
        LockIndex::from_releases(&broken.releases).0.to_json(),
    )
    .unwrap();
}

#[test]
fn the_broken_hub_is_made_from_the_pages() {
    let root = folder("broken");
    let broken = Broken::of_the_pages();
    let locked = fs::read_to_string(folder("releases.json")).unwrap();
    support::same_text(
        &locked,
        &LockIndex::from_releases(&broken.releases).0.to_json(),
        "releases.json",
    );
    for (path, bytes) in &broken.files {
        let found = fs::read(root.join(path)).unwrap_or_default();
        support::same_text(
            &String::from_utf8_lossy(&found),
            &String::from_utf8_lossy(bytes),
            path,
        );
    }
    #[cfg(unix)]
    for (path, target) in &broken.links {
        assert_eq!(
            fs::read_link(root.join(path)).unwrap(),
            Path::new(target),
            "{path}"
        );
    }
    let mut found = BTreeSet::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path();
                let parts = path.strip_prefix(&root).unwrap().iter();
                let parts: Vec<_> = parts.map(|part| part.to_str().unwrap().to_owned()).collect();
                found.insert(parts.join("/"));
            }
        }
    }
    let wanted: BTreeSet<_> = broken.files.into_keys().chain(broken.links.into_keys()).collect();
    assert_eq!(found, wanted, "files that no page has");
}

/// The command of the README shows a finding of each rule.
#[test]
fn every_rule_finds_something_in_the_broken_hub() {
    let output = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .current_dir(folder(".."))
        .args([
            "fixtures/hub",
            "fixtures/skills",
            "fixtures/broken",
            "--locked",
            "fixtures/releases.json",
        ])
        .args(["--output", "json"])
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["diagnostics"].as_array().unwrap();
    let found = |rule: &str| {
        let place = ELSEWHERE.iter().find(|(id, _)| *id == rule);
        let place = place.map_or_else(
            || format!("fixtures/broken/{rule}/"),
            |(_, file)| format!("fixtures/broken/{file}"),
        );
        let own = |finding: &&serde_json::Value| {
            finding["rule"] == rule && finding["path"].as_str().unwrap().starts_with(&place)
        };
        findings.iter().any(|finding| own(&finding))
    };
    // Systems without symbolic links check them out as text files.
    let here = |rule: &str| cfg!(unix) || rule != "escaping-link";
    let missing: Vec<_> = RULES
        .iter()
        .filter(|rule| here(rule.id) && !found(rule.id))
        .map(|rule| rule.id)
        .collect();
    let expected: Vec<_> = RULES
        .iter()
        .filter(|rule| is_in(NEED_MORE, rule.id))
        .map(|rule| rule.id)
        .collect();
    assert_eq!(missing, expected);
    for correct in ["fixtures/hub/", "fixtures/skills/"] {
        assert!(
            !String::from_utf8_lossy(&output.stdout).contains(correct),
            "{correct}"
        );
    }
}

#[test]
fn the_correct_skills_have_no_finding_of_any_rule() {
    let output = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .current_dir(folder(".."))
        .args(["fixtures/skills", "--offline", "--extend-select", "pedantic"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("no findings in 3 documents"), "{said}");
    assert!(said.contains("skills: 2 without errors and warnings"), "{said}");
}

#[test]
fn the_correct_hub_has_no_finding() {
    let hub = read(&folder("hub"));
    assert_eq!(hub.documents().len(), 14);
    let workspace = support::workspace(hub, Settings::unconfigured(chub_lint::rules::RULES), None);
    let findings = support::findings(&workspace);
    assert!(
        findings.is_empty(),
        "{}",
        support::rendered(workspace.hub(), findings)
    );
}
