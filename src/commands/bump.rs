//! `chub-lint bump`: update versions, date and revision of entries together.

use super::args::Verbosity;
use super::{CommandError, RunEnv};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fix::bump::{BumpFields, BumpedEntry, bump};
use crate::fix::write;
use crate::hub::discover;
use crate::pipeline;
use crate::safe_text;
use clap::Args;
use jiff::civil::Date;
use std::io::Write;
use std::path::PathBuf;

/// Update the versions, updated-on and revision of an entry together
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
            let BumpedEntry { text, fields } =
                bump(document, &wanted).map_err(|source| CommandError::Bump {
                    path: document.path.clone(),
                    source,
                })?;
            let place = (folder.root.clone(), document.path.clone());
            work.push((place, document.text.clone(), text, fields));
        }
    }
    if work.is_empty() {
        return Err(CommandError::NothingToBump.into());
    }
    for ((root, path), ..) in &work {
        write::check_writable(root, path.path_in_hub())?;
    }
    for ((root, path), before, after, fields) in &work {
        write::replace(root, path.path_in_hub(), before, after)?;
        let said: Vec<_> = fields
            .iter()
            .map(|(key, old, new)| match old.as_str() {
                "" => format!("{key} {new} (new)"),
                old => format!("{key} {old} -> {new}"),
            })
            .collect();
        let line = format!("{path}: {}", said.join(", "));
        exit::ignore_broken_pipe(writeln!(out, "{}", safe_text::escape(&line)))?;
    }
    Ok(Exit::Clean)
}
