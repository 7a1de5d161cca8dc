//! `chub-lint bump`: update versions, date and revision of entries together.

use super::args::Verbosity;
use super::{CommandError, RunEnv};
use crate::document::{Document, DocumentKind, HubPath};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fix::bump::{BumpFields, BumpedEntry, bump};
use crate::fix::pins::{self, RaisedPins, VersionChange};
use crate::fix::{self, write};
use crate::hub::{Hub, discover};
use crate::pipeline;
use crate::report::pluralize;
use crate::safe_text;
use clap::Args;
use jiff::civil::Date;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The maximum number of places in one file that are listed.
const MAX_LEFT: usize = 20;

/// Update the versions, updated-on and revision of an entry together. With `--to`, install commands that pin the old
/// version of its package are changed too, and other places that name it are listed
#[derive(Clone, Debug, Args)]
pub struct BumpArgs {
    /// Entries: DOC.md and SKILL.md files, or folders of entries
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The version of the package that the entries cover now. Without it `versions` stays as it is
    #[arg(long, value_name = "VERSION", value_parser = parse_versions)]
    pub to: Option<String>,
    /// The date to write instead of today's
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub date: Option<Date>,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Only characters that need no escape between single or double quotes.
fn parse_versions(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ,.+-_!".contains(c);
    let text = text.trim();
    if !text.is_empty() && text.chars().all(allowed) && text.chars().any(|c| c.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("write a version such as 2.1.0; separate several with commas")
    }
}

fn parse_date(text: &str) -> Result<Date, &'static str> {
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    date.ok_or("write the date as YYYY-MM-DD")
}

/// Update all entries or none: nothing is written when one cannot be updated.
///
/// # Errors
/// When an entry must be changed by hand, or cannot be read or written.
pub fn run(args: &BumpArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let wanted = BumpFields {
        versions: args.to.clone(),
        date: args.date.unwrap_or(env.today),
    };
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
                bump(document, &wanted).map_err(|source| CommandError::Bump {
                    path: document.path.clone(),
                    source,
                })?;
            let old = fields.iter().find(|(key, ..)| *key == "versions");
            if let Some((_, old, new)) = old {
                work.extend(companions(
                    &folder.root,
                    &hub,
                    document,
                    VersionChange { old, new },
                )?);
            }
            work.push(FileChange {
                root: folder.root.clone(),
                said: field_lines(document, &fields, &pins, &text),
                path: document.path.clone(),
                before: document.text.clone(),
                after: text,
            });
        }
    }
    if work.is_empty() {
        return Err(CommandError::NothingToBump.into());
    }
    work.sort_by(|a, b| (&a.root, &a.path).cmp(&(&b.root, &b.path)));
    let changed = || work.iter().filter(|file| file.before != file.after);
    for file in changed() {
        write::check_writable(&file.root, file.path.path_in_hub())?;
    }
    for file in changed() {
        write::replace(&file.root, file.path.path_in_hub(), &file.before, &file.after)?;
    }
    for line in work.iter().flat_map(|file| &file.said) {
        exit::ignore_broken_pipe(writeln!(out, "{}", safe_text::escape(line)))?;
    }
    Ok(Exit::Clean)
}

/// A file to write, and the lines to print about it.
struct FileChange {
    root: PathBuf,
    path: HubPath,
    before: String,
    after: String,
    said: Vec<String>,
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
        let resolved = pins::packages_of(document);
        let raised = pins::raise(document, &resolved, covered.packages(), change);
        let path = document.path.clone();
        let after = fix::apply(&document.text, &raised.edits).map_err(|source| CommandError::Bump {
            path,
            source: source.into(),
        })?;
        files.push(FileChange {
            root: root.to_path_buf(),
            said: pin_lines(document, &raised, change.new, 0),
            path: document.path.clone(),
            before: document.text.clone(),
            after,
        });
    }
    Ok(files)
}

/// The fields that changed, and the places in the body.
fn field_lines(
    document: &Document,
    fields: &[(&'static str, String, String)],
    pins: &RaisedPins,
    text: &str,
) -> Vec<String> {
    let said: Vec<_> = fields
        .iter()
        .map(|(key, old, new)| match old.as_str() {
            "" => format!("{key} {new} (new)"),
            old => format!("{key} {old} -> {new}"),
        })
        .collect();
    let mut lines = vec![format!("{}: {}", document.path, said.join(", "))];
    let versions = fields.iter().find(|(key, ..)| *key == "versions");
    let new = versions.map_or("", |(_, _, new)| new);
    let count = |text: &str| text.matches('\n').count();
    // New fields move the body down.
    let added = count(text).saturating_sub(count(&document.text));
    lines.extend(pin_lines(document, pins, new, added));
    lines
}

/// One line for each place of the old version: `PATH:LINE: ...`.
fn pin_lines(document: &Document, pins: &RaisedPins, new: &str, added: usize) -> Vec<String> {
    let path = &document.path;
    let line = |at: u32| document.lines().line(at) + added;
    let changed = pins.changed.iter();
    let changed = changed.map(|(at, package, old)| (line(*at), format!("{} {old} -> {new}", package.name())));
    let mut left: Vec<(usize, String)> = pins
        .left
        .iter()
        .map(|(at, old)| (line(*at), format!("not changed: still says {old}")))
        .collect();
    left.dedup();
    let more = left.len().saturating_sub(MAX_LEFT);
    left.truncate(MAX_LEFT);
    let mut said: Vec<(usize, String)> = changed.chain(left).collect();
    said.sort();
    let said = said
        .into_iter()
        .map(|(line, what)| format!("{path}:{line}: {what}"));
    let rest = (more > 0).then(|| format!("{path}: not changed: {}", pluralize(more, "more line")));
    said.chain(rest).collect()
}
