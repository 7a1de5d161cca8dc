//! The history of a hub: a file of JSON lines, one for each day on which a report was made.
//!
//! It is small enough to commit: a line has a dozen numbers. A second report of one day replaces the line of that day, so
//! that the same report gives the same file.

use crate::error::ModuleError;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most lines that are kept: the newest, some 27 years of days.
pub const MAX_LINES: usize = 10_000;
/// The largest history that is read, in bytes.
pub const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// What one run found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// The day.
    pub date: Date,
    /// Entries.
    pub entries: u64,
    /// Entries whose declared version is the newest.
    pub fresh: u64,
    /// Entries that are behind, whatever is known about their symbols.
    pub behind: u64,
    /// Entries that are behind and safe to raise.
    #[serde(default)]
    pub safe: u64,
    /// Entries with symbols that are gone or wrong.
    #[serde(default)]
    pub broken: u64,
    /// Findings that are errors.
    pub errors: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Findings that are notes.
    #[serde(default)]
    pub notes: u64,
    /// Symbols that were decided.
    #[serde(default)]
    pub decided: u64,
    /// Symbols that the code uses.
    #[serde(default)]
    pub symbols: u64,
}

/// What is wrong with a history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A line that is not valid.
    #[error("`{file}`:{line}: is not a line of a history: {}; name another file, or remove the line", cause(.why))]
    Line {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// Why.
        why: serde_json::Error,
    },
    /// Too many lines.
    #[error("`{file}`: more than {MAX_LINES} lines; remove the oldest ones")]
    Long {
        /// The file.
        file: String,
    },
}

impl ModuleError for HistoryError {}

/// What is wrong, without the place in the line: the crate counts lines from the start of each.
fn cause(why: &serde_json::Error) -> String {
    let text = why.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text.get(..end).unwrap_or_default().to_owned()
}

/// Read a history. Lines that are empty are skipped, so that a merge of two branches can be repaired by hand.
///
/// # Errors
/// A line that is not one of a history, or too many of them.
pub fn parse(file: &str, text: &str) -> Result<Vec<HistoryLine>, HistoryError> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        if lines.len() == MAX_LINES {
            return Err(HistoryError::Long {
                file: file.to_owned(),
            });
        }
        lines.push(serde_json::from_str(line).map_err(|why| HistoryError::Line {
            file: file.to_owned(),
            line: at + 1,
            why,
        })?);
    }
    Ok(lines)
}

/// A history with the line of a run, in order of day.
#[must_use]
pub fn add_line(mut lines: Vec<HistoryLine>, line: HistoryLine) -> Vec<HistoryLine> {
    lines.retain(|one| one.date != line.date);
    lines.push(line);
    lines.sort_by_key(|line| line.date);
    let from = lines.len().saturating_sub(MAX_LINES);
    lines.split_off(from)
}

/// The text of a history.
#[must_use]
pub fn to_text(lines: &[HistoryLine]) -> String {
    let json = lines.iter().filter_map(|line| serde_json::to_string(line).ok());
    json.map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn line(day: i8, errors: u64) -> HistoryLine {
        HistoryLine {
            date: date(2026, 3, day),
            errors,
            ..HistoryLine::default()
        }
    }

    #[test]
    fn a_second_run_of_a_day_replaces_its_line() {
        let lines = add_line(vec![line(1, 5), line(3, 1)], line(2, 4));
        let lines = add_line(lines, line(2, 3));
        assert_eq!(lines, [line(1, 5), line(2, 3), line(3, 1)]);
        let text = to_text(&lines);
        assert_eq!(text.lines().count(), 3);
        assert_eq!(parse("h", &text).unwrap(), lines);
        assert!(text.len() < 3 * 200);
    }

    #[test]
    fn what_is_no_history_is_refused_with_its_line() {
        let text = format!("\n{}<script>\n", to_text(&[line(1, 1)]));
        let error = parse("history.jsonl", &text).unwrap_err().to_string();
        assert!(error.starts_with("`history.jsonl`:3: is not a line"), "{error}");
        assert!(parse("h", "{\"date\":\"2026-03-01\",\"entries\":-1}").is_err());
        assert!(parse("h", &to_text(&vec![line(1, 1); MAX_LINES + 1])).is_err());
    }

    #[test]
    fn numbers_of_an_earlier_version_may_be_missing() {
        let old =
            r#"{"date":"2026-03-01","entries":3,"fresh":1,"behind":2,"errors":0,"warnings":2,"later":1}"#;
        assert_eq!(parse("h", old).unwrap()[0].behind, 2);
    }
}
