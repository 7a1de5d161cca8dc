//! `chub-lint outdated`: entries with an outdated version, most outdated first.

use super::RunEnv;
use super::args::CommonArgs;
use super::bump_newest::{self, NewestRequest};
use super::feedback::{self, ReaderCounts, said_of};
use super::symbol_columns;
use super::symbols_arg::SymbolsParser;
use super::table;
use super::unchecked;
use crate::config::file::{BumpGroup, SymbolReleases};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::pipeline::status::{self, Status, StatusRow};
use crate::pipeline::{LoadRequest, Lookups, SymbolRequest, Workspace, count_packages};
use crate::report::markdown::escape;
use crate::report::{NotChecked, PackageCounts};
use crate::safe_text::{self, SafeText};
use clap::Args;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;

/// List the entries with an outdated version, most outdated first. With symbols: those that a newer version breaks first
#[derive(Clone, Debug, Args)]
pub struct OutdatedArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to write the table
    #[arg(long, value_enum, default_value_t = OutdatedFormat::Text)]
    pub output: OutdatedFormat,
    /// One table for each group
    #[arg(long, value_enum)]
    pub group: Option<BumpGroup>,
    /// Raise those that are safe to the newest release, as `chub-lint bump --to newest` does
    #[arg(long, conflicts_with = "output")]
    pub bump: bool,
    /// With `--bump`: raise all of them, except those that would get worse
    #[arg(long, requires = "bump")]
    pub all: bool,
    /// With `--bump`: show what would change, without changing files
    #[arg(long, alias = "dry-run", requires = "bump")]
    pub diff: bool,
    /// With `--bump`: write what was raised, and why, to a file as Markdown
    #[arg(long, value_name = "FILE", requires = "bump")]
    pub summary: Option<PathBuf>,
    /// Check what code uses against releases of its package, and show what the newest one no longer has: `both` releases,
    /// the `declared` one or `off`. By default only for named files
    #[arg(long, value_name = "RELEASES", value_parser = SymbolsParser, num_args = 0..=1, require_equals = true, default_missing_value = "both")]
    pub symbols: Option<SymbolRequest>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// How the table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OutdatedFormat {
    /// A table for people.
    Text,
    /// For programs.
    Json,
    /// A table for issues and pull requests.
    Markdown,
    /// For spreadsheets.
    Csv,
}

const COLUMNS: [&str; 7] = [
    "entry",
    "package",
    "declared",
    "newest",
    "distance",
    "age",
    "updated-on",
];

/// List what is behind.
///
/// # Errors
/// When the run fails.
pub fn run(args: &OutdatedArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    if args.bump {
        let request = NewestRequest {
            paths: &args.paths,
            common: &args.common,
            symbols: args.symbols,
            all: args.all,
            diff: args.diff,
            summary: args.summary.as_deref(),
            group: args.group,
            date: env.today,
        };
        return bump_newest::run(&request, env, out);
    }
    let request = LoadRequest {
        lookups: Lookups::Always,
        symbols: args.symbols.unwrap_or_default(),
        ..args.common.request(&args.paths)
    };
    let workspaces = Workspace::load(&request, &env.cwd, env.today)?;
    let mut counts = PackageCounts::default();
    let mut not_checked = NotChecked::default();
    for releases in workspaces.iter().filter_map(Workspace::releases) {
        count_packages(releases, &mut counts, &mut not_checked);
    }
    let all: Vec<StatusRow<'_>> = workspaces.iter().flat_map(status::status_rows).collect();
    let entries = all.len();
    let mut rows: Vec<StatusRow<'_>> = all
        .into_iter()
        .filter(|row| matches!(row.status, Status::Behind(_)))
        .collect();
    rows.sort_by_cached_key(|row| {
        (
            Reverse(symbol_columns::gone(row)),
            Reverse(row.status.sort_key()),
            row.document.path.clone(),
        )
    });
    let is_asked = args
        .symbols
        .is_some_and(|asked| asked.releases != Some(SymbolReleases::Off));
    let columns = Columns {
        with_symbols: is_asked || rows.iter().any(|row| row.symbols.is_some()),
    };
    let groups = grouped(&rows, args.group);
    let said = feedback::reader_counts();
    let result = match args.output {
        OutdatedFormat::Text => text(&groups, &rows, columns, entries, &not_checked, out)
            .and_then(|()| readers(&rows, &said, out)),
        OutdatedFormat::Json => to_json(&rows, &counts, &said, out),
        OutdatedFormat::Markdown => markdown(&groups, columns, out),
        OutdatedFormat::Csv => csv(&groups, columns, out),
    };
    exit::ignore_broken_pipe(result)?;
    unchecked::report_workspaces(&workspaces, args.common.fail_on_unchecked)?;
    Ok(Exit::Clean)
}

type RowGroups<'a, 'b> = Vec<(Option<String>, Vec<&'a StatusRow<'b>>)>;

/// The rows of each group, most rows first; or all in one group.
fn grouped<'a, 'b>(rows: &'a [StatusRow<'b>], by: Option<BumpGroup>) -> RowGroups<'a, 'b> {
    let Some(by) = by else {
        return vec![(None, rows.iter().collect())];
    };
    let mut named: BTreeMap<String, Vec<&StatusRow<'_>>> = BTreeMap::new();
    for row in rows {
        let name = match by {
            BumpGroup::Author => row.document.path.author().unwrap_or_default().to_owned(),
            BumpGroup::Package => row.package.map(ToString::to_string).unwrap_or_default(),
        };
        named.entry(name).or_default().push(row);
    }
    let mut groups: RowGroups<'a, 'b> = named.into_iter().map(|(name, rows)| (Some(name), rows)).collect();
    groups.sort_by_key(|(_, rows)| Reverse(rows.len()));
    groups
}

