//! The hubs in fixtures/ are what they say: one is correct, and the other has one broken entry per rule, made from
//! the first bad example of each page. `cargo snapshots` rewrites the broken one.

use crate::support;
use crate::support::page::examples;
use chub_lint::config::Settings;
use chub_lint::hub::Hub;
use chub_lint::hub::discover;
use chub_lint::releases::{Lock, Releases};
use chub_lint::rule::Check;
use chub_lint::rules::RULES;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Rules whose first example is no text that belongs into a repository.
const NOT_AS_FILES: &[(&str, &str)] = &[
    ("unreadable-document", "bytes that are no text"),
    ("leaked-secret", "secret scanners would refuse the push"),
    ("unbumped-revision", "needs a git history"),
    ("escaping-link", "links do not survive every checkout"),
    ("invalid-registry", "the build would refuse the whole hub"),
    (
        "findability",
        "what is found first depends on all the other entries",
    ),
];

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

fn read(root: &Path) -> Hub {
    let hubs = discover::hubs(&[root.to_path_buf()]).unwrap();
    assert_eq!(hubs.len(), 1);
    discover::read(&hubs[0], "", &[], None).unwrap()
}

/// What makes an entry of an example that is only a piece of Markdown.
const FRONT: &str = "---\nname: widget\ndescription: \"How to use the widget library from Python\"\nmetadata:\n  \
    languages: \"python\"\n  versions: \"2.1.0\"\n  revision: 1\n  updated-on: \"2026-05-01\"\n  \
    source: community\n  tags: \"widget\"\n---\n\n";

/// The files of the first bad example of each rule, in folders named after the rule, and what the registries say
/// of the packages in them.
fn broken() -> (BTreeMap<String, String>, Releases) {
    let mut files = BTreeMap::new();
    let mut releases = Releases::default();
    for rule in RULES {
        if NOT_AS_FILES.iter().any(|(id, _)| *id == rule.id) {
            continue;
        }
        let mut scene: BTreeMap<String, String> = BTreeMap::new();
        for example in examples(rule.page) {
            if example.is("releases") {
                for (package, release, origin) in support::releases(&example.text).iter() {
                    if releases.get(package).is_none() {
                        releases.insert(package.clone(), release.clone(), origin);
                    }
                }
            }
            // Links and configs are no files of a hub.
            if example.is("symlink") || example.is("config") {
                scene.clear();
                break;
            }
            if example.is("file") || example.is("bad") {
                let path = example.path();
                let inside = path.split_once('/').map_or(path, |(_, inside)| inside);
                scene.insert(format!("{}/{inside}", rule.id), example.text.clone());
            }
            if example.is("bad") {
                break;
            }
        }
        if let [(path, text)] = scene.iter().collect::<Vec<_>>()[..]
            && !path.ends_with("DOC.md")
        {
            let entry = format!("{}/docs/entry/DOC.md", rule.id);
            scene = BTreeMap::from([(entry, format!("{FRONT}{text}"))]);
        }
        files.extend(scene);
    }
    (files, releases)
}

/// Rewrite the broken hub.
pub fn rewrite() {
    let root = folder("broken");
    fs::remove_dir_all(&root).unwrap_or_default();
    let (files, releases) = broken();
    fs::write(folder("releases.json"), Lock::of(&releases).0.to_json()).unwrap();
    for (path, text) in files {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

#[test]
fn the_broken_hub_is_made_from_the_pages() {
    let root = folder("broken");
    let (wanted, releases) = broken();
    let locked = fs::read_to_string(folder("releases.json")).unwrap();
    support::same_text(&locked, &Lock::of(&releases).0.to_json(), "releases.json");
    assert!(wanted.len() > 20, "{wanted:?}");
    for (path, text) in &wanted {
        support::same_text(
            &fs::read_to_string(root.join(path)).unwrap_or_default(),
            text,
            path,
        );
    }
    let hub = read(&root);
    let found: BTreeSet<_> = hub
        .files
        .keys()
        .filter(|path| path.ends_with(".md"))
        .cloned()
        .collect();
    assert_eq!(found, wanted.into_keys().collect(), "files that no page has");
}

#[test]
fn every_broken_entry_is_found() {
    let hub = read(&folder("broken"));
    let mut workspace = support::workspace(hub, support::settings("", &["pedantic"]), None);
    let (wanted, _) = broken();
    for rule in RULES.iter().filter(|rule| !matches!(rule.check, Check::Settle)) {
        let own = format!("{}/", rule.id);
        if !wanted.keys().any(|path| path.starts_with(&own)) {
            continue;
        }
        // Pages tell different tales of one made-up package, so each is judged by its own.
        let tale = examples(rule.page)
            .into_iter()
            .find(|example| example.is("releases"));
        let releases = tale.map(|example| support::releases(&example.text));
        workspace = workspace.with_releases(releases);
        let findings = support::findings(&workspace);
        let found = findings
            .iter()
            .any(|d| d.rule == rule.id && d.path.author() == Some(rule.id));
        assert!(found, "{} is not found in fixtures/broken", rule.id);
    }
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
