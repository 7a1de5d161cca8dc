//! `chub-lint feedback`: what readers say about entries. It is kept in a file of the user and sent nowhere.

use super::args::Verbosity;
use super::{CommandError, RunEnv, client_folder};
use crate::chub::client::feedback::{Feedback, FeedbackCounts, FeedbackLog, LABELS, Label, Rating};
use crate::chub::client::format::one_line;
use crate::document::Document;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::hub::ids;
use crate::report::escaped_json;
use crate::safe_text::SafeText;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;

/// Record whether an entry helped, or list what was recorded. It stays on this machine
#[derive(Clone, Debug, Args)]
pub struct FeedbackArgs {
    /// The id of the entry: author/name. Without it, what was said is listed
    #[arg(requires = "rating")]
    pub id: Option<String>,
    /// Whether it helped
    #[arg(value_enum)]
    pub rating: Option<RatingArg>,
    /// A comment
    pub comment: Option<String>,
    /// A label of what is good or bad; may be repeated
    #[arg(long, value_name = "LABEL", value_parser = label_parser(), requires = "id")]
    pub label: Vec<Label>,
    /// The language that was read
    #[arg(long, requires = "id")]
    pub lang: Option<String>,
    /// The version that was read
    #[arg(long, value_name = "VERSION", requires = "id")]
    pub doc_version: Option<String>,
    /// The file that was read
    #[arg(long, requires = "id")]
    pub file: Option<String>,
    /// The agent or program that read the entry
    #[arg(long, value_name = "NAME", requires = "id")]
    pub agent: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Good or bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RatingArg {
    /// It helped.
    Up,
    /// It did not.
    Down,
}

fn label_parser() -> impl TypedValueParser<Value = Label> {
    let names = LABELS.map(Label::as_str);
    PossibleValuesParser::new(names).try_map(|name| {
        let mut known = LABELS.into_iter();
        known.find(|label| label.as_str() == name).ok_or("no such label")
    })
}

/// Record what a reader says, or list what was recorded.
///
/// # Errors
/// When there is no place for it, or it cannot be written.
pub fn run(args: &FeedbackArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let folder = client_folder().ok_or(CommandError::NoClientFolder)?;
    let log = FeedbackLog::new(&folder);
    let (Some(id), Some(vote)) = (&args.id, args.rating) else {
        let written = listed(&log.counts(), args.json);
        return exit::ignore_broken_pipe(out.write_all(&written)).map(|()| Exit::Clean);
    };
    let said = Feedback {
        id: id.clone(),
        rating: match vote {
            RatingArg::Up => Rating::Up,
            RatingArg::Down => Rating::Down,
        },
        kind: None,
        comment: args.comment.clone(),
        lang: args.lang.clone(),
        version: args.doc_version.clone(),
        file: args.file.clone(),
        labels: args.label.clone(),
        agent: args.agent.clone(),
        at: String::new(),
    };
    log.append(said, (env.moment)()?)?;
    let mut written = Vec::new();
    let file = log.file().display().to_string();
    match args.json {
        true => {
            let saved = json!({ "status": "saved", "file": SafeText::new(&file) });
            escaped_json::pretty(&saved, &mut written).map_err(Error::Output)?;
        }
        false => {
            let line = format!("Feedback for {} is saved in {}.", one_line(id), one_line(&file));
            writeln!(written, "{line}").map_err(Error::Output)?;
        }
    }
    exit::ignore_broken_pipe(out.write_all(&written)).map(|()| Exit::Clean)
}

/// What readers said, by the id of the entry.
pub type ReaderCounts = BTreeMap<String, FeedbackCounts>;

/// What the readers of this machine said of each entry: nothing when the user has no home.
#[must_use]
pub fn reader_counts() -> ReaderCounts {
    let counts = client_folder().map(|folder| FeedbackLog::new(&folder).counts());
    counts.unwrap_or_default()
}

/// What readers said of an entry.
#[must_use]
pub fn said_of<'a>(document: &Document, said: &'a ReaderCounts) -> Option<&'a FeedbackCounts> {
    said.get(&ids::document_id(document)?)
}

fn listed(counts: &BTreeMap<String, FeedbackCounts>, json: bool) -> Vec<u8> {
    let mut out = Vec::new();
    if json {
        let entries: Vec<_> = counts
            .iter()
            .map(|(id, counts)| {
                let mut entry = to_json(counts);
                entry["id"] = json!(SafeText::new(id));
                entry
            })
            .collect();
        // Writing to memory cannot fail.
        let _ = escaped_json::pretty(&json!({ "schema": 1, "feedback": entries }), &mut out);
        return out;
    }
    if counts.is_empty() {
        return b"No feedback.\n".to_vec();
    }
    for (id, counts) in counts {
        let _ = writeln!(out, "{}: {}", one_line(id), counts.in_words());
    }
    out
}

/// The counts for programs.
#[must_use]
pub fn to_json(counts: &FeedbackCounts) -> serde_json::Value {
    let labels = counts.labels.iter();
    let labels = labels.map(|(label, n)| (label.as_str().to_owned(), json!(n)));
    let labels: serde_json::Map<_, _> = labels.collect();
    json!({ "up": counts.up, "down": counts.down, "labels": labels })
}
