//! `chub-lint.toml` as written. Unknown keys are errors that point at the key.

use super::names::{self, RuleName, Selector};
use crate::one_or_many::OneOrMany;
use crate::package::patterns::PackagePatterns;
use crate::rule::options::{FreshnessOptions, LimitOptions, SeverityLevel};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// Settings of chub-lint, next to or above the content folder
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(title = "chub-lint.toml")]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ConfigFile {
    /// Paths to skip: patterns as in ignore files, relative to the hub.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<toml::Spanned<String>>,
    /// Rules to run instead of the default ones: ids, categories, `pedantic` or `all`.
    #[schemars(with = "Vec<Selector>")]
    pub select: Vec<toml::Spanned<String>>,
    /// Rules to run in addition to these or the default ones.
    #[schemars(with = "Vec<Selector>")]
    pub extend_select: Vec<toml::Spanned<String>>,
    /// Rules not to run: ids or categories.
    #[schemars(with = "Vec<Selector>")]
    pub ignore: Vec<toml::Spanned<String>>,
    /// The lowest severity that sets the exit code to 1.
    #[schemars(extend("default" = "warning"))]
    pub fail_on: Option<FailOn>,
    /// Severities by rule; `off` does not run the rule.
    #[schemars(schema_with = "names::severities")]
    pub severity: BTreeMap<toml::Spanned<String>, SeverityLevel>,
    /// Size limits.
    pub limits: LimitOptions,
    /// Policy of the freshness rules.
    pub freshness: FreshnessOptions,
    /// Registries and the time limit.
    pub network: NetworkSettings,
    /// Which releases the symbols of code are checked against.
    pub symbols: SymbolSettings,
    /// What `bump --to newest` raises.
    pub bump: BumpSettings,
    /// Which packages entries cover.
    pub package: Vec<PackageRow>,
    /// The hubs that `mcp`, `search`, `get` and `list` read when none is named; an id that several have is that of the
    /// first.
    pub sources: Vec<SourceRow>,
    /// Findings that are accepted.
    pub allow: Vec<AllowRow>,
    /// Other severities for some paths.
    pub paths: Vec<PathRow>,
    /// Patterns of outdated code.
    pub pattern: Vec<PatternRow>,
    /// The file with known findings, relative to the config.
    #[schemars(regex(pattern = r"[^/]\.toml$"))]
    pub baseline: Option<String>,
    /// The reviewed mapping of entries to packages, relative to the config.
    pub packages: Option<String>,
}

/// The least severity that fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Note,
    /// Findings never change the exit code.
    Never,
}

/// Registries and the time limit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct NetworkSettings {
    /// Do not look up packages.
    pub offline: bool,
    /// Base URL of a simple index (PEP 503), in place of pip's and uv's own settings.
    pub pypi_index: Option<String>,
    /// Base URL of an npm registry, in place of npm's own settings.
    pub npm_registry: Option<String>,
    /// Packages that no public registry is asked about: names or patterns such as `@acme/*` and `acme-*`.
    #[schemars(with = "Vec<String>")]
    pub private: PackagePatterns,
    /// The time limit in seconds for all look-ups together.
    pub timeout: Option<u64>,
}

/// Which releases the symbols of code are checked against.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SymbolSettings {
    /// Whole hubs too. When it is missing: only the entries of named files and of `--since`, against both.
    pub check: Option<SymbolReleases>,
}

/// Which releases the symbols of code are checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SymbolReleases {
    /// The release that an entry declares.
    Declared,
    /// The declared release and the newest.
    Both,
    /// None.
    Off,
}

/// What `bump --to newest` raises, and the pull requests of `propose`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct BumpSettings {
    /// Packages whose entries are not raised: names or patterns such as `@acme/*` and `acme-*`.
    #[schemars(with = "Vec<String>")]
    pub ignore: PackagePatterns,
    /// Entries that are not raised: patterns as in ignore files, relative to the hub.
    pub ignore_paths: Vec<String>,
    /// Releases younger than this many days do not count, where that is more than in `[freshness]`.
    pub min_age_days: i64,
    /// What one pull request is about.
    pub group: Option<BumpGroup>,
    /// When the workflow of `init --automation` runs.
    pub schedule: Option<BumpSchedule>,
    /// Labels of pull requests, as far as they exist.
    pub labels: Vec<String>,
    /// The most pull requests that are open at the same time.
    #[schemars(extend("default" = 10))]
    pub limit: Option<u16>,
}

