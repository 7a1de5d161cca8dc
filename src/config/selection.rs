//! Which rules run: what the config and the command line select, add and ignore.

use super::file::{ConfigDiagnostic, ConfigFile};
use super::{ConfigError, Overrides, Rules, SettingsError, UnknownRule, unknown_rule};
use crate::rule::page::RulePage;
use crate::rule::{Property, Rule};
use std::collections::BTreeSet;

/// The rules that run, and those whose pedantic part also runs.
#[derive(Debug)]
pub(super) struct RuleSelection {
    rules: Rules,
    pub enabled: BTreeSet<&'static str>,
    pub pedantic: BTreeSet<&'static str>,
}

/// Which option a name is from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SelectionKind {
    /// `select`: run only this. The name of a rule selects its default part.
    Select,
    /// `extend-select`: also run this. The name of a rule selects all of it, because the default part is already
    /// selected.
    Extend,
    /// `ignore`: do not run this.
    Ignore,
}

impl RuleSelection {
    /// Resolve the lists of the config and those of the command line, which replaces `select` of the config. Rules that
    /// the config ignores stay ignored, unless the command line names the rule itself.
    pub(super) fn resolve(
        file: &ConfigFile,
        overrides: &Overrides,
        rules: Rules,
    ) -> Result<Self, SettingsError> {
        let only_these = !overrides.select.is_empty();
        let mut configured = match file.select.is_empty() {
            true => Self::default(rules),
            false => Self::none(rules),
        };
        // The config must be valid even when the command line selects other rules.
        configured.config(&file.select, SelectionKind::Select)?;
        configured.config(&file.extend_select, SelectionKind::Extend)?;
        for (name, level) in &file.severity {
            if level.severity().is_some() {
                configured.enabled.insert(super::rule_id(name, rules)?);
            }
        }
        let mut choice = if only_these { Self::none(rules) } else { configured };
        choice.command_line("--select", &overrides.select, SelectionKind::Select)?;
        choice.config(&file.ignore, SelectionKind::Ignore)?;
        for (name, level) in &file.severity {
            if level.severity().is_none() {
                choice.enabled.remove(super::rule_id(name, rules)?);
            }
        }
        for name in names(&overrides.select) {
            let named = rules.iter().filter(|rule| rule.id == name);
            choice.enabled.extend(named.map(|rule| rule.id));
        }
        choice.command_line("--extend-select", &overrides.extend_select, SelectionKind::Extend)?;
        choice.command_line("--ignore", &overrides.ignore, SelectionKind::Ignore)?;
        Ok(choice)
    }

    /// The default: all rules that are not pedantic.
    fn default(rules: Rules) -> Self {
        Self::just(rules, |rule| !RulePage::for_rule(rule).pedantic)
    }

    /// Only the rules that always run.
    fn none(rules: Rules) -> Self {
        Self::just(rules, |rule| rule.has(Property::AlwaysOn))
    }

    fn just(rules: Rules, enabled: impl Fn(&Rule) -> bool) -> Self {
        let enabled = rules.iter().filter(|rule| enabled(rule));
        Self {
            rules,
            enabled: enabled.map(|rule| rule.id).collect(),
            pedantic: BTreeSet::new(),
        }
    }

    fn command_line(
        &mut self,
        option: &'static str,
        values: &[String],
        ask: SelectionKind,
    ) -> Result<(), SettingsError> {
        names(values)
            .try_for_each(|name| self.one(name, ask))
            .map_err(|source| SettingsError::Other(ConfigError::Option { option, source }))
    }

    fn config(&mut self, values: &[toml::Spanned<String>], ask: SelectionKind) -> Result<(), SettingsError> {
        values.iter().try_for_each(|name| {
            self.one(name.get_ref(), ask).map_err(|unknown| {
                SettingsError::Config(ConfigDiagnostic {
                    span: name.span(),
                    message: unknown.to_string(),
                })
            })
        })
    }

    /// Turn rules on or off by an id, a category, `pedantic` or `all`. A category does not turn on pedantic rules.
    fn one(&mut self, name: &str, ask: SelectionKind) -> Result<(), UnknownRule> {
        let mut known = false;
        for rule in self.rules {
            let page = RulePage::for_rule(rule);
            let (id, all, pedantic) = (rule.id == name, name == "all", name == "pedantic");
            let category = page.category.as_str() == name;
            known |= id || all || pedantic || category;
            if ask == SelectionKind::Ignore {
                if id || all || category || pedantic && page.pedantic {
                    self.enabled.remove(rule.id);
                }
                if id || all || category || pedantic {
                    self.pedantic.remove(rule.id);
                }
                continue;
            }
            if id || all || category && !page.pedantic || pedantic && page.pedantic {
                self.enabled.insert(rule.id);
            }
            if all || pedantic || id && ask == SelectionKind::Extend {
                self.pedantic.insert(rule.id);
            }
        }
        if known {
            Ok(())
        } else {
            Err(unknown_rule(name, self.rules))
        }
    }
}

/// The names in the values of an option, separated by commas or in several options.
fn names(values: &[String]) -> impl Iterator<Item = &str> {
    values.iter().flat_map(|names| names.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RULES, by_id};

    fn choice(config: &str, select: &str, extend: &str, ignore: &str) -> RuleSelection {
        let list = |names: &str| match names {
            "" => Vec::new(),
            names => vec![names.to_owned()],
        };
        let overrides = Overrides {
            select: list(select),
            extend_select: list(extend),
            ignore: list(ignore),
            ..Overrides::default()
        };
        let file = toml::from_str(config).unwrap();
        match RuleSelection::resolve(&file, &overrides, RULES) {
            Ok(choice) => choice,
            Err(_) => panic!("{config} {select} {extend} {ignore}"),
        }
    }

    fn ids(choice: &RuleSelection) -> Vec<&str> {
        choice
            .enabled
            .iter()
            .filter(|id| !by_id(id).unwrap().has(Property::AlwaysOn))
            .copied()
            .collect()
    }

    #[test]
    fn select_is_exclusive_and_extend_select_adds() {
        let default = choice("", "", "", "");
        assert!(default.enabled.contains("code-syntax") && !default.enabled.contains("untagged-code"));
        assert!(default.pedantic.is_empty());
        let one = choice("", "code-syntax", "", "");
        assert_eq!(ids(&one), ["code-syntax"]);
        assert!(one.pedantic.is_empty());
        let more = choice("", "", "code-syntax,untagged-code", "");
        assert_eq!(more.enabled.len(), default.enabled.len() + 1);
        assert!(more.pedantic.contains("code-syntax"));
        assert_eq!(choice("", "all", "", "").enabled.len(), RULES.len());
        assert!(!choice("", "code", "", "").enabled.contains("untagged-code"));
        assert!(choice("", "pedantic", "", "").enabled.contains("untagged-code"));
    }

    #[test]
    fn the_command_line_selects_in_the_place_of_the_config() {
        let config = "select = ['bad-date']\nextend-select = ['bad-name']\nignore = ['code-syntax', 'broken-link']\n\
                      severity = { bad-tags = 'note', bad-source = 'off' }";
        assert_eq!(
            ids(&choice(config, "", "", "")),
            ["bad-date", "bad-name", "bad-tags"]
        );
        assert_eq!(ids(&choice(config, "code-syntax", "", "")), ["code-syntax"]);
        assert!(!ids(&choice(config, "hub", "", "")).contains(&"broken-link"));
        assert_eq!(
            ids(&choice(config, "bad-date,bad-source", "bad-tags", "bad-date")),
            ["bad-source", "bad-tags"]
        );
    }
}
