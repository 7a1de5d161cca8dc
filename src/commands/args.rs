//! Flags that several commands share, and the names of values that the core has.

use crate::chub::build::recommend::RecommendPolicy;
use crate::config::Overrides;
use crate::config::file::{BumpGroup, FailOn, SymbolReleases};
use crate::forge::ForgeKind;
use crate::pipeline::{LoadRequest, RegistryOptions};
use crate::releases::Outages;
use crate::report::Format;
use crate::rule::page::{RuleCategory, RulePage};
use crate::rules::RULES;
use clap::builder::{FalseyValueParser, PossibleValue, StringValueParser, TypedValueParser};
use clap::{ArgAction, Args, ValueEnum, value_parser};
use std::ffi::OsStr;
use std::path::PathBuf;

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table for people.
    Text,
    /// For programs.
    Json,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How much a command explains.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Verbosity {
    /// Given twice (`-vv`): log to standard error what is decided, and why
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
}

/// Flags that several commands share.
#[derive(Clone, Debug, Default, Args)]
pub struct CommonArgs {
    /// Use this config instead of the nearest chub-lint.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Do not use a config
    #[arg(long)]
    pub isolated: bool,
    /// Run only these rules: ids, categories, `pedantic` or `all`
    #[arg(long, value_name = "RULES", value_parser = RuleParser::SELECTION, hide_possible_values = true)]
    pub select: Vec<String>,
    /// Also run these rules
    #[arg(long, value_name = "RULES", value_parser = RuleParser::SELECTION, hide_possible_values = true)]
    pub extend_select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULES", value_parser = RuleParser::SELECTION, hide_possible_values = true)]
    pub ignore: Vec<String>,
    /// Skip these paths: patterns as in ignore files, relative to the hub
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
    /// Accept paths that hold no document. Otherwise they are an error: nothing was checked
    #[arg(long)]
    pub allow_empty: bool,
    /// Do not connect to registries; use only the cache
    #[arg(long, env = "CHUB_LINT_OFFLINE", value_parser = FalseyValueParser::new())]
    pub offline: bool,
    /// Check against the lock file of `packages --lock FILE`, without registry look-ups
    #[arg(long, value_name = "FILE")]
    pub locked: Option<PathBuf>,
    /// Query the registries again, even for packages in the cache; the cache is used for those that get no answer
    #[arg(long, conflicts_with_all = ["offline", "locked"])]
    pub refresh: bool,
    /// Fail with exit code 2 when a package could not be checked: no answer of its registry, or none in the cache or
    /// the lock file
    #[arg(long)]
    pub fail_on_unchecked: bool,
    /// The time limit in seconds for all look-ups together [default: 120]
    #[arg(long, value_name = "SECONDS")]
    pub network_timeout: Option<u64>,
    /// Use this simple index (PEP 503) instead of the one configured for pip and uv
    #[arg(long, value_name = "URL")]
    pub pypi_index: Option<String>,
    /// Use this registry instead of the one configured for npm
    #[arg(long, value_name = "URL")]
    pub npm_registry: Option<String>,
    /// How many files are checked at once; by default one for each processor
    #[arg(short, long, value_name = "N", value_parser = value_parser!(u16).range(1..=MAX_JOBS))]
    pub jobs: Option<u16>,
    /// Never ask a public registry about these packages: names or patterns such as `@acme/*,acme-*`, in addition to
    /// those of the config and of the variable CHUB_LINT_PRIVATE
    #[arg(long, value_name = "PATTERNS")]
    pub private: Vec<String>,
    /// The variable. An argument of its own, because a flag would replace its value and not add to it.
    #[arg(long, env = "CHUB_LINT_PRIVATE", hide = true, value_name = "PATTERNS")]
    pub private_of_environment: Option<String>,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// The most threads that `--jobs` starts: the address space for their stacks is reserved.
const MAX_JOBS: i64 = 1024;

impl CommonArgs {
    /// What to load: all of some hubs.
    #[must_use]
    pub fn request<'a>(&self, paths: &'a [PathBuf]) -> LoadRequest<'a> {
        let args = self.clone();
        let private = args.private.iter().chain(&args.private_of_environment);
        let private = private.flat_map(|list| list.split([',', ' ', '\n', '\t']));
        LoadRequest {
            paths,
            overrides: Overrides {
                config: args.config,
                isolated: args.isolated,
                select: args.select,
                extend_select: args.extend_select,
                ignore: args.ignore,
                exclude: args.exclude,
                fail_on: None,
                raises: false,
                private: private
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect(),
            },
            registries: RegistryOptions {
                offline: args.offline,
                locked: args.locked,
                refresh: args.refresh,
                network_timeout: args.network_timeout,
                pypi_index: args.pypi_index,
                npm_registry: args.npm_registry,
                quiet: false,
                outages: Outages::default(),
            },
            refuse_empty: !args.allow_empty,
            ..LoadRequest::default()
        }
    }
}