/// The columns of a table.
#[derive(Clone, Copy, Debug)]
struct Columns {
    /// Whether it says what is known about symbols.
    with_symbols: bool,
}

impl Columns {
    fn heading(self) -> Vec<&'static str> {
        let symbols = symbol_columns::COLUMNS.into_iter().filter(|_| self.with_symbols);
        COLUMNS.into_iter().chain(symbols).collect()
    }

    fn cells(self, row: &StatusRow<'_>) -> Vec<String> {
        let mut cells = cells(row);
        if self.with_symbols {
            cells.extend(symbol_columns::cells(row));
        }
        cells
    }
}

fn cells(row: &StatusRow<'_>) -> Vec<String> {
    vec![
        row.document.path.as_str().to_owned(),
        row.package.map(ToString::to_string).unwrap_or_default(),
        row.declared.clone(),
        row.newest.clone().unwrap_or_default(),
        row.status.distance(),
        row.status.age(),
        row.updated_on.clone(),
    ]
}

fn text(
    groups: &RowGroups<'_, '_>,
    rows: &[StatusRow<'_>],
    columns: Columns,
    entries: usize,
    not_checked: &NotChecked,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (author, rows) in groups.iter().filter(|(_, rows)| !rows.is_empty()) {
        if let Some(author) = author {
            writeln!(out, "{}: {} behind\n", SafeText::new(author), rows.len())?;
        }
        let cells: Vec<Vec<String>> = rows.iter().map(|row| columns.cells(row)).collect();
        table::write_table(&columns.heading(), &cells, out)?;
        writeln!(out)?;
    }
    let mut line = format!(
        "{} of {entries} {} behind",
        rows.len(),
        if entries == 1 { "entry is" } else { "entries are" }
    );
    if let Some(totals) = symbol_columns::totals(rows) {
        line.push_str(&format!(": {totals}"));
    }
    if !not_checked.packages.is_empty() {
        let why: Vec<String> = not_checked
            .packages_by_reason()
            .iter()
            .map(|(reason, n)| format!("{n} {reason}"))
            .collect();
        line.push_str(&format!(
            "; {} packages not checked ({})",
            not_checked.packages.len(),
            why.join(", ")
        ));
    }
    writeln!(out, "{}", safe_text::escape(&line))
}

/// What readers said of the entries, a line each.
fn readers(rows: &[StatusRow<'_>], said: &ReaderCounts, out: &mut dyn Write) -> io::Result<()> {
    let mut shown = BTreeSet::new();
    for row in rows {
        let Some(counts) = said_of(row.document, said).filter(|_| shown.insert(&row.document.path)) else {
            continue;
        };
        let path = SafeText::new(row.document.path.as_str());
        writeln!(out, "{path}: {}", counts.in_words())?;
    }
    Ok(())
}

fn to_json(
    rows: &[StatusRow<'_>],
    counts: &PackageCounts,
    said: &ReaderCounts,
    out: &mut dyn Write,
) -> io::Result<()> {
    let entries: Vec<_> = rows
        .iter()
        .map(|row| {
            let (breaking, days) = match &row.status {
                Status::Behind(distance) => (distance.is_breaking(), distance.days),
                _ => (false, None),
            };
            json!({
                "path": SafeText::new(row.document.path.as_str()),
                "author": row.document.path.author().map(SafeText::new),
                "package": row.package.map(|package| SafeText::new(&package.to_string())),
                "declared": SafeText::new(&row.declared),
                "newest": row.newest.as_deref().map(SafeText::new),
                "newest_date": row.newest_date.map(|date| date.to_string()),
                "distance": SafeText::new(&row.status.describe()),
                "breaking": breaking,
                "days": days,
                "updated_on": SafeText::new(&row.updated_on),
                "symbols": symbol_columns::to_json(row),
                "feedback": said_of(row.document, said).map(feedback::to_json),
            })
        })
        .collect();
    let report = json!({
        "schema": 1,
        "outdated": entries,
        "packages": { "checked": counts.checked, "cached": counts.cached, "unknown": counts.unknown },
    });
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn markdown(groups: &RowGroups<'_, '_>, columns: Columns, out: &mut dyn Write) -> io::Result<()> {
    for (author, rows) in groups {
        if let Some(author) = author {
            writeln!(out, "## {}\n", escape(author))?;
        }
        let heading = columns.heading();
        writeln!(out, "| {} |", heading.join(" | "))?;
        writeln!(out, "|{}", " --- |".repeat(heading.len()))?;
        for row in rows {
            let cells: Vec<String> = columns.cells(row).iter().map(|text| escape(text)).collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// RFC 4180, with `\n` as line break. A cell that a spreadsheet would take for a formula gets a quote in front.
fn csv(groups: &RowGroups<'_, '_>, columns: Columns, out: &mut dyn Write) -> io::Result<()> {
    let cell = |text: &str| {
        let safe = SafeText::new(text);
        let mut text = safe.as_str().to_owned();
        if text.starts_with(['=', '+', '-', '@']) {
            text.insert(0, '\'');
        }
        if text.contains(['"', ',']) {
            text = format!("\"{}\"", text.replace('"', "\"\""));
        }
        text
    };
    writeln!(out, "author,{}", columns.heading().join(","))?;
    for row in groups.iter().flat_map(|(_, rows)| rows) {
        let author = row.document.path.author().unwrap_or_default();
        let cells: Vec<String> = columns.cells(row).iter().map(|text| cell(text)).collect();
        writeln!(out, "{},{}", cell(author), cells.join(","))?;
    }
    Ok(())
}
