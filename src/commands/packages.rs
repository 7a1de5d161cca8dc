//! `chub-lint packages`: which package each entry covers, with confidence and reasons.

use super::args::{CommonArgs, ListFormat};
use super::symbol_columns;
use super::symbols_arg::SymbolsParser;
use super::unchecked;
use super::{CommandError, RunEnv, table};
use crate::config::file::SymbolReleases;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fsio;
use crate::package::mapping::PackageMapping;
use crate::package::resolution::PackageChoice;
use crate::pipeline::status::{self, StatusRow};
use crate::pipeline::{LoadRequest, Lookups, SymbolRequest, Workspace};
use crate::releases::{LockIndex, LockedTables, PackageLookups};
use crate::report::pluralize;
use crate::safe_text::{self, SafeText};
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Show which package each entry covers, with confidence and reasons
#[derive(Clone, Debug, Args)]
#[command(mut_arg("verbose", |arg| arg.help(
    "Show every candidate with its points and reasons, and what is known about symbols. \
     Given twice (`-vv`): also log to standard error what is decided, and why"
)))]
pub struct PackagesArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub output: ListFormat,
    /// Check what code uses against releases of its package: `both` the declared one and the newest, the `declared` one
    /// or `off`. Shown with `--verbose` and in JSON. With `--lock FILE` the symbols are also written, to the folder
    /// FILE.symbols beside it, so that runs with `--locked FILE --symbols` need no network
    #[arg(long, value_name = "RELEASES", value_parser = SymbolsParser, num_args = 0..=1, require_equals = true, default_missing_value = "both")]
    pub symbols: Option<SymbolRequest>,
    /// Write the mapping of entries to packages, to be reviewed and named in the config: packages = "FILE"
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Write the registry replies, for runs with `--locked FILE`
    #[arg(long, value_name = "FILE")]
    pub lock: Option<PathBuf>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// List the packages of entries.
///
/// # Errors
/// When the run itself fails, or a file cannot be written.
pub fn run(args: &PackagesArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let shows_symbols = args.common.verbosity.verbose > 0 || args.output == ListFormat::Json;
    let asked = args.symbols.and_then(|asked| asked.releases);
    let locks_symbols = args.lock.is_some() && asked.is_some_and(|releases| releases != SymbolReleases::Off);
    let request = LoadRequest {
        lookups: Lookups::Always,
        // No archive is read for what is neither shown nor written.
        symbols: if shows_symbols || locks_symbols {
            SymbolRequest {
                // A table of the cache may hold what other hubs need.
                afresh: locks_symbols && !args.common.offline,
                ..args.symbols.unwrap_or_default()
            }
        } else {
            SymbolReleases::Off.into()
        },
        ..args.common.request(&args.paths)
    };
    let workspaces = Workspace::load(&request, &env.cwd, env.today)?;
    let rows: Vec<StatusRow<'_>> = workspaces.iter().flat_map(status::status_rows).collect();
    if locks_symbols && workspaces.len() != 1 {
        return Err(CommandError::SeveralHubsToLock.into());
    }
    if args.write.is_some() || args.lock.is_some() {
        // Before anything is written: later runs rely on it.
        unchecked::fail_if_asked(&workspaces, args.common.fail_on_unchecked)?;
    }
    if let Some(path) = &args.write {
        write_mapping(&workspaces, path)?;
    }
    let mut unknown = 0;
    if let Some(path) = &args.lock {
        let mut all = PackageLookups::default();
        for (package, release, origin) in workspaces
            .iter()
            .filter_map(Workspace::releases)
            .flat_map(PackageLookups::iter)
        {
            all.insert(package.clone(), release.clone(), origin.clone());
        }
        let (lock, missing) = LockIndex::from_releases(&all);
        unknown = missing;
        fsio::write_atomic(path, lock.to_json().as_bytes())?;
        if let ([one], true) = (workspaces.as_slice(), locks_symbols) {
            write_tables(one, path)?;
        }
    }
    let result = match args.output {
        ListFormat::Text => text(&rows, &workspaces, args, unknown, out),
        ListFormat::Json => to_json(&rows, out),
    };
    exit::ignore_broken_pipe(result)?;
    unchecked::report_workspaces(&workspaces, args.common.fail_on_unchecked)?;
    Ok(Exit::Clean)
}

/// Write what was read of the releases, and say what could not be.
fn write_tables(workspace: &Workspace, lock: &Path) -> Result<(), Error> {
    let tables = LockedTables::beside(lock);
    let too_large = tables.write(workspace.symbol_tables())?;
    let sides = workspace
        .symbols()
        .iter()
        .flat_map(|(_, symbols)| symbols.declared.iter().chain(&symbols.newest));
    let unread: BTreeSet<&String> = sides.filter_map(|side| side.uses.as_ref().err()).collect();
    let mut warnings: Vec<String> = unread
        .into_iter()
        .map(|reason| format!("symbols of some releases are not in the lock file: {reason}"))
        .collect();
    if too_large > 0 {
        let releases = pluralize(too_large, "release");
        warnings.push(format!("symbols of {releases} are too large for a lock file"));
    }
    for warning in warnings {
        let line = format!("warning: {warning}");
        let _ = writeln!(io::stderr(), "{}", safe_text::escape_log_line(&line));
    }
    Ok(())
}

