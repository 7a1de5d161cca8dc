//! Runs every example on every rule page. `cargo snapshots` rewrites the outputs.
//!
//! Blocks on a page, by the words after their language:
//! - `bad`: this rule reports it, and no other rule does; the `text` block after it is the true output;
//! - `good`: no rule reports it;
//! - `file path=...`: one more file of the hub of the next bad or good block; with `symlink` it is a link, with
//!   `unread` its bytes (`\xNN`) are invalid in a document;
//! - `base`: the text of the file of the next example, or of the one at `path=...`, at the commit of `--since`;
//! - `releases`: registry data for the examples after it;
//! - `package=ECOSYSTEM:NAME==VERSION path=...`: a file of a release, whose symbols the examples after it are checked
//!   against; the first one after an example begins a new set;
//! - `config`: a chub-lint.toml for the examples after it.
//!
//! `path=...` puts an example elsewhere; `escaped` reads `\xNN`, `\u{...}`, `\r`, `\n` in it.

use crate::support;
use crate::support::packages::{self, Packages};
use crate::support::page::{Example, bytes, examples};
use chub_lint::diagnostic::{Applicability, Diagnostic};
use chub_lint::document::{Document, HubPath};
use chub_lint::fix;
use chub_lint::hub::FileKind;
use chub_lint::hub::target::LinkTarget;
use chub_lint::rule::Check;
use chub_lint::rule::page::{RuleCategory, RulePage};
use chub_lint::rules::RULES;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

fn page_file(id: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("rules")
        .join(format!("{id}.md"))
}

/// The result of running one example.
struct Outcome {
    findings: Vec<Diagnostic>,
    output: String,
}

#[derive(Default)]
struct Scene<'a> {
    files: Vec<(&'a str, &'a str)>,
    links: Vec<(&'a str, &'a str)>,
    unread: Vec<(&'a str, &'a str)>,
    base: BTreeMap<String, Option<String>>,
    releases: Option<&'a str>,
    packages: Packages,
    /// Whether an example used the packages.
    is_used: bool,
    config: &'a str,
}

fn run(rule: &str, scene: &Scene<'_>, example: &Example) -> Outcome {
    let mut files = scene.files.clone();
    files.push((example.path(), &example.text));
    let mut hub = support::hub(&files);
    let before = scene.base.iter().map(|(path, text)| {
        let document = |text: &String| Document::new(HubPath::new("", path), text.clone());
        (path.clone(), text.as_ref().map(document))
    });
    hub.base = (!scene.base.is_empty()).then(|| before.collect());
    for (path, target) in &scene.links {
        let leaves = target.starts_with('/')
            || LinkTarget::parse(&HubPath::new("", path), target.trim()) == LinkTarget::Above;
        let kind = if leaves {
            FileKind::Escape
        } else {
            FileKind::Symlink
        };
        hub.files.insert((*path).to_owned(), kind);
    }
    for (path, text) in &scene.unread {
        support::add_bytes(&mut hub, path, bytes(text));
    }
    let settings = support::settings(scene.config, &[rule]);
    let releases = scene.releases.map(support::releases);
    let mut workspace = support::workspace(hub, settings, releases);
    if !scene.packages.is_empty() {
        let checks = packages::symbols(&workspace, &scene.packages);
        workspace = workspace.with_symbols(checks);
    }
    let findings = support::findings(&workspace);
    let output = support::rendered(workspace.hub(), findings.clone());
    Outcome { findings, output }
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let pages: BTreeSet<String> = fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(pages, rules);
    assert_eq!(rules.len(), RULES.len(), "an id stands twice in the list");
    for rule in RULES {
        let page = fs::read_to_string(page_file(rule.id)).unwrap();
        support::same_text(rule.page, &page, &format!("the page that {} includes", rule.id));
    }
}

#[test]
fn every_page_is_well_formed() {
    for rule in RULES {
        let page = RulePage::parse(rule.page).unwrap_or_else(|error| panic!("rules/{}.md: {error}", rule.id));
        assert!(
            page.title.len() <= 100 && !page.title.ends_with('.'),
            "{}: title",
            rule.id
        );
        assert!(
            !page.why().is_empty() && page.why().len() <= 1024,
            "{}: the paragraph under the title",
            rule.id
        );
        let found = examples(rule.page);
        let has = |word: &str| found.iter().any(|e| e.is(word));
        if page.category != RuleCategory::Lint {
            assert!(
                has("bad") && has("good"),
                "{}: needs a bad and a good example",
                rule.id
            );
        }
    }
}

