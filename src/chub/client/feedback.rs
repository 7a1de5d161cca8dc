//! What readers say about entries. The hub's own client sends it to a server; here it is appended to a file of the user
//! and nothing is sent anywhere.
//!
//! `<folder>/feedback.jsonl` holds one JSON object in each line.

use crate::chub::js;
use crate::error::{Error, ModuleError};
use crate::fsio;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The most bytes of a comment.
pub const MAX_COMMENT_BYTES: usize = 16 * 1024;
/// The most bytes of the file that are read.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// The most characters of an id, a version, a language or a file.
const MAX_NAME: usize = 1000;

/// Good or bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Rating {
    /// It helped.
    Up,
    /// It did not.
    Down,
}

/// What is good or bad: the labels of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the labels")]
pub enum Label {
    Accurate,
    WellStructured,
    Helpful,
    GoodExamples,
    Outdated,
    Inaccurate,
    Incomplete,
    WrongExamples,
    WrongVersion,
    PoorlyStructured,
}

/// All labels, in the order of the client.
pub const LABELS: [Label; 10] = [
    Label::Accurate,
    Label::WellStructured,
    Label::Helpful,
    Label::GoodExamples,
    Label::Outdated,
    Label::Inaccurate,
    Label::Incomplete,
    Label::WrongExamples,
    Label::WrongVersion,
    Label::PoorlyStructured,
];

impl Label {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accurate => "accurate",
            Self::WellStructured => "well-structured",
            Self::Helpful => "helpful",
            Self::GoodExamples => "good-examples",
            Self::Outdated => "outdated",
            Self::Inaccurate => "inaccurate",
            Self::Incomplete => "incomplete",
            Self::WrongExamples => "wrong-examples",
            Self::WrongVersion => "wrong-version",
            Self::PoorlyStructured => "poorly-structured",
        }
    }
}

/// What one reader says about one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// The id of the entry.
    pub id: String,
    /// Good or bad.
    pub rating: Rating,
    /// `doc` or `skill`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The version that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The file that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What is good or bad.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// The agent or program that read the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// When it was said, in ISO 8601.
    #[serde(default)]
    pub at: String,
}

/// Why feedback is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFeedback {
    /// No id.
    #[error("the id is empty: give the id of an entry, as in acme/widget")]
    NoId,
    /// More than [`MAX_COMMENT_BYTES`].
    #[error("the comment is longer than 16384 bytes: shorten it")]
    LongComment,
    /// More than 1,000 characters.
    #[error("the id, version, language or file is longer than 1000 characters: shorten it")]
    LongName,
}

impl ModuleError for InvalidFeedback {}

/// What readers said about one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackCounts {
    /// How many said that it helped.
    pub up: usize,
    /// How many said that it did not.
    pub down: usize,
    /// How many named each label.
    pub labels: BTreeMap<Label, usize>,
}

impl FeedbackCounts {
    /// "1 up, 2 down; 2 readers said outdated, 1 reader said wrong-version".
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut text = format!("{} up, {} down", self.up, self.down);
        let labels = self.labels.iter();
        let labels = labels.map(|(label, n)| {
            let readers = if *n == 1 { "reader" } else { "readers" };
            format!("{n} {readers} said {}", label.as_str())
        });
        let labels: Vec<String> = labels.collect();
        if !labels.is_empty() {
            text.push_str("; ");
            text.push_str(&labels.join(", "));
        }
        text
    }

    fn add(&mut self, feedback: &Feedback) {
        match feedback.rating {
            Rating::Up => self.up += 1,
            Rating::Down => self.down += 1,
        }
        for label in &feedback.labels {
            *self.labels.entry(*label).or_default() += 1;
        }
    }
}

/// The feedback of one user.
#[derive(Clone, Debug)]
pub struct FeedbackLog {
    file: PathBuf,
}

