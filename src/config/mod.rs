//! Every choice resolved, nothing optional.

mod choice;
pub mod file;
pub mod find;
pub mod pattern;
pub mod schema;
mod snippet;

use crate::diagnostic::Severity;
use crate::error::{Error, ModuleError};
use crate::package::Package;
use crate::rules::RULES;
use crate::text::Span;
use choice::Choice;
use file::{Allow, ConfigFile, FailOn, Freshness, Limits, PathRow};
use pattern::CodePattern;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every choice of a run.
#[derive(Debug)]
pub struct Settings {
    /// The config file, if there is one.
    pub file: Option<PathBuf>,
    /// Its text, to point into.
    pub text: String,
    /// Patterns in the form of ignore files, relative to the hub.
    pub exclude: Vec<String>,
    /// The lowest severity that sets the exit code to 1; `None`: never.
    pub fail_on: Option<Severity>,
    /// Sizes.
    pub limits: Limits,
    /// Policy of the freshness rules.
    pub freshness: Freshness,
    /// Which registries, and how long.
    pub network: file::Network,
    /// Which package entries cover.
    pub packages: Vec<PackageOverride>,
    /// Findings that are accepted.
    pub allows: Vec<Allow>,
    /// Other severities for some paths.
    pub paths: Vec<PathRow>,
    /// Patterns of code that is out of date.
    pub code_patterns: Vec<CodePattern>,
    /// The file with known findings.
    pub baseline: Option<PathBuf>,
    /// The reviewed mapping of entries to packages.
    pub mapping: Option<PathBuf>,
    /// The rules that are off only because of the config.
    pub off: BTreeSet<&'static str>,
    severities: BTreeMap<&'static str, Severity>,
    enabled: BTreeSet<&'static str>,
    pedantic: BTreeSet<&'static str>,
}

/// A row of `[[package]]`, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageOverride {
    /// A folder or file inside the hub; `{name}` stands for one folder.
    pub path: String,
    /// The packages with `{name}` still in them; empty for `none`.
    pub packages: Vec<String>,
    /// Where the row is written.
    pub span: Span,
}

/// What the command line adds to the config.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--isolated`: read no config.
    pub isolated: bool,
    /// `--select`: takes the place of what the config selects.
    pub select: Vec<String>,
    /// `--extend-select`.
    pub extend_select: Vec<String>,
    /// `--ignore`.
    pub ignore: Vec<String>,
    /// `--fail-on`.
    pub fail_on: Option<FailOn>,
    /// `--exclude`.
    pub exclude: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self::resolve(ConfigFile::default(), None, String::new(), &Overrides::default())
            .expect("an empty config has nothing to be wrong")
    }
}

impl Settings {
    /// Find, read and resolve the config of a hub.
    ///
    /// # Errors
    /// A config that cannot be read or is wrong; the text points at the place.
    pub fn load(hub: &Path, overrides: &Overrides) -> Result<Self, Error> {
        let (path, text) = match &overrides.config {
            _ if overrides.isolated => return Self::from_text("", None, overrides),
            Some(path) => (path.clone(), find::read_named(path)?),
            None => match find::nearest(hub) {
                Some(path) => {
                    let text = find::read(&find::root_of(&path), &path)?;
                    (path, text)
                }
                None => return Self::from_text("", None, overrides),
            },
        };
        Self::from_text(&text, Some(path), overrides)
    }

