//! rules/schema/config.json and the reader of chub-lint.toml take and refuse the same keys and values.

use chub_lint::config::file;
use serde_json::Value;
use std::collections::BTreeSet;

const SCHEMA: &str = include_str!("../../rules/schema/config.json");

/// A config that uses every key.
const FULL: &str = r#"
exclude = ["a/"]
select = ["pedantic"]
extend-select = ["code"]
ignore = ["stale-version"]
fail-on = "never"
baseline = "b.json"
packages = "p.tsv"
severity = { bad-date = "off" }
limits = { entry-lines = 10 }

[freshness]
patch = "off"
minor = "note"
breaking = "warning"
min-age-days = 1
calver = ["pypi:a"]
exclude = ["pypi:b"]
dist-tags = { "npm:a" = "next" }

[network]
offline = true
pypi-index = "https://a.test/simple/"
npm-registry = "https://a.test/"
timeout = 5

[[package]]
path = "a/docs/{name}"
package = "npm:@a/{name}"

[[package]]
path = "b"
package = ["pypi:b", "npm:b"]

[[allow]]
rule = "bad-date"
path = "a"
reason = "it is fine"
until = "2026-06-01"

[[paths]]
path = "a"
severity = { bad-date = "error" }

[[pattern]]
language = "python"
query = "(identifier) @match"
message = "gone"
severity = "note"
fix = "@match"
paths = ["a"]
"#;

fn schema() -> (Value, jsonschema::Validator) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    (schema, validator)
}

fn value(config: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Value>(config).unwrap()).unwrap()
}

/// Every `properties` key of a schema, as a path.
fn keys(schema: &Value, path: &str, out: &mut BTreeSet<String>) {
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}/{key}");
        keys(inner, &path, out);
        keys(&inner["items"], &path, out);
        out.insert(path);
    }
}

/// Every key of a config, as a path; the keys of the tables that users name are left out.
fn used(value: &Value, path: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) if !path.ends_with("severity") && !path.ends_with("dist-tags") => {
            for (key, inner) in fields {
                let path = format!("{path}/{key}");
                used(inner, &path, out);
                out.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| used(item, path, out)),
        _ => {}
    }
}

#[test]
fn a_config_with_every_key_of_the_schema_is_read() {
    let (schema, validator) = schema();
    file::read(FULL).unwrap();
    let config = value(FULL);
    let errors: Vec<_> = validator.iter_errors(&config).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let (mut in_schema, mut in_config) = (BTreeSet::new(), BTreeSet::new());
    keys(&schema, "", &mut in_schema);
    used(&config, "", &mut in_config);
    assert_eq!(in_schema, in_config);
}

/// The reader lists the keys that it knows when it sees one that it does not: they are those of the schema.
#[test]
fn the_reader_knows_no_other_keys() {
    let (schema, validator) = schema();
    let rows = ["package", "allow", "paths", "pattern"];
    for table in ["", "limits", "freshness", "network"].into_iter().chain(rows) {
        let config = match table {
            "" => "nonsense = 1".to_owned(),
            _ if rows.contains(&table) => format!("[[{table}]]\nnonsense = 1"),
            _ => format!("[{table}]\nnonsense = 1"),
        };
        let message = file::read(&config).unwrap_err().message;
        assert!(!validator.is_valid(&value(&config)), "{config}");
        let known: BTreeSet<&str> = message.split('`').skip(3).step_by(2).collect();
        let inner = match table {
            "" => &schema,
            _ if rows.contains(&table) => &schema["properties"][table]["items"],
            _ => &schema["properties"][table],
        };
        let properties = inner["properties"].as_object().unwrap();
        if properties.len() == 1 {
            assert!(message.contains(properties.keys().next().unwrap().as_str()));
            continue;
        }
        assert_eq!(
            known,
            properties.keys().map(String::as_str).collect(),
            "{message}"
        );
    }
}

#[test]
fn both_refuse_the_same_values() {
    let (_, validator) = schema();
    for wrong in [
        "fail-on = \"sometimes\"",
        "select = \"all\"",
        "severity = { bad-date = \"fatal\" }",
        "limits = { entry-lines = -1 }",
        "network = { offline = \"no\" }",
        "[[package]]\npath = \"a\"",
        "[[allow]]\nreason = \"x\"",
        "[[pattern]]\nlanguage = \"python\"\nquery = \"\"",
        "[freshness]\npatch = \"major\"",
    ] {
        assert!(file::read(wrong).is_err(), "{wrong}");
        assert!(!validator.is_valid(&value(wrong)), "{wrong}");
    }
}
