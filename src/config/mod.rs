//! The settings of a run, with every option resolved.

pub mod file;
pub mod find;
mod names;
pub mod origin;
mod pattern;
pub mod schema;
mod selection;
mod snippet;
pub mod sources;

use crate::diagnostic::Severity;
use crate::error::{Error, ModuleError};
use crate::package::Package;
use crate::package::patterns::{PackagePatternError, PackagePatterns};
use crate::package::resolve::PackageOverride;
use crate::rule::Rule;
use crate::rule::options::Options;
use file::{AllowRow, ConfigFile, FailOn, PathRow};
use selection::RuleSelection;
use sources::{SourceSetting, checked_path};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rules that a config can name.
pub type Rules = &'static [&'static Rule];

/// The settings of a run.
#[derive(Debug)]
pub struct Settings {
    /// The path of the config file, if there is one.
    pub file: Option<PathBuf>,
    /// Its text, for diagnostics.
    pub text: String,
    /// Patterns in the form of ignore files, relative to the hub.
    pub exclude: Vec<String>,
    /// Those of them that are in the config.
    pub config_exclude: Vec<toml::Spanned<String>>,
    /// The lowest severity that sets the exit code to 1; `None`: never.
    pub fail_on: Option<Severity>,
    /// The options of rules.
    pub options: Options,
    /// Registries and the time limit.
    pub network: file::NetworkSettings,
    /// Which releases the symbols of code are checked against.
    pub symbols: file::SymbolSettings,
    /// What `bump --to newest` raises.
    pub bump: file::BumpSettings,
    /// The packages that entries cover.
    pub packages: Vec<PackageOverride>,
    /// The hubs of readers, in order of priority. No check reads them.
    pub sources: Vec<SourceSetting>,
    /// Findings that are accepted.
    pub allows: Vec<AllowRow>,
    /// Other severities for some paths.
    pub paths: Vec<PathRow>,
    /// The baseline file.
    pub baseline: Option<PathBuf>,
    /// The reviewed mapping of entries to packages.
    pub mapping: Option<PathBuf>,
    /// The rules that are off only because of the config.
    pub off: BTreeSet<&'static str>,
}

/// What the command line adds to the config.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--isolated`: read no config.
    pub isolated: bool,
    /// `--select`: replaces what the config selects.
    pub select: Vec<String>,
    /// `--extend-select`.
    pub extend_select: Vec<String>,
    /// `--ignore`.
    pub ignore: Vec<String>,
    /// `--fail-on`.
    pub fail_on: Option<FailOn>,
    /// `--exclude`.
    pub exclude: Vec<String>,
    /// Whether entries are raised: then `[bump] min-age-days` counts too.
    pub raises: bool,
    /// `--private` and the variable `CHUB_LINT_PRIVATE`, which the work under review cannot change.
    pub private: Vec<String>,
}

impl Settings {
    /// The default settings, without a config.
    #[must_use]
    pub fn unconfigured(rules: Rules) -> Self {
        Self::resolve(
            ConfigFile::default(),
            None,
            String::new(),
            &Overrides::default(),
            rules,
        )
        .expect("an empty config has nothing to be wrong")
    }

    /// Find, read and resolve the config of a hub.
    ///
    /// # Errors
    /// When the config cannot be read or is invalid.
    pub fn load(hub: &Path, overrides: &Overrides, rules: Rules) -> Result<Self, Error> {
        let (path, text) = match &overrides.config {
            _ if overrides.isolated => {
                log::debug!("no config (--isolated)");
                return Self::from_text("", None, overrides, rules);
            }
            Some(path) => {
                log::debug!("config {} (--config)", path.display());
                (path.clone(), find::read_argument_file(path)?)
            }
            None => match find::find_config(hub)? {
                Some(path) => {
                    log::debug!("config {} (the nearest at or above the hub)", path.display());
                    let text = find::read(&find::config_root(&path), &path)?;
                    (path, text)
                }
                None => {
                    log::debug!("no config (no {} at or above the hub)", find::CONFIG_FILE_NAME);
                    return Self::from_text("", None, overrides, rules);
                }
            },
        };
        Self::from_text(&text, Some(path), overrides, rules)
    }

