//! The JSON Schemas in rules/schema/ agree with the front-matter rules. `cargo snapshots` rewrites them.

use crate::support;
use chub_lint::diagnostic::Severity;
use chub_lint::document::{Document, DocumentKind, YamlNode, YamlValue};
use chub_lint::rules::fields::schema;
use serde_json::json;

/// The name and the text of each file.
fn files() -> [(&'static str, String); 2] {
    [
        ("doc.json", DocumentKind::Doc),
        ("skill.json", DocumentKind::Skill),
    ]
    .map(|(name, kind)| (name, serde_json::to_string_pretty(&schema(kind)).unwrap() + "\n"))
}

/// Rewrite the files.
pub fn rewrite() {
    for (name, text) in files() {
        support::write(&format!("rules/schema/{name}"), &text);
    }
}

#[test]
fn the_files_are_made_from_the_fields() {
    for (name, text) in files() {
        support::up_to_date(&format!("rules/schema/{name}"), &text);
    }
}

fn as_json(node: &YamlNode) -> serde_json::Value {
    match &node.value {
        YamlValue::Null => json!(null),
        YamlValue::Bool(b) => json!(b),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "JSON Schema tells 1 and 1.5 apart"
        )]
        YamlValue::Number(n) if n.fract() == 0.0 => json!(*n as i64),
        YamlValue::Number(n) => json!(n),
        YamlValue::String(s) => json!(s),
        YamlValue::Sequence(items) => items.iter().map(as_json).collect(),
        YamlValue::Mapping(pairs) => pairs
            .iter()
            .map(|(k, v)| (k.as_str().unwrap().to_owned(), as_json(v)))
            .collect(),
    }
}

/// A schema has no notes or warnings. It refuses what is an error for the rules, and values of the wrong type.
#[test]
fn the_schema_and_the_rules_agree() {
    let base = [
        ("name", "widget"),
        ("description", "\"How to use it\""),
        ("languages", "\"python\""),
        ("versions", "\"2.1.0\""),
        ("revision", "1"),
        ("updated-on", "\"2026-05-01\""),
        ("source", "community"),
        ("tags", "\"a,b\""),
    ];
    let others = [
        "\"\"",
        "12",
        "true",
        "[a, b]",
        "{a: b}",
        "\"2026-05-01\"",
        "community",
        "nonsense",
        "1.5",
        "\"1\"",
    ];
    let skill = [
        ("name", "e"),
        ("description", "\"Does it. Use when it is due.\""),
        ("license", "MIT"),
        ("allowed-tools", "\"Read\""),
        ("disable-model-invocation", "true"),
        ("metadata", "{a: b}"),
    ];
    for (path, kind, base) in [
        ("a/docs/e/DOC.md", DocumentKind::Doc, base.as_slice()),
        ("a/skills/e/SKILL.md", DocumentKind::Skill, skill.as_slice()),
    ] {
        let validator = jsonschema::validator_for(&schema(kind)).unwrap();
        for (changed, _) in base.iter().copied() {
            for other in std::iter::once(None).chain(others.into_iter().map(Some)) {
                let mut text = String::from("---\n");
                for (key, value) in base.iter().copied() {
                    let value = if key == changed { other } else { Some(value) };
                    if key == "languages" {
                        text.push_str("metadata:\n");
                    }
                    let indent = if kind == DocumentKind::Skill || matches!(key, "name" | "description") {
                        ""
                    } else {
                        "  "
                    };
                    if let Some(value) = value {
                        text.push_str(&format!("{indent}{key}: {value}\n"));
                    }
                }
                text.push_str("---\n");
                let hub = support::hub(&[(path, &text)]);
                let document: &Document = &hub.documents()[0];
                let accepted = validator.is_valid(&as_json(&document.front.as_ref().unwrap().root));
                let types = ["missing-field", "wrong-type", "bad-source", "bad-date"];
                let reported: Vec<_> =
                    support::findings(&support::workspace(hub, support::settings("", &[]), None))
                        .into_iter()
                        .filter(|d| types.contains(&d.rule))
                        .filter(|d| d.severity == Severity::Error || d.message.contains("where"))
                        .collect();
                // For an empty value of an optional field the rules report a warning, but the schema refuses it as a
                // date.
                let empty_optional =
                    other == Some("\"\"") && !reported.iter().any(|d| d.severity == Severity::Error);
                if !empty_optional {
                    assert_eq!(
                        accepted,
                        reported.is_empty(),
                        "{changed}: {other:?} in\n{text}\n{reported:#?}"
                    );
                }
            }
        }
    }
}