fn write_mapping(workspaces: &[Workspace], path: &Path) -> Result<(), Error> {
    let [one] = workspaces else {
        return Err(CommandError::SeveralHubs.into());
    };
    if !one.hub().is_whole() {
        return Err(CommandError::PartOfHub.into());
    }
    let text = PackageMapping::to_toml(one.coverage(), &one.settings().options.private, |path| {
        path.rsplit('/').next() == Some("DOC.md")
    });
    fsio::write_atomic(path, text.as_bytes())
}

fn text(
    rows: &[StatusRow<'_>],
    workspaces: &[Workspace],
    args: &PackagesArgs,
    unknown: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    if args.common.verbosity.verbose > 0 {
        for row in rows {
            explain(row, out)?;
        }
    } else {
        let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
        table::write_table(
            &["entry", "package", "confidence", "declared", "newest", "status"],
            &cells,
            out,
        )?;
    }
    let gone = workspaces
        .iter()
        .flat_map(|w| &w.hub().skipped)
        .filter(|s| s.reason.contains("mapping"));
    for skipped in gone {
        writeln!(out, "{}: {}", SafeText::new(&skipped.path), skipped.reason)?;
    }
    let entries: BTreeSet<_> = rows.iter().map(|row| &row.document.path).collect();
    let sure = |row: &&StatusRow<'_>| row.package.is_some();
    let resolved: BTreeSet<_> = rows.iter().filter(sure).map(|row| &row.document.path).collect();
    let none = rows
        .iter()
        .filter(|row| row.covered.choice == PackageChoice::None)
        .count();
    let unresolved = entries.len() - resolved.len() - none;
    writeln!(
        out,
        "\n{}: {} with a package, {none} without one, {unresolved} unresolved",
        count_label(entries.len()),
        resolved.len()
    )?;
    if unknown > 0 {
        writeln!(
            out,
            "{unknown} packages could not be looked up and are not in the lock file"
        )?;
    }
    Ok(())
}

fn count_label(entries: usize) -> String {
    format!("{entries} {}", if entries == 1 { "entry" } else { "entries" })
}

fn name(row: &StatusRow<'_>) -> String {
    match (row.package, &row.covered.choice) {
        (Some(package), _) => package.to_string(),
        (None, PackageChoice::None) => "none".to_owned(),
        (None, _) => "?".to_owned(),
    }
}

fn cells(row: &StatusRow<'_>) -> Vec<String> {
    vec![
        row.document.path.as_str().to_owned(),
        name(row),
        row.covered.confidence.as_str().to_owned(),
        row.declared.clone(),
        row.newest.clone().unwrap_or_default(),
        status_words(row),
    ]
}

fn status_words(row: &StatusRow<'_>) -> String {
    match &row.covered.contradicted {
        Some(other) => format!("{}; but the text is about {other}", row.status.describe()),
        None => row.status.describe(),
    }
}

/// Every candidate with its points and reasons.
fn explain(row: &StatusRow<'_>, out: &mut dyn Write) -> io::Result<()> {
    let newest = row
        .newest
        .as_deref()
        .map_or(String::new(), |newest| format!(", newest {newest}"));
    writeln!(out, "{}", SafeText::new(row.document.path.as_str()))?;
    writeln!(
        out,
        "  {} ({}), declares {}{}: {}",
        SafeText::new(&name(row)),
        row.covered.confidence.as_str(),
        SafeText::new(if row.declared.is_empty() {
            "nothing"
        } else {
            &row.declared
        }),
        SafeText::new(&newest),
        SafeText::new(&status_words(row)),
    )?;
    for line in symbol_columns::lines(row) {
        writeln!(out, "  {}", SafeText::new(&line))?;
    }
    for candidate in &row.covered.candidates {
        writeln!(
            out,
            "  {:>5}  {}",
            candidate.points,
            SafeText::new(&candidate.package.to_string())
        )?;
        for (points, reason) in &candidate.reasons {
            writeln!(out, "         {points:>+4}  {}", SafeText::new(reason))?;
        }
    }
    Ok(())
}

fn to_json(rows: &[StatusRow<'_>], out: &mut dyn Write) -> io::Result<()> {
    let entries: Vec<_> = rows
        .iter()
        .map(|row| {
            let candidates: Vec<_> = row
                .covered
                .candidates
                .iter()
                .map(|candidate| {
                    let reasons: Vec<_> = candidate
                        .reasons
                        .iter()
                        .map(|(points, reason)| json!({ "points": points, "reason": SafeText::new(reason) }))
                        .collect();
                    json!({
                        "package": SafeText::new(&candidate.package.to_string()),
                        "points": candidate.points,
                        "reasons": reasons,
                    })
                })
                .collect();
            json!({
                "path": SafeText::new(row.document.path.as_str()),
                "package": row.package.map(|package| SafeText::new(&package.to_string())),
                "confidence": row.covered.confidence.as_str(),
                "declared": SafeText::new(&row.declared),
                "newest": row.newest.as_deref().map(SafeText::new),
                "newest_date": row.newest_date.map(|date| date.to_string()),
                "status": row.status.as_str(),
                "detail": SafeText::new(&row.status.describe()),
                "updated_on": SafeText::new(&row.updated_on),
                "contradicted": row.covered.contradicted.as_ref().map(|other| SafeText::new(&other.to_string())),
                "candidates": candidates,
                "symbols": symbol_columns::to_json(row),
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "schema": 1, "packages": entries }))?;
    writeln!(out)
}