    /// Ask no public registry about these packages either. Names that are not valid patterns are ignored.
    pub fn add_private(&mut self, names: &[String]) {
        let is_pattern = |name: &&String| PackagePatterns::default().with(&[(*name).clone()]).is_ok();
        let valid: Vec<String> = names.iter().filter(is_pattern).cloned().collect();
        if let Ok(all) = self.options.private.with(&valid) {
            self.options.private = all;
        }
    }

    /// Resolve the text of a config.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_text(
        text: &str,
        path: Option<PathBuf>,
        overrides: &Overrides,
        rules: Rules,
    ) -> Result<Self, Error> {
        let shown = path
            .as_deref()
            .unwrap_or(Path::new(find::CONFIG_FILE_NAME))
            .display()
            .to_string();
        let problem =
            |problem: file::ConfigDiagnostic| ConfigError::Text(snippet::render(&shown, text, &problem));
        let file = file::parse(text).map_err(problem)?;
        let settings = Self::resolve(file, path, text.to_owned(), overrides, rules);
        settings.map_err(|error| match error {
            SettingsError::Config(p) => problem(p).into(),
            SettingsError::Other(error) => error.into(),
        })
    }

    fn resolve(
        file: ConfigFile,
        path: Option<PathBuf>,
        text: String,
        overrides: &Overrides,
        rules: Rules,
    ) -> Result<Self, SettingsError> {
        let beside = |name: String| {
            path.as_deref()
                .and_then(Path::parent)
                .unwrap_or(Path::new(""))
                .join(name)
        };
        if let Some(name) = file.baseline.as_ref().filter(|name| {
            let extension = Path::new(name.as_str()).extension();
            extension.is_none_or(|extension| extension != "toml")
        }) {
            return Err(SettingsError::Other(ConfigError::Baseline(name.clone())));
        }
        let choice = RuleSelection::resolve(&file, overrides, rules)?;
        let unconfigured = RuleSelection::resolve(&ConfigFile::default(), overrides, rules)?;
        let off = unconfigured
            .enabled
            .difference(&choice.enabled)
            .copied()
            .collect();
        let mut severities = BTreeMap::new();
        for (name, level) in &file.severity {
            if let Some(severity) = level.severity() {
                severities.insert(rule_id(name, rules)?, severity);
            }
        }
        check_rows(&file, rules)?;
        let packages = file
            .package
            .into_iter()
            .map(|row| package_override(row, path.as_deref()))
            .collect::<Result<_, _>>()?;
        let sources = sources::resolve(file.sources, path.as_deref()).map_err(SettingsError::Config)?;
        let code_patterns = file
            .pattern
            .iter()
            .filter_map(|row| pattern::compile(row, &text).transpose())
            .collect::<Result<_, _>>()
            .map_err(SettingsError::Config)?;
        let private = file.network.private.with(&overrides.private);
        let private = private.map_err(|source| SettingsError::Other(ConfigError::Private(source)))?;
        let fail_on = overrides
            .fail_on
            .or(file.fail_on)
            .unwrap_or(FailOn::Warning)
            .severity();
        let mut freshness = file.freshness;
        if overrides.raises {
            freshness.min_age_days = freshness.min_age_days.max(file.bump.min_age_days);
        }
        let of_config = file.exclude.iter().map(toml::Spanned::get_ref);
        Ok(Self {
            exclude: of_config.chain(&overrides.exclude).cloned().collect(),
            config_exclude: file.exclude,
            fail_on,
            options: Options {
                limits: file.limits,
                freshness,
                private,
                local: BTreeSet::new(),
                code_patterns,
                severities,
                enabled: choice.enabled,
                pedantic: choice.pedantic,
            },
            network: file.network,
            symbols: file.symbols,
            bump: file.bump,
            packages,
            sources,
            allows: file.allow,
            paths: file.paths,
            baseline: file.baseline.map(beside),
            mapping: file.packages.map(beside),
            off,
            file: path,
            text,
        })
    }
}

/// Errors in settings: a span in the config that is not yet rendered, or another error.
#[derive(Debug)]
enum SettingsError {
    Config(file::ConfigDiagnostic),
    Other(ConfigError),
}

/// Check the rules and dates of `[[paths]]` and `[[allow]]`.
fn check_rows(file: &ConfigFile, rules: Rules) -> Result<(), SettingsError> {
    for name in file.paths.iter().flat_map(|row| row.severity.keys()) {
        rule_id(name, rules)?;
    }
    for allow in &file.allow {
        rule_id(&allow.rule, rules)?;
        if let Some(until) = &allow.until
            && until.get_ref().parse::<jiff::civil::Date>().is_err()
        {
            return Err(SettingsError::Config(file::ConfigDiagnostic {
                span: until.span(),
                message: "`until` must be a date, written YYYY-MM-DD".to_owned(),
            }));
        }
    }
    Ok(())
}

