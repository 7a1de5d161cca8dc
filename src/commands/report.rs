//! `chub-lint report`: write a static site about hubs.

use super::args::CommonArgs;
use super::symbols_arg::SymbolsParser;
use super::{RunEnv, feedback, report_entries, show_settings, unchecked};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fsio;
use crate::pipeline::{self, LoadRequest, Lookups, SymbolRequest, Workspace};
use crate::report::{Run, RunSummary, pluralize};
use crate::safe_path;
use crate::safe_text::SafeText;
use crate::site::Pages;
use crate::site::folder::SiteFolder;
use crate::site::history::{self, HistoryLine};
use crate::site::model::Site;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Write a static site about hubs: an overview with charts, a table of all entries, and a page for each of them
#[derive(Clone, Debug, Args)]
pub struct ReportArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The folder of the site: a new one, an empty one, or an earlier site, which is replaced
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Read earlier numbers from this file, show them as a trend, and add those of this run: JSON lines, one for each day
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// The heading of the site; defaults to the folder of the hub
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Check what code uses against releases of its package, for all entries: `both` releases, the `declared` one or `off`
    #[arg(long, value_name = "RELEASES", value_parser = SymbolsParser, num_args = 0..=1, require_equals = true, default_missing_value = "both")]
    pub symbols: Option<SymbolRequest>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Write the site.
///
/// # Errors
/// When the run fails, or the folder or the history cannot be read or written.
pub fn run(args: &ReportArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let date = jiff::tz::TimeZone::UTC.to_datetime((env.moment)()?).date();
    // What is wrong with the output is said before anything is looked up.
    SiteFolder::check(&args.output, &[])?;
    let earlier = args.history.as_deref().map(read_history).transpose()?;
    let request = LoadRequest {
        lookups: Lookups::Always,
        symbols: args.symbols.unwrap_or_default(),
        baseline: true,
        ..args.common.request(&args.paths)
    };
    let mut workspaces = Workspace::load_and_check(&request, &env.cwd, env.today)?;
    show_settings::warn_unused_tables(&request, &workspaces);
    let roots: Vec<&Path> = workspaces.iter().map(Workspace::root).collect();
    let folder = SiteFolder::check(&args.output, &roots)?;
    let findings = pipeline::suppress(&workspaces)?;
    let summary = RunSummary {
        fail_on_unchecked: args.common.fail_on_unchecked,
        ..pipeline::summarise(&workspaces, &findings)
    };
    let mut site = Site {
        title: title(args, &workspaces),
        date,
        entries: report_entries::entries(&workspaces, &feedback::reader_counts()),
        not_checked: summary
            .not_checked
            .phrases()
            .iter()
            .map(|phrase| SafeText::new(phrase))
            .collect(),
        suppressed: summary
            .suppressed
            .phrases()
            .iter()
            .map(|phrase| SafeText::new(phrase))
            .collect(),
        history: Vec::new(),
    };
    let hubs = pipeline::take_hubs(&mut workspaces);
    let run = Run {
        hubs: &hubs,
        diagnostics: findings.diagnostics,
        summary,
        marks: Vec::new(),
    };
    let line = site.numbers(&run);
    site.history = history::add_line(earlier.unwrap_or_default(), line);
    let pages = Pages::new(&site, &run);
    folder.write(pages.count(), |at| pages.file(at))?;
    if let Some(file) = &args.history {
        fsio::write_atomic(file, history::to_text(&site.history).as_bytes())?;
    }
    let entries = match site.entries.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let index = args.output.join(crate::site::names::OVERVIEW);
    let written = writeln!(
        out,
        "wrote a site about {entries} with {}: open {}",
        pluralize(
            run.diagnostics
                .iter()
                .map(crate::diagnostic::Diagnostic::count)
                .sum(),
            "finding"
        ),
        SafeText::new(&index.display().to_string())
    );
    exit::ignore_broken_pipe(written)?;
    unchecked::report(&run.summary.not_checked, args.common.fail_on_unchecked)?;
    Ok(Exit::Clean)
}

/// The history of earlier runs; empty when there is no such file yet.
fn read_history(file: &Path) -> Result<Vec<HistoryLine>, Error> {
    safe_path::check_write_path(file, None)?;
    if safe_path::is_missing(file) {
        return Ok(Vec::new());
    }
    let text = fsio::read_text(file, history::MAX_BYTES)?;
    Ok(history::parse(&file.display().to_string(), &text)?)
}

/// The heading: what was asked for, or the folders of the hubs.
fn title(args: &ReportArgs, workspaces: &[Workspace]) -> SafeText {
    if let Some(title) = &args.title {
        return SafeText::new(title);
    }
    let shown = workspaces.iter().map(|workspace| workspace.hub().shown.as_str());
    let shown: Vec<&str> = shown.filter(|shown| !shown.is_empty() && *shown != ".").collect();
    match shown.is_empty() {
        true => SafeText::new("Content hub"),
        false => SafeText::new(&shown.join(", ")),
    }
}