impl FeedbackLog {
    /// The file in the client's folder.
    #[must_use]
    pub fn new(client_folder: &Path) -> Self {
        Self {
            file: client_folder.join("feedback.jsonl"),
        }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Append the feedback of one reader. Several programs may append at once.
    ///
    /// # Errors
    /// When it is refused, or the file cannot be written.
    pub fn append(&self, mut feedback: Feedback, moment: Timestamp) -> Result<(), Error> {
        if feedback.id.is_empty() {
            return Err(InvalidFeedback::NoId.into());
        }
        if feedback
            .comment
            .as_ref()
            .is_some_and(|text| text.len() > MAX_COMMENT_BYTES)
        {
            return Err(InvalidFeedback::LongComment.into());
        }
        let names = [
            &feedback.lang,
            &feedback.version,
            &feedback.file,
            &feedback.kind,
            &feedback.agent,
        ];
        let names = names.into_iter().flatten().chain([&feedback.id]);
        if names.into_iter().any(|name| name.chars().count() > MAX_NAME) {
            return Err(InvalidFeedback::LongName.into());
        }
        feedback.labels.sort_unstable();
        feedback.labels.dedup();
        feedback.at = js::iso(moment);
        let mut line = serde_json::to_vec(&feedback).map_err(|error| Error::Unwritable {
            path: self.file.clone(),
            source: error.into(),
        })?;
        line.push(b'\n');
        fsio::append(&self.file, &line)
    }

    /// What was said about each entry. Lines that cannot be read are skipped.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, FeedbackCounts> {
        let mut counts: BTreeMap<String, FeedbackCounts> = BTreeMap::new();
        for feedback in self.read() {
            counts.entry(feedback.id.clone()).or_default().add(&feedback);
        }
        counts
    }

    /// Everything that was said, oldest first. Lines that cannot be read are skipped.
    #[must_use]
    pub fn read(&self) -> Vec<Feedback> {
        let bytes = fsio::read_regular(&self.file, MAX_FILE_BYTES).unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n');
        lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(id: &str, labels: &[Label]) -> Feedback {
        Feedback {
            id: id.to_owned(),
            rating: Rating::Down,
            kind: Some("doc".to_owned()),
            comment: None,
            lang: None,
            version: None,
            file: None,
            labels: labels.to_vec(),
            agent: None,
            at: String::new(),
        }
    }

    #[test]
    fn feedback_is_appended_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let log = FeedbackLog::new(&folder);
        assert_eq!(log.read(), []);
        let moment: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let two = [Label::Outdated, Label::WrongExamples, Label::Outdated];
        log.append(said("acme/widget", &two), moment).unwrap();
        fsio::append(log.file(), b"not JSON\n").unwrap();
        log.append(said("acme/widget", &[Label::Outdated]), moment)
            .unwrap();
        let counts = log.counts();
        let counts = &counts["acme/widget"];
        assert_eq!((counts.up, counts.down), (0, 2));
        assert_eq!(counts.labels[&Label::Outdated], 2);
        assert_eq!(counts.labels[&Label::WrongExamples], 1);
    }

    #[test]
    fn counts_in_words() {
        let counts = FeedbackCounts {
            up: 1,
            down: 3,
            labels: [(Label::Outdated, 3), (Label::WrongVersion, 1)].into(),
        };
        assert_eq!(
            counts.in_words(),
            "1 up, 3 down; 3 readers said outdated, 1 reader said wrong-version"
        );
    }

    #[test]
    fn fifty_writers_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..50 {
                let log = FeedbackLog::new(&folder);
                scope.spawn(move || {
                    let mut said = said(&format!("acme/{writer}"), &[]);
                    said.comment = Some("x".repeat(10_000));
                    log.append(said, Timestamp::UNIX_EPOCH).unwrap();
                });
            }
        });
        assert_eq!(FeedbackLog::new(&folder).counts().len(), 50);
    }

    #[test]
    fn limits() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let log = FeedbackLog::new(&folder);
        let long = Feedback {
            comment: Some("x".repeat(MAX_COMMENT_BYTES + 1)),
            ..said("a/b", &[])
        };
        for refused in [said("", &[]), said(&"x".repeat(2000), &[]), long] {
            assert!(log.append(refused, Timestamp::UNIX_EPOCH).is_err());
        }
        assert_eq!(log.read(), []);
    }
}