fn rule_id(name: &toml::Spanned<String>, rules: Rules) -> Result<&'static str, SettingsError> {
    rules
        .iter()
        .find(|rule| rule.id == name.get_ref())
        .map(|rule| rule.id)
        .ok_or_else(|| {
            SettingsError::Config(file::ConfigDiagnostic {
                span: name.span(),
                message: unknown_rule(name.get_ref(), rules).to_string(),
            })
        })
}

/// The error for an unknown rule.
#[must_use]
pub fn unknown_rule(name: &str, rules: Rules) -> UnknownRule {
    let ids = || rules.iter().map(|rule| rule.id);
    // `stale` is the start of some: the first of them is as good as a list.
    let begun = || ids().find(|id| name.len() > 2 && id.starts_with(name));
    let near = crate::suggest::nearest(name, ids()).or_else(begun);
    let name = name.to_owned();
    match near {
        Some(near) => UnknownRule::Near { name, near },
        None => UnknownRule::Far(name),
    }
}

/// An unknown rule, with the most similar one.
#[derive(Debug, thiserror::Error)]
pub enum UnknownRule {
    /// The name is similar to that of a rule.
    #[error("unknown rule `{name}`; did you mean `{near}`?")]
    Near {
        /// The name.
        name: String,
        /// The rule.
        near: &'static str,
    },
    /// The name is not similar to any.
    #[error("unknown rule `{0}`; `chub-lint rules` lists them")]
    Far(String),
}

impl ModuleError for UnknownRule {}

/// Errors in the settings of a run.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// An error in the text of a config, rendered with its location.
    #[error("{0}")]
    Text(String),
    /// An unknown rule on the command line.
    #[error("{option}")]
    Option {
        /// The option.
        option: &'static str,
        /// The rule.
        source: UnknownRule,
    },
    /// An invalid pattern of private packages.
    #[error("--private, or the variable CHUB_LINT_PRIVATE")]
    Private(#[source] PackagePatternError),
    /// An invalid name of the baseline.
    #[error(
        "`baseline = \"{0}\"` in the config is not the name of a TOML file: name one that ends in `.toml`"
    )]
    Baseline(String),
    /// A config, or a file that it names, is outside of its repository.
    #[error("`{}` is not below `{}`: a config can only name files of its repository", .path.display(), .root.display())]
    Outside {
        /// The file.
        path: PathBuf,
        /// The repository.
        root: PathBuf,
    },
    /// Two configs in one folder.
    #[error(
        "`{}` and `.chub-lint.toml` are both there, and a folder has one config: remove one of them, or name one with \
         `--config`",
        .0.display()
    )]
    Two(PathBuf),
    /// Such a file is a symbolic link.
    #[error("`{}` is a symbolic link: put the file itself there, or name another with `--config`", .0.display())]
    Link(PathBuf),
    /// Such a file is not a text file, or is too large.
    #[error("`{}` is not a text file of less than 1 MiB", .0.display())]
    NotText(PathBuf),
}

impl ModuleError for ConfigError {}

fn package_override(row: file::PackageRow, config: Option<&Path>) -> Result<PackageOverride, SettingsError> {
    let span = row.package.span();
    let packages = row.package.into_inner();
    for text in packages.as_slice() {
        let sample = text.replace("{name}", "name");
        if sample != "none" {
            Package::parse(&sample).map_err(|error| {
                SettingsError::Config(file::ConfigDiagnostic {
                    span: span.clone(),
                    message: error.to_string(),
                })
            })?;
        }
    }
    let packages = packages
        .as_slice()
        .iter()
        .filter(|text| *text != "none")
        .cloned()
        .collect();
    Ok(PackageOverride {
        span: row.path.span().into(),
        source_span: row
            .source
            .as_ref()
            .map(|source| source.span().into())
            .unwrap_or_default(),
        path: row.path.into_inner(),
        packages,
        source: row
            .source
            .as_ref()
            .map(|source| checked_path("source", source, config).map_err(SettingsError::Config))
            .transpose()?,
    })
}
