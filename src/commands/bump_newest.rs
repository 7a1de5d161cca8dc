//! Raise entries to the newest release of their package: `bump --to newest` and `outdated --bump`.

use super::args::CommonArgs;
use super::bump_lines::{self, field_lines, grouped, pin_lines};
use super::bump_summary;
use super::{RunEnv, unchecked};
use crate::config::Overrides;
use crate::config::file::{BumpGroup, SymbolReleases};
use crate::document::Document;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fix::newest::{LeftEntry, LeftReason, RaiseOptions, RaiseOutcome, RaisedEntry, raise_entries};
use crate::fix::{diff, write};
use crate::fsio;
use crate::pipeline::{LoadRequest, Lookups, SymbolRequest, Workspace};
use crate::safe_text;
use jiff::civil::Date;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to raise, and how to show it.
#[derive(Clone, Copy, Debug)]
pub struct NewestRequest<'a> {
    /// Hubs, folders and files.
    pub paths: &'a [PathBuf],
    /// Settings and registries.
    pub common: &'a CommonArgs,
    /// What is asked about symbols; by default both releases.
    pub symbols: Option<SymbolRequest>,
    /// Also entries whose symbols do not show that they are safe.
    pub all: bool,
    /// Only show what would change.
    pub diff: bool,
    /// The file for the text of a pull request.
    pub summary: Option<&'a Path>,
    /// What entries are grouped by.
    pub group: Option<BumpGroup>,
    /// The day to write.
    pub date: Date,
}

/// Raise entries, and write them unless only the changes are shown.
///
/// # Errors
/// When the run fails.
pub fn run(request: &NewestRequest<'_>, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let (workspaces, outcome) = load_and_raise(request, env)?;
    if let Some(file) = request.summary {
        let text = bump_summary::render(&outcome.raised, &outcome.left, request.group);
        fsio::write_atomic(file, text.as_bytes())?;
    }
    if request.diff {
        let shown: String = outcome.changed().map(diff::render).collect();
        exit::ignore_broken_pipe(out.write_all(shown.as_bytes()).and_then(|()| out.flush()))?;
        unchecked::report_workspaces(&workspaces, request.common.fail_on_unchecked)?;
        return Ok(exit_of_diff(outcome.changed().count()));
    }
    let root = |hub: usize| workspaces.get(hub).map(Workspace::root);
    for file in outcome.changed() {
        if let Some(root) = root(file.hub) {
            write::check_writable(root, file.path.path_in_hub())?;
        }
    }
    let files = outcome.changed().filter_map(|file| Some((root(file.hub)?, file)));
    crate::fix::save::save_files(files)?;
    let is_verbose = request.common.verbosity.verbose > 0;
    for line in lines(&outcome, request.group, is_verbose) {
        exit::ignore_broken_pipe(writeln!(out, "{}", safe_text::escape(&line)))?;
    }
    unchecked::report_workspaces(&workspaces, request.common.fail_on_unchecked)?;
    Ok(Exit::Clean)
}

/// The exit code of a run that only shows changes.
#[must_use]
pub fn exit_of_diff(changed: usize) -> Exit {
    match changed {
        0 => Exit::Clean,
        _ => Exit::Findings,
    }
}

/// Load the hubs with everything that is needed to raise their entries, and raise them in memory.
///
/// # Errors
/// When a hub or its settings cannot be read, or a registry cannot be used.
pub fn load_and_raise(
    request: &NewestRequest<'_>,
    env: &RunEnv,
) -> Result<(Vec<Workspace>, RaiseOutcome), Error> {
    let load = request.common.request(request.paths);
    let load = LoadRequest {
        lookups: Lookups::Always,
        symbols: request.symbols.unwrap_or_else(|| SymbolReleases::Both.into()),
        overrides: Overrides {
            raises: true,
            ..load.overrides
        },
        ..load
    };
    let mut workspaces = Workspace::load(&load, &env.cwd, env.today)?;
    let options = RaiseOptions {
        all: request.all,
        date: request.date,
    };
    let outcome = raise_entries(&mut workspaces, options)?;
    Ok((workspaces, outcome))
}

fn lines(outcome: &RaiseOutcome, group: Option<BumpGroup>, is_verbose: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, (raised, left)) in grouped(&outcome.raised, &outcome.left, group) {
        let before = lines.len();
        for entry in raised {
            lines.extend(entry_lines(entry));
        }
        let is_expected =
            |left: &&&LeftEntry| matches!(left.reason, LeftReason::NotVerified | LeftReason::Ignored);
        for left in left.iter().filter(|left| is_verbose || !is_expected(left)) {
            lines.push(format!(
                "{}: not raised: {}",
                left.entry.path,
                bump_lines::reason(left)
            ));
        }
        if lines.len() > before && group.is_some() {
            lines.insert(before, format!("{name}:"));
            lines.push(String::new());
        }
    }
    lines.push(bump_lines::totals(outcome.raised.len(), &outcome.left, "raised"));
    lines
}

fn entry_lines(entry: &RaisedEntry) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, of) in entry.files.iter().enumerate() {
        let before = Document::new(of.file.path.clone(), of.file.before.clone());
        lines.extend(match at {
            0 => field_lines(&before, &entry.fields, &of.pins, &of.file.after),
            _ => pin_lines(&before, &of.pins, 0),
        });
    }
    lines
}
