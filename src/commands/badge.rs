//! `chub-lint badge`: the state of a hub in a few words, as shields' JSON or as a picture.

use super::args::CommonArgs;
use super::{RunEnv, unchecked};
use crate::config::file::SymbolReleases;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::HubPath;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fsio;
use crate::pipeline::status::{self, Status};
use crate::pipeline::{self, LoadRequest, Lookups, SymbolRequest, Workspace};
use crate::report::badge::{Badge, BadgeColor};
use crate::report::pluralize;
use crate::symbols::VerdictKind;
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Write a badge: the share of entries that are fresh or verified, or the number of findings
#[derive(Clone, Debug, Args)]
pub struct BadgeArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What the badge shows
    #[arg(long, value_enum, default_value_t = BadgeKind::Fresh)]
    pub show: BadgeKind,
    /// The text on the left
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// The format, or FORMAT=FILE for a file; may be repeated [default: json]
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = parse_output)]
    pub output: Vec<BadgeOutput>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// What a badge shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BadgeKind {
    /// The share of entries that declare the newest release of their package
    Fresh,
    /// The number of errors and warnings
    Findings,
    /// The share of entries whose code was compared with releases, with nothing missing: the verdicts `current` and `safe`
    Verified,
}

/// The format of a badge, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeOutput {
    is_svg: bool,
    file: Option<PathBuf>,
}

fn parse_output(text: &str) -> Result<BadgeOutput, &'static str> {
    let (format, file) = match text.split_once('=') {
        Some((_, "")) => return Err("a file name is missing after `=`"),
        Some((format, file)) => (format, Some(PathBuf::from(file))),
        None => (text, None),
    };
    match format {
        "json" | "svg" => Ok(BadgeOutput {
            is_svg: format == "svg",
            file,
        }),
        _ => Err("unknown format; the formats are json, svg"),
    }
}

/// Write a badge.
///
/// # Errors
/// When the run fails.
pub fn run(args: &BadgeArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let request = args.common.request(&args.paths);
    let request = LoadRequest {
        lookups: match args.show {
            BadgeKind::Findings => Lookups::Needed,
            BadgeKind::Fresh | BadgeKind::Verified => Lookups::Always,
        },
        symbols: match args.show {
            BadgeKind::Verified => SymbolReleases::Both.into(),
            BadgeKind::Fresh => SymbolReleases::Off.into(),
            BadgeKind::Findings => SymbolRequest::default(),
        },
        baseline: true,
        ..request
    };
    let mut workspaces = Workspace::load(&request, &env.cwd, env.today)?;
    let mut badge = match args.show {
        BadgeKind::Fresh => share("fresh entries", &entries(&workspaces, is_fresh)),
        // When no release could be read at all, nothing is known.
        BadgeKind::Verified if entries(&workspaces, is_decided).is_empty() => {
            share("verified entries", &BTreeMap::new())
        }
        BadgeKind::Verified => share("verified entries", &entries(&workspaces, is_verified)),
        BadgeKind::Findings => {
            workspaces.iter_mut().for_each(Workspace::check);
            findings(&pipeline::suppress_all(&workspaces)?.diagnostics)
        }
    };
    if let Some(label) = &args.label {
        badge.label.clone_from(label);
    }
    let json = [BadgeOutput {
        is_svg: false,
        file: None,
    }];
    let outputs = match args.output.as_slice() {
        [] => &json,
        outputs => outputs,
    };
    for output in outputs {
        let text = match output.is_svg {
            true => badge.to_svg(),
            false => badge.to_json(),
        };
        match &output.file {
            Some(file) => fsio::write_atomic(file, text.as_bytes())?,
            None => exit::ignore_broken_pipe(out.write_all(text.as_bytes()))?,
        }
    }
    unchecked::report_workspaces(&workspaces, args.common.fail_on_unchecked)?;
    Ok(Exit::Clean)
}

/// What is known of each entry: the worst of its packages. Entries of which nothing is known are left out.
fn entries(
    workspaces: &[Workspace],
    judge: fn(&status::StatusRow<'_>) -> Option<bool>,
) -> BTreeMap<(usize, HubPath), bool> {
    let mut entries = BTreeMap::new();
    for (hub, workspace) in workspaces.iter().enumerate() {
        for row in status::status_rows(workspace) {
            if let Some(is_good) = judge(&row) {
                let known = entries.entry((hub, row.document.path.clone())).or_insert(true);
                *known &= is_good;
            }
        }
    }
    entries
}

fn is_fresh(row: &status::StatusRow<'_>) -> Option<bool> {
    match row.status {
        Status::Fresh | Status::Ahead => Some(true),
        Status::Behind(_) | Status::Unpublished | Status::Missing => Some(false),
        Status::Excluded
        | Status::OwnSource
        | Status::Nothing
        | Status::NotChecked(_)
        | Status::NoPackage
        | Status::Unresolved => None,
    }
}

/// An entry of a package is verified or not; one of no package cannot be.
fn is_verified(row: &status::StatusRow<'_>) -> Option<bool> {
    row.package?;
    let verdict = row.symbols.as_ref().map(|of| of.verdict.kind);
    Some(matches!(verdict, Some(VerdictKind::Current | VerdictKind::Safe)))
}

fn is_decided(row: &status::StatusRow<'_>) -> Option<bool> {
    let verdict = row.symbols.as_ref().map(|of| of.verdict.kind);
    verdict
        .filter(|kind| !matches!(kind, VerdictKind::Unknown(_)))
        .map(|_| true)
}

fn share(label: &str, entries: &BTreeMap<(usize, HubPath), bool>) -> Badge {
    let good = entries.values().filter(|is_good| **is_good).count();
    let percent = (good * 100).checked_div(entries.len());
    Badge {
        label: label.to_owned(),
        message: percent.map_or_else(|| "unknown".to_owned(), |percent| format!("{percent}%")),
        color: percent.map_or(BadgeColor::Grey, BadgeColor::of_percent),
    }
}

fn findings(diagnostics: &[Diagnostic]) -> Badge {
    let count = |severity: Severity| {
        let found = diagnostics.iter().filter(|found| found.severity == severity);
        found.map(Diagnostic::count).sum::<usize>()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let words = [(errors, "error"), (warnings, "warning")];
    let words = words.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = words.map(|(count, word)| pluralize(count, word)).collect();
    Badge {
        label: "chub-lint".to_owned(),
        message: match words.is_empty() {
            true => "no findings".to_owned(),
            false => words.join(", "),
        },
        color: match (errors, warnings) {
            (0, 0) => BadgeColor::BrightGreen,
            (0, _) => BadgeColor::Yellow,
            _ => BadgeColor::Red,
        },
    }
}
