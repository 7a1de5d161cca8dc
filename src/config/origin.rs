//! Where each setting of a run is from: a line of the config, an option, or the default.

use super::file::{self, ConfigFile};
use super::{Overrides, Settings};
use crate::rule::Rule;
use crate::rule::page::RulePage;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Where a setting is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No one sets it.
    Default,
    /// A line of the config, from 1.
    Line(usize),
    /// An option of the command line.
    Option(&'static str),
}

/// A setting that has one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingRow {
    /// The key, with those of its tables: `limits.entry-lines`.
    pub key: String,
    /// The value, as in a config.
    pub value: String,
    /// Where it is from.
    pub origin: Origin,
}

/// The keys whose values are shown with the rules.
const RULE_KEYS: [&str; 4] = ["select", "extend-select", "ignore", "severity"];
/// The settings that have a default, with it.
const DEFAULTS: [(&str, &str); 13] = [
    ("exclude", "[]"),
    ("fail-on", "\"warning\""),
    ("freshness.breaking", "\"error\""),
    ("freshness.calver", "[]"),
    ("freshness.exclude", "[]"),
    ("freshness.min-age-days", "14"),
    ("freshness.minor", "\"warning\""),
    ("freshness.patch", "\"note\""),
    ("freshness.severity-follows-symbols", "true"),
    ("limits.entry-lines", "500"),
    ("limits.reference-lines", "300"),
    ("network.offline", "false"),
    ("network.private", "[]"),
];

/// The settings of a config, and the defaults of others, in order of key. Rows of `[[allow]]` and the like are counted.
#[must_use]
pub fn setting_rows(settings: &Settings) -> Vec<SettingRow> {
    let defaults = DEFAULTS.iter().map(|(key, value)| SettingRow {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
        origin: Origin::Default,
    });
    let mut rows: BTreeMap<String, SettingRow> = defaults.map(|row| (row.key.clone(), row)).collect();
    let text = settings.text.as_str();
    if let Ok(table) = DeTable::parse(text) {
        leaves(text, table.get_ref(), "", &mut rows);
    }
    rows.into_values().collect()
}

/// The values of a table and of the tables in it.
fn leaves(text: &str, table: &DeTable<'_>, above: &str, rows: &mut BTreeMap<String, SettingRow>) {
    for (key, value) in table {
        let span = key.span();
        let key = format!("{above}{}", key.get_ref());
        if RULE_KEYS.contains(&key.as_str()) {
            continue;
        }
        let value = match value.get_ref() {
            // Each setting of these tables has its own row; the keys of a table inside of them are names of packages.
            DeValue::Table(table) if above.is_empty() => {
                leaves(text, table, &format!("{key}."), rows);
                continue;
            }
            DeValue::Array(array) if array.iter().any(|row| matches!(row.get_ref(), DeValue::Table(_))) => {
                match array.len() {
                    1 => "1 row".to_owned(),
                    rows => format!("{rows} rows"),
                }
            }
            DeValue::Table(table) => inline(text, table),
            _ => one_line(text.get(value.span()).unwrap_or_default()),
        };
        let origin = Origin::Line(line(text, &span));
        rows.insert(key.clone(), SettingRow { key, value, origin });
    }
}