/// A format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputTarget {
    /// The format.
    pub format: Format,
    /// The file; standard output when there is none.
    pub file: Option<PathBuf>,
}

/// Reads `FORMAT[=FILE]`. It lists the formats, so that help and completions show them.
#[derive(Clone, Copy, Debug)]
pub struct OutputParser;

impl TypedValueParser for OutputParser {
    type Value = OutputTarget;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<OutputTarget, clap::Error> {
        let text = value.to_str().ok_or(OutputError::NotUtf8).and_then(parse_output);
        text.map_err(|why| {
            let message = format!("--output `{}`: {why}\n", value.display());
            clap::Error::raw(clap::error::ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let formats = Format::value_variants().iter();
        Some(Box::new(formats.filter_map(ValueEnum::to_possible_value)))
    }
}

/// Reads rules. It lists them, so that shells complete them. What is unknown is reported later, with the nearest name.
#[derive(Clone, Copy, Debug)]
pub struct RuleParser {
    /// Whether categories, `pedantic` and `all` name rules too.
    groups: bool,
}

impl RuleParser {
    /// The id of one rule.
    pub const ID: Self = Self { groups: false };
    /// What selects rules.
    pub const SELECTION: Self = Self { groups: true };
}

impl TypedValueParser for RuleParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let categories = RuleCategory::ALL.map(|category| {
            PossibleValue::new(category.as_str()).help(format!("The rules about {}", category.as_str()))
        });
        let groups = categories.into_iter().chain([
            PossibleValue::new("pedantic").help("The rules and parts of rules that are off by default"),
            PossibleValue::new("all").help("All rules"),
        ]);
        let ids = RULES
            .iter()
            .map(|rule| PossibleValue::new(rule.id).help(&*RulePage::for_rule(rule).title));
        Some(Box::new(groups.filter(|_| self.groups).chain(ids)))
    }
}

/// What is wrong with the value of `--output`.
#[derive(Debug, thiserror::Error)]
enum OutputError {
    #[error("a format is UTF-8")]
    NotUtf8,
    #[error("a file name is missing after `=`")]
    NoFile,
    #[error("unknown format; the formats are {0}")]
    Unknown(String),
}

fn parse_output(text: &str) -> Result<OutputTarget, OutputError> {
    let (format, file) = match text.split_once('=') {
        Some((format, file)) if !file.is_empty() => (format, Some(PathBuf::from(file))),
        Some((_, _)) => return Err(OutputError::NoFile),
        None => (text, None),
    };
    let format = Format::from_str(format, false).map_err(|_| {
        let formats = Format::value_variants()
            .iter()
            .filter_map(ValueEnum::to_possible_value);
        let names: Vec<_> = formats.map(|format| format.get_name().to_owned()).collect();
        OutputError::Unknown(names.join(", "))
    })?;
    Ok(OutputTarget { format, file })
}

/// Names and help of the values of a type that does not know the command line.
macro_rules! values {
    ($type:ident { $($value:ident: $name:literal, $help:literal;)+ }) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(Self::$value),+]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self {
                    $(Self::$value => PossibleValue::new($name).help($help)),+
                })
            }
        }
    };
}

values! { SymbolReleases {
    Declared: "declared", "The release that an entry declares";
    Both: "both", "The declared release and the newest";
    Off: "off", "None";
} }

values! { ForgeKind {
    Github: "github", "GitHub, through `gh`";
    Gitlab: "gitlab", "GitLab, through `glab`";
} }

values! { BumpGroup {
    Author: "author", "The first folder of the hub";
    Package: "package", "The package that entries cover";
} }

values! { FailOn {
    Error: "error", "Errors only";
    Warning: "warning", "Warnings and errors";
    Note: "note", "Any finding";
    Never: "never", "Findings never change the exit code";
} }

values! { Format {
    Text: "text", "For people: source lines with carets";
    Concise: "concise", "For people and editors: one line for each finding";
    Markdown: "markdown", "For people: Markdown for the summary of a job or for an issue";
    Json: "json", "For programs: one object, documented in docs/json.md";
    JsonLines: "json-lines", "For programs: one object on a line for each finding";
    Sarif: "sarif", "For code scanning and editors: SARIF 2.1.0";
    Github: "github", "Annotations on a pull request, in a job of GitHub Actions";
    Gitlab: "gitlab", "GitLab's Code Quality report";
    Junit: "junit", "JUnit's XML";
    Rdjson: "rdjson", "Reviewdog's diagnostic format";
    Checkstyle: "checkstyle", "Checkstyle's XML";
} }

/// Every format that `--output` takes.
#[must_use]
pub fn formats() -> &'static [Format] {
    Format::value_variants()
}

values! { RecommendPolicy {
    Client: "client",
        "The first in the client's own order, as `chub build` does it: byte for byte the same registry";
    Semver: "semver",
        "The highest release by semantic versioning, and a pre-release only where there is nothing else";
} }
