//! `chub-lint annotate`: notes of the user about entries, in the files of the hub's own client.

use super::args::Verbosity;
use super::{CommandError, RunEnv, client_folder, failed};
use crate::chub::client::annotations::{Annotation, Annotations};
use crate::chub::client::format::{one_line, pretty};
use crate::chub::js::{JsKind, JsObject, JsValue};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::safe_text;
use crate::secret;
use clap::Args;
use std::fmt::Write as _;
use std::io::Write;

/// Read or write a note about an entry, for yourself and your agents. It stays on this machine
#[derive(Clone, Debug, Args)]
pub struct AnnotateArgs {
    /// The id of the entry: author/name
    #[arg(required_unless_present = "list")]
    pub id: Option<String>,
    /// The note; without it the note of the entry is shown
    #[arg(conflicts_with_all = ["clear", "list"])]
    pub note: Option<String>,
    /// Remove the note of the entry
    #[arg(long, conflicts_with = "list")]
    pub clear: bool,
    /// List all notes
    #[arg(long, conflicts_with = "id")]
    pub list: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Read, write, clear or list notes.
///
/// # Errors
/// When there is no place for them, or they cannot be written.
pub fn run(args: &AnnotateArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let folder = client_folder().ok_or(CommandError::NoClientFolder)?;
    let annotations = Annotations::new(&folder);
    let written = match &args.id {
        None => listed(&annotations.list(), args.json),
        Some(id) => {
            if let Err(error) = Annotations::check_id(id) {
                return Ok(failed(&error.to_string()));
            }
            one(&annotations, id, args, env)?
        }
    };
    exit::ignore_broken_pipe(out.write_all(written.as_bytes())).map(|()| Exit::Clean)
}

fn one(annotations: &Annotations, id: &str, args: &AnnotateArgs, env: &RunEnv) -> Result<String, Error> {
    let shown = one_line(id);
    if args.clear {
        let cleared = annotations.clear(id)?;
        return Ok(match (args.json, cleared) {
            (true, _) => object([("id", id.into()), ("cleared", JsKind::Bool(cleared).into())]),
            (false, true) => format!("Annotation cleared for {shown}.\n"),
            (false, false) => format!("No annotation found for {shown}.\n"),
        });
    }
    if let Some(note) = args.note.as_deref().filter(|note| !note.is_empty()) {
        let saved = annotations.write(id, note, (env.moment)()?)?;
        return Ok(match args.json {
            true => pretty(&saved.value),
            false => format!("Annotation saved for {shown}.\n"),
        });
    }
    Ok(match (annotations.read(id), args.json) {
        (Some(note), true) => pretty(&note.value),
        (Some(note), false) => text(&note, ""),
        (None, true) => object([("id", id.into()), ("note", JsKind::Null.into())]),
        (None, false) => format!("No annotation for {shown}.\n"),
    })
}

fn object<const N: usize>(members: [(&str, JsValue); N]) -> String {
    let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
    pretty(&JsKind::Object(members.collect::<JsObject>()).into())
}

fn listed(notes: &[Annotation], json: bool) -> String {
    if json {
        let values = notes.iter().map(|note| note.value.clone());
        return pretty(&JsKind::Array(values.collect()).into());
    }
    if notes.is_empty() {
        return "No annotations.\n".to_owned();
    }
    notes.iter().fold(String::new(), |mut out, note| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", text(note, "  "));
        out
    })
}

/// A note for people. Another program may have written it.
fn text(note: &Annotation, indent: &str) -> String {
    let mut out = format!("{} ({})\n", one_line(&note.id), one_line(&note.updated_at));
    for line in secret::mask_secrets(&note.note).lines() {
        let _ = writeln!(out, "{indent}{}", safe_text::escape_log_line(line));
    }
    out
}