/// A table on one line.
fn inline(text: &str, table: &DeTable<'_>) -> String {
    let pairs = table.iter().map(|(key, value)| {
        let source = |span: Range<usize>| one_line(text.get(span).unwrap_or_default());
        format!("{} = {}", source(key.span()), source(value.span()))
    });
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

/// A value on one line.
fn one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line of a span, from 1.
fn line(text: &str, span: &Range<usize>) -> usize {
    let before = text.get(..span.start).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// Why rules run or not, and where their severities are from.
#[derive(Debug)]
pub struct RuleOrigins<'a> {
    settings: &'a Settings,
    overrides: &'a Overrides,
    config: ConfigFile,
}

impl<'a> RuleOrigins<'a> {
    /// For the rules of some settings.
    #[must_use]
    pub fn new(settings: &'a Settings, overrides: &'a Overrides) -> Self {
        Self {
            settings,
            overrides,
            // The settings come from this text, so it is valid.
            config: file::parse(&settings.text).unwrap_or_default(),
        }
    }

    /// Where the severity of a rule, or its being off, is from.
    #[must_use]
    pub fn of(&self, rule: &Rule) -> Origin {
        let is_on = self.settings.options.is_enabled(rule.id);
        let severity = self
            .config
            .severity
            .iter()
            .find(|(name, _)| name.get_ref() == rule.id);
        let severity = severity.map(|(name, _)| self.line(&name.span()));
        if is_on {
            self.on(rule, severity)
        } else {
            self.off(rule, severity)
        }
    }

    fn on(&self, rule: &Rule, severity: Option<Origin>) -> Origin {
        let overrides = self.overrides;
        let configured = || {
            let only_these = !overrides.select.is_empty();
            let lists = [&self.config.extend_select, &self.config.select];
            let mut lists = lists.into_iter().filter(|_| !only_these);
            lists.find_map(|list| self.listed(list, rule))
        };
        if severity.is_some() && self.settings.options.severities.contains_key(rule.id) {
            return severity.unwrap_or(Origin::Default);
        }
        if named(&overrides.extend_select, rule) {
            Origin::Option("--extend-select")
        } else if named(&overrides.select, rule) {
            Origin::Option("--select")
        } else {
            configured().unwrap_or(Origin::Default)
        }
    }

    fn off(&self, rule: &Rule, severity: Option<Origin>) -> Origin {
        let overrides = self.overrides;
        if named(&overrides.ignore, rule) {
            return Origin::Option("--ignore");
        }
        if let Some(line) = severity.or_else(|| self.listed(&self.config.ignore, rule)) {
            return line;
        }
        match (overrides.select.is_empty(), self.config.select.first()) {
            (false, _) => Origin::Option("--select"),
            (true, Some(first)) => self.line(&first.span()),
            (true, None) => Origin::Default,
        }
    }

    fn listed(&self, list: &[toml::Spanned<String>], rule: &Rule) -> Option<Origin> {
        let found = list.iter().rev().find(|name| means(name.get_ref(), rule))?;
        Some(self.line(&found.span()))
    }

    fn line(&self, span: &Range<usize>) -> Origin {
        Origin::Line(line(&self.settings.text, span))
    }

    /// The line of a row of `[[paths]]` for a rule.
    #[must_use]
    pub fn path_row(&self, row: usize, rule: &Rule) -> Origin {
        let rows = self.config.paths.get(row);
        let mut names = rows.into_iter().flat_map(|row| row.severity.keys());
        let name = names.find(|name| name.get_ref() == rule.id);
        name.map_or(Origin::Default, |name| self.line(&name.span()))
    }
}

/// Whether the values of an option name a rule.
fn named(values: &[String], rule: &Rule) -> bool {
    let mut names = values.iter().flat_map(|names| names.split(',')).map(str::trim);
    names.any(|name| means(name, rule))
}

/// Whether a name of a selection selects a rule.
fn means(name: &str, rule: &Rule) -> bool {
    let page = RulePage::for_rule(rule);
    name == rule.id
        || name == "all"
        || name == page.category.as_str()
        || (name == "pedantic" && page.pedantic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_an_empty_config() {
        let text: String = DEFAULTS
            .iter()
            .map(|(key, value)| format!("{key} = {value}\n"))
            .collect();
        let (written, default) = (file::parse(&text).unwrap(), ConfigFile::default());
        let shown = |file: &ConfigFile| format!("{:?}{:?}{:?}", file.limits, file.freshness, file.network);
        assert_eq!(shown(&written), shown(&default));
        let settings =
            |text: &str| Settings::from_text(text, None, &Overrides::default(), crate::rules::RULES).unwrap();
        let (written, default) = (settings(&text), settings(""));
        assert_eq!(
            (written.exclude, written.fail_on),
            (default.exclude, default.fail_on)
        );
    }

    #[test]
    fn each_setting_names_its_line() {
        let text = "exclude = [\n  \"a\",\n]\n\n[freshness]\npatch = \"off\"\n\n[[allow]]\nrule = \"bad-date\"\nreason = \
                    \"x\"\n\n[freshness.dist-tags]\n\"@acme/kit\" = \"next\"\n";
        let settings = Settings::from_text(text, None, &Overrides::default(), crate::rules::RULES).unwrap();
        let rows = setting_rows(&settings);
        let row = |key: &str| {
            rows.iter()
                .find(|row| row.key == key)
                .map(|row| (row.value.as_str(), row.origin.clone()))
        };
        assert_eq!(row("exclude"), Some(("[ \"a\", ]", Origin::Line(1))));
        assert_eq!(row("freshness.patch"), Some(("\"off\"", Origin::Line(6))));
        assert_eq!(row("allow"), Some(("1 row", Origin::Line(8))));
        assert_eq!(row("freshness.minor"), Some(("\"warning\"", Origin::Default)));
        assert!(row("freshness.dist-tags").is_some());
    }
}