    /// Resolve the text of a config.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_text(text: &str, path: Option<PathBuf>, overrides: &Overrides) -> Result<Self, Error> {
        let shown = path
            .as_deref()
            .unwrap_or(Path::new(find::FILE_NAME))
            .display()
            .to_string();
        let problem = |problem: file::Problem| ConfigError::Text(snippet::render(&shown, text, &problem));
        let file = file::read(text).map_err(problem)?;
        let settings = Self::resolve(file, path, text.to_owned(), overrides);
        settings.map_err(|error| match error {
            Wrong::Config(p) => problem(p).into(),
            Wrong::Other(error) => error.into(),
        })
    }

    fn resolve(
        file: ConfigFile,
        path: Option<PathBuf>,
        text: String,
        overrides: &Overrides,
    ) -> Result<Self, Wrong> {
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
            return Err(Wrong::Other(ConfigError::Baseline(name.clone())));
        }
        let choice = Choice::of(&file, overrides)?;
        let unconfigured = Choice::of(&ConfigFile::default(), overrides)?;
        let off = unconfigured
            .enabled
            .difference(&choice.enabled)
            .copied()
            .collect();
        let mut severities = BTreeMap::new();
        for (name, level) in &file.severity {
            if let Some(severity) = level.severity() {
                severities.insert(rule_id(name)?, severity);
            }
        }
        for row in &file.paths {
            row.severity.keys().try_for_each(|name| rule_id(name).map(drop))?;
        }
        for allow in &file.allow {
            rule_id(&allow.rule)?;
            if let Some(until) = &allow.until
                && until.get_ref().parse::<jiff::civil::Date>().is_err()
            {
                let message = "`until` must be a date, written YYYY-MM-DD".to_owned();
                return Err(Wrong::Config(file::Problem {
                    span: until.span(),
                    message,
                }));
            }
        }
        let packages = file
            .package
            .into_iter()
            .map(package_override)
            .collect::<Result<_, _>>()?;
        let code_patterns = file
            .pattern
            .iter()
            .filter_map(|row| CodePattern::compile(row, &text).transpose())
            .collect::<Result<_, _>>()
            .map_err(Wrong::Config)?;
        let fail_on = overrides
            .fail_on
            .or(file.fail_on)
            .unwrap_or(FailOn::Warning)
            .severity();
        Ok(Self {
            exclude: file.exclude.iter().chain(&overrides.exclude).cloned().collect(),
            fail_on,
            limits: file.limits,
            freshness: file.freshness,
            network: file.network,
            packages,
            allows: file.allow,
            paths: file.paths,
            code_patterns,
            baseline: file.baseline.map(beside),
            mapping: file.packages.map(beside),
            off,
            severities,
            enabled: choice.enabled,
            pedantic: choice.pedantic,
            file: path,
            text,
        })
    }

    /// The severity that the user chose for a rule.
    #[must_use]
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        self.severities.get(rule).copied()
    }

    /// Whether a rule runs.
    #[must_use]
    pub fn is_enabled(&self, rule: &str) -> bool {
        self.enabled.contains(rule)
    }

    /// Whether the stricter half of a rule was asked for.
    #[must_use]
    pub fn is_pedantic(&self, rule: &str) -> bool {
        self.pedantic.contains(rule)
    }
}

/// What is wrong with the choices: a place in the config, which is yet to be shown, or anything else.
#[derive(Debug)]
enum Wrong {
    Config(file::Problem),
    Other(ConfigError),
}

fn rule_id(name: &toml::Spanned<String>) -> Result<&'static str, Wrong> {
    crate::rules::by_id(name.get_ref())
        .map(|rule| rule.id)
        .ok_or_else(|| {
            Wrong::Config(file::Problem {
                span: name.span(),
                message: unknown_rule(name.get_ref()).to_string(),
            })
        })
}

/// A name that no rule has.
#[must_use]
pub fn unknown_rule(name: &str) -> UnknownRule {
    let near = crate::suggest::nearest(name, RULES.iter().map(|rule| rule.id));
    let name = name.to_owned();
    match near {
        Some(near) => UnknownRule::Near { name, near },
        None => UnknownRule::Far(name),
    }
}

/// A name that no rule has, and the rule that may be meant.
#[derive(Debug, thiserror::Error)]
pub enum UnknownRule {
    /// It is like the name of a rule.
    #[error("unknown rule `{name}`; did you mean `{near}`?")]
    Near {
        /// The name.
        name: String,
        /// The rule.
        near: &'static str,
    },
    /// It is like none.
    #[error("unknown rule `{0}`; `chub-lint rules` lists them")]
    Far(String),
}

impl ModuleError for UnknownRule {}

/// What is wrong with the choices of a run.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The text of a config: a rendered snippet that points at the place.
    #[error("{0}")]
    Text(String),
    /// A rule on the command line.
    #[error("{option}")]
    Option {
        /// The option.
        option: &'static str,
        /// The rule.
        source: UnknownRule,
    },
    /// The name of the baseline.
    #[error(
        "`baseline = \"{0}\"` in the config is not the name of a TOML file: name one that ends in `.toml`"
    )]
    Baseline(String),
    /// A config, or a file that it names, outside of its repository.
    #[error("`{}` is not below `{}`: a config can only name files of its repository", .path.display(), .root.display())]
    Outside {
        /// The file.
        path: PathBuf,
        /// The repository.
        root: PathBuf,
    },
    /// A link in the place of such a file.
    #[error("`{}` is a symbolic link: put the file itself there, or name another with `--config`", .0.display())]
    Link(PathBuf),
    /// Such a file is none, or too large.
    #[error("`{}` is not a text file of less than 1 MiB", .0.display())]
    NotText(PathBuf),
}

impl ModuleError for ConfigError {}

fn package_override(row: file::PackageRow) -> Result<PackageOverride, Wrong> {
    let span = row.package.span();
    let packages = row.package.into_inner();
    for text in packages.as_slice() {
        let sample = text.replace("{name}", "name");
        if sample != "none" {
            Package::parse(&sample).map_err(|error| {
                Wrong::Config(file::Problem {
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
        path: row.path,
        packages,
        span: span.into(),
    })
}
