//! The README's rule table is made from the rule pages, and its snippets are real output. `cargo snapshots` rewrites
//! the table.

use crate::support;
use chub_lint::config::{Overrides, Settings};
use chub_lint::diagnostic::Applicability;
use chub_lint::rule::page::{RuleCategory, RulePage};
use chub_lint::rules::RULES;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> String {
    let mut out = String::from("| rule | severity | fix | what it reports |\n| --- | --- | --- | --- |\n");
    let mut last: Option<RuleCategory> = None;
    for rule in RULES {
        let page = RulePage::for_rule(rule);
        if last != Some(page.category) {
            writeln!(out, "| **{}** | | | |", page.category.as_str()).unwrap();
            last = Some(page.category);
        }
        let pedantic = if page.pedantic { " P" } else { "" };
        let fix = match page.fix {
            None => "",
            Some(Applicability::Safe) => "safe",
            Some(Applicability::Unsafe) => "unsafe",
        };
        writeln!(
            out,
            "| [{id}](rules/{id}.md) | {}{pedantic} | {fix} | {} |",
            page.severity.as_str(),
            page.title,
            id = rule.id
        )
        .unwrap();
    }
    out
}

/// The current README, and the expected one.
fn readme() -> (String, String) {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (head, rest) = readme.split_once("<!-- rules -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- /rules -->").unwrap();
    let wanted = format!("{head}<!-- rules -->\n{}<!-- /rules -->{tail}", table());
    (readme, wanted)
}

/// Rewrite the table.
pub fn rewrite() {
    fs::write(root().join("README.md"), readme().1).unwrap();
}

#[test]
fn the_rule_table_is_made_from_the_pages() {
    let (readme, wanted) = readme();
    support::same_text(&readme, &wanted, "README.md");
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(root().join(name)).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            let outside = file.contains("://") || file.is_empty();
            assert!(
                outside || Path::new(&root().join(file)).exists(),
                "{name}: {link}"
            );
        }
    }
}

#[test]
fn the_example_config_is_one() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let config = readme
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    Settings::from_text(config, None, &Overrides::default(), RULES).unwrap();
}