#[test]
fn every_example_does_what_its_page_says() {
    run_pages(false);
}

/// Rewrite the outputs.
pub fn rewrite() {
    run_pages(true);
}

fn run_pages(update: bool) {
    let mut wrong = Vec::new();
    for rule in RULES {
        let found = examples(rule.page);
        // A baseline needs two runs; tests/cli has an example.
        if matches!(rule.check, Check::Suppress) && !found.iter().any(|e| e.is("bad")) {
            continue;
        }
        let mut scene = Scene::default();
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut fixed: Vec<String> = Vec::new();
        for (i, example) in found.iter().enumerate() {
            let line = rule.page[..example.range.start].matches('\n').count() + 1;
            let mut fail = |what: &str| wrong.push(format!("rules/{}.md:{line}: {what}", rule.id));
            if example.is("releases") {
                scene.releases = Some(&example.text);
            } else if let Some((release, path)) = packages::file_of(example) {
                if std::mem::take(&mut scene.is_used) {
                    scene.packages.clear();
                }
                scene
                    .packages
                    .entry(release)
                    .or_default()
                    .insert(path, example.text.clone());
            } else if example.is("config") {
                scene.config = &example.text;
            } else if example.is("symlink") {
                scene.links.push((example.path(), &example.text));
            } else if example.is("unread") {
                scene.unread.push((example.path(), &example.text));
            } else if example.is("base") {
                scene
                    .base
                    .insert(example.path().to_owned(), Some(example.text.clone()));
            } else if example.is("file") {
                scene.files.push((example.path(), &example.text));
            } else if example.is("bad") {
                let outcome = run(rule.id, &scene, example);
                scene.is_used = true;
                if outcome.findings.is_empty() {
                    fail("a bad example that nothing reports");
                }
                if outcome.findings.iter().any(|d| d.rule != rule.id) {
                    fail(&format!(
                        "another rule reports a bad example:\n{}",
                        outcome.output
                    ));
                }
                if outcome
                    .findings
                    .iter()
                    .any(|d| d.help.is_none() && d.fix.is_none())
                {
                    fail(&format!("a finding does not say what to do:\n{}", outcome.output));
                }
                let next = found
                    .get(i + 1)
                    .filter(|next| next.words.first().is_some_and(|w| w == "text") && next.words.len() == 1);
                let block = format!("```text\n{}\n```", outcome.output);
                match next {
                    Some(next) if next.text.trim_end() == outcome.output => {}
                    Some(next) if update => edits.push((next.range.clone(), block)),
                    None if update => {
                        edits.push((example.range.end..example.range.end, format!("\n\n{block}")));
                    }
                    Some(next) => {
                        let diff = support::line_diff(&outcome.output, next.text.trim_end());
                        fail(&format!("the output is another one now:\n{diff}"));
                    }
                    None => fail("a bad example without its output"),
                }
                let safe: Vec<_> = outcome
                    .findings
                    .iter()
                    .filter_map(|d| d.fix.as_ref())
                    .filter(|f| f.safety == Applicability::Safe)
                    .flat_map(|f| f.edits.clone())
                    .collect();
                if !safe.is_empty() {
                    fixed.push(fix::apply(&example.text, &safe).unwrap());
                }
                scene.files.clear();
                scene.links.clear();
                scene.unread.clear();
                scene.base.clear();
            } else if example.is("good") {
                let outcome = run(rule.id, &scene, example);
                scene.is_used = true;
                if !outcome.findings.is_empty() {
                    fail(&format!("a good example that is reported:\n{}", outcome.output));
                }
                scene.files.clear();
                scene.links.clear();
                scene.unread.clear();
                scene.base.clear();
            }
        }
        if RulePage::for_rule(rule).fix == Some(Applicability::Safe) {
            let good: Vec<_> = found
                .iter()
                .filter(|e| e.is("good"))
                .map(|e| e.text.as_str())
                .collect();
            if !fixed.iter().any(|text| good.contains(&text.as_str())) {
                wrong.push(format!(
                    "rules/{}.md: no bad example that its fix turns into a good one",
                    rule.id
                ));
            }
        }
        if update && !edits.is_empty() {
            let mut page = rule.page.to_owned();
            for (range, text) in edits.into_iter().rev() {
                page.replace_range(range, &text);
            }
            fs::write(page_file(rule.id), page).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n\n"));
}
