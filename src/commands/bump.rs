//! `chub-lint bump`: update versions, date and revision of entries together.

use super::args::CommonArgs;
use super::bump_lines::{field_lines, pin_lines};
use super::bump_newest::{self, NewestRequest};
use super::{CommandError, RunEnv};
use crate::config::file::BumpGroup;
use crate::document::{Document, DocumentKind, HubPath};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fix::bump::{BumpFields, BumpedEntry, bump};
use crate::fix::engine::ChangedFile;
use crate::fix::pins::{self, VersionChange};
use crate::fix::{diff, write};
use crate::hub::{Hub, discover};
use crate::pipeline;
use crate::safe_text;
use clap::Args;
use jiff::civil::Date;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Update the versions, updated-on and revision of an entry together. With `--to`, the install commands that pin the old
/// version of its package are changed too, and other places that name it are listed
#[derive(Clone, Debug, Args)]
pub struct BumpArgs {
    /// Entries: DOC.md and SKILL.md files, or folders of entries
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The version of the package that the entries cover now. Without it `versions` stays as it is. `newest`: raise each
    /// entry that is behind to the newest release of its package, where the symbols of its code show that it is safe
    #[arg(long, value_name = "VERSION", value_parser = parse_versions)]
    pub to: Option<String>,
    /// With `--to newest`: raise only entries whose verdict is `safe` (the default)
    #[arg(long, conflicts_with = "all")]
    pub verified: bool,
    /// With `--to newest`: raise all entries that are behind, except those that would get worse
    #[arg(long)]
    pub all: bool,
    /// Show what would change, without changing files
    #[arg(long, alias = "dry-run")]
    pub diff: bool,
    /// With `--to newest`: write what was raised, and why, to a file as Markdown, for the text of a pull request
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// With `--to newest`: list the entries in groups
    #[arg(long, value_enum)]
    pub group: Option<BumpGroup>,
    /// The date to write instead of today's
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub date: Option<Date>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The value of `--to` that stands for the newest release of each package.
const NEWEST: &str = "newest";

/// Only characters that need no escape between single or double quotes.
fn parse_versions(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ,.+-_!".contains(c);
    let text = text.trim();
    let is_version =
        !text.is_empty() && text.chars().all(allowed) && text.chars().any(|c| c.is_ascii_digit());
    match is_version || text == NEWEST {
        true => Ok(text.to_owned()),
        false => Err("write a version such as 2.1.0, or `newest`; separate several with commas"),
    }
}

fn parse_date(text: &str) -> Result<Date, &'static str> {
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    date.ok_or("write the date as YYYY-MM-DD")
}

/// Raise entries to the newest releases, or update all entries or none: nothing is written when one cannot be updated.
///
/// # Errors
/// When an entry must be changed by hand, or cannot be read or written.
pub fn run(args: &BumpArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    if args.to.as_deref() == Some(NEWEST) {
        let request = NewestRequest {
            paths: &args.paths,
            common: &args.common,
            symbols: None,
            all: args.all,
            diff: args.diff,
            summary: args.summary.as_deref(),
            group: args.group,
            date: args.date.unwrap_or(env.today),
        };
        return bump_newest::run(&request, env, out);
    }
    let only_newest = [
        (args.all, "--all"),
        (args.verified, "--verified"),
        (args.summary.is_some(), "--summary"),
        (args.group.is_some(), "--group"),
    ];
    if let Some((_, flag)) = only_newest.into_iter().find(|(given, _)| *given) {
        return Err(CommandError::NeedsNewest(flag).into());
    }
    let wanted = BumpFields {
        versions: args.to.clone(),
        date: args.date.unwrap_or(env.today),
        packages: Vec::new(),
    };
    let mut work = changes(args, &wanted, env)?;
    work.sort_by(|a, b| (&a.root, &a.file.path).cmp(&(&b.root, &b.file.path)));
    let changed = || work.iter().filter(|of| of.file.before != of.file.after);
    if args.diff {
        for of in changed() {
            exit::ignore_broken_pipe(out.write_all(diff::render(&of.file).as_bytes()))?;
        }
        return Ok(bump_newest::exit_of_diff(changed().count()));
    }
    for of in changed() {
        write::check_writable(&of.root, of.file.path.path_in_hub())?;
    }
    for FileChange { root, file, .. } in changed() {
        write::replace(root, file.path.path_in_hub(), &file.before, &file.after)?;
    }
    for line in work.iter().flat_map(|of| &of.said) {
        exit::ignore_broken_pipe(writeln!(out, "{}", safe_text::escape(line)))?;
    }
    Ok(Exit::Clean)
}

/// What changes in the named entries and their companions.
fn changes(args: &BumpArgs, wanted: &BumpFields, env: &RunEnv) -> Result<Vec<FileChange>, Error> {
    let mut work = Vec::new();
    for folder in discover::discover(&args.paths)? {
        let shown = pipeline::display_path(&folder.root, &env.cwd);
        let hub = discover::read_hub(&folder, &shown, &[], None)?;
        if let Some(unread) = hub.unread.iter().find(|unread| hub.in_focus(&unread.path)) {
            let (path, reason) = (unread.path.clone(), unread.reason.clone());
            return Err(CommandError::Unread { path, reason }.into());
        }
        for document in hub.focused().filter(|document| document.kind.is_entry()) {
            let BumpedEntry { text, fields, pins } =
                bump(document, wanted).map_err(|source| CommandError::Bump {
                    path: document.path.clone(),
                    source,
                })?;
            let old = fields.iter().find(|(key, ..)| *key == "versions");
            if let Some((_, old, new)) = old {
                let change = VersionChange { old, new };
                work.extend(companions(&folder.root, &hub, document, change)?);
            }
            let said = field_lines(document, &fields, &pins, &text);
            work.push(FileChange::new(&folder.root, document, text, said));
        }
    }
    match work.is_empty() {
        true => Err(CommandError::NothingToBump.into()),
        false => Ok(work),
    }
}

/// A file to write, and the lines to print about it.
struct FileChange {
    root: PathBuf,
    file: ChangedFile,
    said: Vec<String>,
}

impl FileChange {
    fn new(root: &Path, document: &Document, after: String, said: Vec<String>) -> Self {
        Self {
            root: root.to_path_buf(),
            file: ChangedFile {
                path: document.path.clone(),
                hub: 0,
                before: document.text.clone(),
                after,
            },
            said,
        }
    }
}

/// The companions of an entry that have its old version.
fn companions(
    root: &Path,
    hub: &Hub,
    entry: &Document,
    change: VersionChange<'_>,
) -> Result<Vec<FileChange>, Error> {
    let covered = pins::packages_of(entry);
    let is_own = |document: &&Document| {
        let of = hub.entry_of(&document.path);
        document.kind == DocumentKind::Companion && of.is_some_and(|of| of.path == entry.path)
    };
    let mut files = Vec::new();
    for document in hub.documents().iter().filter(is_own) {
        let path: HubPath = document.path.clone();
        let raised = pins::raise_companion(document, covered.packages(), change);
        let (after, pins) = raised.map_err(|source| CommandError::Bump {
            path,
            source: source.into(),
        })?;
        let said = pin_lines(document, &pins, 0);
        files.push(FileChange::new(root, document, after, said));
    }
    Ok(files)
}
