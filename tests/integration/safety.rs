//! Attacks that the safety rules must report, and good text that they must not report. Prints recall and precision.

#![expect(
    clippy::print_stdout,
    reason = "a test that cannot go on has failed, and the figures are for people"
)]

use crate::support;
use serde::Deserialize;
use std::fs;
use std::path::PathBuf;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    #[serde(default)]
    attack: Vec<Case>,
    benign: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    kind: String,
    text: String,
    /// Why an attack is not reported; the test fails when it is reported.
    #[serde(default)]
    missed: String,
}

/// The safety rules that report a body.
fn reported(body: &str) -> Vec<&'static str> {
    let text = format!("---\nname: entry\n---\n\n# Entry\n\n{body}\n");
    let hub = support::hub(&[("author/docs/entry/DOC.md", &text)]);
    let settings = support::settings("", &[]);
    support::findings(&support::workspace(hub, settings, None))
        .into_iter()
        .map(|finding| finding.rule)
        .filter(|rule| SAFETY.contains(rule))
        .collect()
}

/// The rules about what a page does to the agent that reads it.
const SAFETY: &[&str] = &[
    "hidden-text",
    "hidden-instruction",
    "look-alike-letters",
    "leaked-secret",
    "dangerous-command",
];

fn run(file: &str, rule: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/safety")
        .join(format!("{file}.toml"));
    let cases: Cases = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let (mut seen, mut false_alarms) = (0, 0);
    for case in &cases.attack {
        let found = reported(&case.text).contains(&rule);
        seen += usize::from(found);
        match (found, case.missed.is_empty()) {
            (false, true) => wrong.push(format!("not seen: {}", case.kind)),
            (true, false) => wrong.push(format!("seen, although said to be missed: {}", case.kind)),
            _ => {}
        }
    }
    for case in &cases.benign {
        let found = reported(&case.text);
        if !found.is_empty() {
            false_alarms += 1;
            wrong.push(format!("reported for nothing: {} {found:?}", case.kind));
        }
    }
    println!(
        "{rule}: {seen} of {} attacks seen, {false_alarms} of {} good texts reported",
        cases.attack.len(),
        cases.benign.len()
    );
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn hidden_text() {
    run("hidden_text", "hidden-text");
}

#[test]
fn hidden_instruction() {
    run("hidden_instruction", "hidden-instruction");
}

#[test]
fn look_alike_letters() {
    run("look_alike_letters", "look-alike-letters");
}

/// Good texts of all kinds, which no rule about safety reports.
#[test]
fn good_texts() {
    run("good", "safety");
}

#[test]
fn leaked_secret() {
    run("leaked_secret", "leaked-secret");
}

#[test]
fn dangerous_command() {
    run("dangerous_command", "dangerous-command");
}

/// A credential never reaches the output, whatever the rules report.
#[test]
fn no_credential_is_shown() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/safety/leaked_secret.toml");
    let cases: Cases = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for case in cases.attack.iter().filter(|case| case.missed.is_empty()) {
        // In the body, in a value that other rules quote, and in a key.
        let line = case.text.lines().next().unwrap().replace('"', "");
        let text = format!(
            "---\nname: entry\n{line}: 1\nmetadata:\n  languages: \"{line}\"\n  versions: '{line}'\n---\n\n{}\n\n[x]({line})\n",
            case.text
        );
        let hub = support::hub(&[("author/docs/entry/DOC.md", &text)]);
        let settings = support::settings("", &[]);
        let secrets = chub_lint::secret::find(&case.text);
        let workspace = support::workspace(hub, settings, None);
        let output = support::rendered(workspace.hub(), support::findings(&workspace));
        assert!(!secrets.is_empty() && !output.is_empty());
        for secret in secrets {
            for line in secret
                .value
                .slice(&case.text)
                .lines()
                .filter(|line| line.len() > 8)
            {
                assert!(!output.contains(line), "{}:\n{output}", case.kind);
            }
        }
    }
}
