//! The options that rules read.

use crate::diagnostic::Severity;
use crate::lang::pattern::CodeQuery;
use crate::package::Package;
use crate::package::patterns::PackagePatterns;
use globset::GlobSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The options of the rules.
#[derive(Debug, Default)]
pub struct Options {
    /// Size limits.
    pub limits: LimitOptions,
    /// Policy of the freshness rules.
    pub freshness: FreshnessOptions,
    /// Packages that no public registry is asked about.
    pub private: PackagePatterns,
    /// Packages whose sources the config names: they are compared with those, and no registry is asked about them.
    pub local: BTreeSet<Package>,
    /// Patterns of outdated code.
    pub code_patterns: Vec<CodePattern>,
    /// The severities that the user set, by rule.
    pub severities: BTreeMap<&'static str, Severity>,
    /// The rules that run.
    pub enabled: BTreeSet<&'static str>,
    /// The rules whose pedantic part is selected.
    pub pedantic: BTreeSet<&'static str>,
}

impl Options {
    /// Whether a rule runs.
    #[must_use]
    pub fn is_enabled(&self, rule: &str) -> bool {
        self.enabled.contains(rule)
    }

    /// Whether no registry is asked about a package, because of `[freshness] exclude` or a `source` in the config.
    #[must_use]
    pub fn is_unasked(&self, package: &Package) -> bool {
        self.freshness.exclude.matches(package) || self.local.contains(package)
    }
}

/// A severity, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeverityLevel {
    /// Do not run the rule.
    Off,
    /// A note.
    Note,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl SeverityLevel {
    /// The severity; `None` for off.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// Size limits.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LimitOptions {
    /// Lines from which an entry is too large for an agent to read at once.
    pub entry_lines: usize,
    /// The most lines of a file of a skill that needs no table of contents.
    pub reference_lines: usize,
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self {
            entry_lines: 500,
            reference_lines: 300,
        }
    }
}

/// Policy of the freshness rules.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FreshnessOptions {
    /// Severity when only patches are missing.
    pub patch: SeverityLevel,
    /// Severity when minor releases are missing.
    pub minor: SeverityLevel,
    /// Severity when a breaking release is missing.
    pub breaking: SeverityLevel,
    /// Whether a stale version is a note when all symbols of the entry still exist, and a warning when some are gone.
    pub severity_follows_symbols: bool,
    /// Releases younger than this many days are ignored.
    pub min_age_days: i64,
    /// Packages whose versions are dates, in addition to those that are detected: names or patterns.
    #[schemars(with = "Vec<String>")]
    pub calver: PackagePatterns,
    /// Packages that are not looked up and that the freshness rules skip: names or patterns.
    #[schemars(with = "Vec<String>")]
    pub exclude: PackagePatterns,
    /// The npm dist-tag to follow instead of `latest`, by package.
    #[schemars(with = "BTreeMap<String, String>")]
    pub dist_tags: BTreeMap<toml::Spanned<String>, String>,
}

impl Default for FreshnessOptions {
    fn default() -> Self {
        Self {
            patch: SeverityLevel::Note,
            minor: SeverityLevel::Warning,
            breaking: SeverityLevel::Error,
            severity_follows_symbols: true,
            min_age_days: 14,
            calver: PackagePatterns::default(),
            exclude: PackagePatterns::default(),
            dist_tags: BTreeMap::new(),
        }
    }
}

/// One compiled row of `[[pattern]]`.
#[derive(Debug)]
pub struct CodePattern {
    /// The compiled query.
    pub query: CodeQuery,
    /// The message; `@name` is the text of a capture.
    pub message: String,
    /// The severity, unless the user sets one for the rule.
    pub severity: Option<Severity>,
    /// The text to put in place of the match.
    pub fix: Option<String>,
    /// Paths inside the hub; `None` for all.
    pub paths: Option<GlobSet>,
}

impl CodePattern {
    /// Whether it applies to a path inside the hub.
    #[must_use]
    pub fn applies_to(&self, path: &str) -> bool {
        self.paths.as_ref().is_none_or(|paths| paths.is_match(path))
    }
}
