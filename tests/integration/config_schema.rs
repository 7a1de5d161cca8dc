//! rules/schema/config.json is derived from the reader of chub-lint.toml, and both accept and refuse the same configs.
//! `cargo snapshots` rewrites it.

use crate::support;
use chub_lint::config::{Overrides, Settings, schema};
use serde_json::Value;

/// A config that uses every key.
const FULL: &str = r#"
exclude = ["a/"]
select = ["pedantic"]
extend-select = ["code"]
ignore = ["stale-version"]
fail-on = "never"
baseline = "b.toml"
packages = "p.tsv"
severity = { bad-date = "off" }
limits = { entry-lines = 10 }

[freshness]
patch = "off"
minor = "note"
breaking = "warning"
min-age-days = 1
severity-follows-symbols = false
calver = ["pypi:a"]
exclude = ["pypi:b"]
dist-tags = { "npm:a" = "next" }

[network]
offline = true
pypi-index = "https://a.test/simple/"
npm-registry = "https://a.test/"
timeout = 5

[bump]
ignore = ["pypi:c"]
ignore-paths = ["a/docs/c"]
min-age-days = 30
group = "package"
schedule = "weekly"
labels = ["docs"]
limit = 5

[[package]]
path = "a/docs/{name}"
package = "npm:@a/{name}"

[[package]]
path = "b"
package = ["pypi:b", "npm:b"]

[[sources]]
name = "own"
path = "content"

[[sources]]
name = "team-1"
url = "https://hub.test/v1"

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

/// Rewrite the file.
pub fn rewrite() {
    support::write("rules/schema/config.json", &schema::text());
}

#[test]
fn the_file_is_made_from_the_types() {
    support::up_to_date("rules/schema/config.json", &schema::text());
}

/// Configs that both accept: [`FULL`], and each of these.
const VALID: &[&str] = &[
    "",
    "select = [\"all\", \"pedantic\", \"front-matter\", \"code-syntax\"]",
    "fail-on = \"note\"",
    "severity = { bad-date = \"off\", bad-name = \"error\" }",
    "[limits]",
    "limits = { entry-lines = 0 }",
    "[freshness]\nmin-age-days = -1",
    "[network]\ntimeout = 0",
    "[[package]]\npath = \"a\"\npackage = []",
    "[[package]]\npath = \"a\"\npackage = \"none\"",
    "[[allow]]\nrule = \"bad-date\"",
    "[[paths]]\npath = \"a\"\nseverity = {}",
    "[[pattern]]\nlanguage = \"python\"\nquery = \"(call) @match\"\nmessage = \"m\"",
];

/// Configs that both refuse: an unknown key in every table, a wrong type, an unknown name, a missing key.
const INVALID: &[&str] = &[
    "nonsense = 1",
    "[limits]\nnonsense = 1",
    "[freshness]\nnonsense = 1",
    "[network]\nnonsense = 1",
    "[[package]]\npath = \"a\"\npackage = \"none\"\nnonsense = 1",
    "[[allow]]\nrule = \"bad-date\"\nnonsense = 1",
    "[[paths]]\npath = \"a\"\nseverity = {}\nnonsense = 1",
    "[[pattern]]\nlanguage = \"python\"\nquery = \"(call)\"\nmessage = \"m\"\nnonsense = 1",
    "extend_select = []",
    "exclude = \"a\"",
    "select = \"all\"",
    "select = [\"nonsense\"]",
    "extend-select = [1]",
    "ignore = [\"Bad-Date\"]",
    "fail-on = \"sometimes\"",
    "baseline = 1",
    "baseline = \"b.json\"",
    "packages = [\"p.tsv\"]",
    "severity = { bad-date = \"fatal\" }",
    "severity = { nonsense = \"error\" }",
    "limits = { entry-lines = -1 }",
    "limits = { entry-lines = 1.5 }",
    "network = { offline = \"no\" }",
    "network = { timeout = -1 }",
    "network = { pypi-index = [\"https://a.test/\"] }",
    "[freshness]\npatch = \"major\"",
    "[freshness]\nmin-age-days = \"1\"",
    "[freshness]\nseverity-follows-symbols = \"note\"",
    "[freshness]\ncalver = \"pypi:a\"",
    "[freshness]\ndist-tags = { \"npm:a\" = 1 }",
    "[[package]]\npath = \"a\"",
    "[[package]]\npackage = \"none\"",
    "[[package]]\npath = \"a\"\npackage = 1",
    "[package]\npath = \"a\"\npackage = \"none\"",
    "[[sources]]\nname = \"a\"",
    "[[sources]]\npath = \"a\"",
    "[[sources]]\nname = \"a b\"\npath = \"c\"",
    "[[sources]]\nname = \"a\"\npath = \"c\"\nurl = \"https://a.test/\"",
    "[[sources]]\nname = \"a\"\npath = \"c\"\nnonsense = 1",
    "[[allow]]\nreason = \"x\"",
    "[[allow]]\nrule = \"nonsense\"",
    "[[allow]]\nrule = \"bad-date\"\nuntil = \"soon\"",
    "[[allow]]\nrule = \"bad-date\"\nuntil = 2026-06-01",
    "[[paths]]\npath = \"a\"",
    "[[paths]]\npath = \"a\"\nseverity = { nonsense = \"error\" }",
    "[[pattern]]\nlanguage = \"python\"\nquery = \"\"",
    "[[pattern]]\nlanguage = \"python\"\nquery = \"(call)\"\nmessage = \"m\"\nseverity = \"fatal\"",
];

#[test]
fn both_take_and_refuse_the_same_configs() {
    let schema: Value = serde_json::from_str(&schema::text()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid = VALID.iter().chain([&FULL]).map(|config| (config, true));
    for (config, expected) in valid.chain(INVALID.iter().map(|config| (config, false))) {
        let value = serde_json::to_value(toml::from_str::<toml::Value>(config).unwrap()).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(errors.is_empty(), expected, "the schema: {config}\n{errors:?}");
        let read =
            Settings::from_text(config, None, &Overrides::default(), chub_lint::rules::RULES).map(drop);
        assert_eq!(read.is_ok(), expected, "the program: {config}\n{read:?}");
    }
}

#[test]
fn every_key_is_described() {
    fn described(schema: &Value, path: &str) {
        for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
            assert!(inner["description"].is_string(), "{path}/{key}");
        }
        for (key, inner) in schema["$defs"].as_object().into_iter().flatten() {
            described(inner, key);
        }
    }
    described(&serde_json::from_str(&schema::text()).unwrap(), "");
}