/// What one pull request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BumpGroup {
    /// The first folder of the hub.
    Author,
    /// The package that the entries cover.
    Package,
}

/// How often a workflow runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BumpSchedule {
    /// Every day.
    Daily,
    /// Every Monday.
    Weekly,
    /// On the first day of a month.
    Monthly,
}

/// The entries under a path cover a package.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageRow {
    /// A folder or file inside the hub; `{name}` stands for one folder.
    #[schemars(with = "String")]
    pub path: toml::Spanned<String>,
    /// `pypi:NAME`, `npm:NAME` or `none`; `{name}` is the name of that folder.
    #[schemars(with = "OneOrMany")]
    pub package: toml::Spanned<OneOrMany>,
    /// A wheel, an sdist or a folder of sources, relative to the config: what code uses of the package is checked
    /// against it, and no registry is asked for the symbols.
    #[schemars(with = "Option<String>")]
    pub source: Option<toml::Spanned<String>>,
}

/// A hub that readers search: a folder or an address.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = [{ "required": ["path"] }, { "required": ["url"] }]))]
#[serde(deny_unknown_fields)]
pub struct SourceRow {
    /// How ids name it, as in `NAME:author/entry`: letters, digits, `-` and `_`.
    #[schemars(with = "String", length(max = 64), regex(pattern = r"^[A-Za-z0-9_-]+$"))]
    pub name: toml::Spanned<String>,
    /// A content folder or a built tree, relative to the config.
    #[schemars(with = "Option<String>")]
    pub path: Option<toml::Spanned<String>>,
    /// The address of a built tree: the folder of its registry.json. No check reads it.
    #[schemars(with = "Option<String>")]
    pub url: Option<toml::Spanned<String>>,
}

/// Findings that are accepted, and why.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowRow {
    /// The rule.
    #[schemars(with = "RuleName")]
    pub rule: toml::Spanned<String>,
    /// A pattern of paths inside the hub; all when it is missing.
    pub path: Option<String>,
    /// The reason.
    #[serde(default)]
    pub reason: String,
    /// The last day on which it applies, `YYYY-MM-DD`.
    #[schemars(with = "Option<String>", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub until: Option<toml::Spanned<String>>,
}

/// Other severities for some paths.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathRow {
    /// A pattern of paths inside the hub.
    #[schemars(with = "String")]
    pub path: toml::Spanned<String>,
    /// Severities by rule.
    #[schemars(schema_with = "names::severities")]
    pub severity: BTreeMap<toml::Spanned<String>, SeverityLevel>,
}

/// A pattern of outdated code.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternRow {
    /// The language of the blocks.
    #[schemars(with = "String")]
    pub language: toml::Spanned<String>,
    /// A tree-sitter query; the capture named `match` is reported, else the first capture.
    #[schemars(with = "String")]
    pub query: toml::Spanned<String>,
    /// The message.
    pub message: String,
    /// The severity.
    pub severity: Option<SeverityLevel>,
    /// The text to put in place of the match; `@name` is the text of a capture.
    pub fix: Option<String>,
    /// Patterns of paths inside the hub; all when empty.
    #[serde(default)]
    pub paths: Vec<String>,
}

/// An error in a config file.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigDiagnostic {
    /// The bytes of the file; empty when the parser gives no location.
    pub span: Range<usize>,
    /// The message, one sentence.
    pub message: String,
}

/// Parse the text of a config file.
///
/// # Errors
/// When the text is invalid, with the location.
pub fn parse(text: &str) -> Result<ConfigFile, ConfigDiagnostic> {
    toml::from_str(text).map_err(|error| ConfigDiagnostic {
        span: error.span().unwrap_or_default(),
        message: error.message().trim().to_owned(),
    })
}

/// The patterns in `[network] private` of a config that may be wrong in other places.
#[must_use]
pub fn private_names(text: &str) -> Vec<String> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Network {
        private: Vec<String>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct File {
        network: Network,
    }
    toml::from_str::<File>(text).map_or_else(|_| Vec::new(), |file| file.network.private)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_pointed_at() {
        let text = "[limits]\nentry-lines = 10\nentry-size = 3\n";
        let problem = parse(text).unwrap_err();
        assert_eq!(&text[problem.span], "entry-size");
        assert!(problem.message.contains("unknown field"));
    }
}
