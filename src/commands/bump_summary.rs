//! What was raised and the evidence for it, in Markdown for the text of a pull request.
//!
//! Names and messages are in code spans, in which Markdown, HTML and mentions have no effect.

use super::bump_lines::{self, grouped};
use crate::config::file::BumpGroup;
use crate::document::Document;
use crate::fix::newest::{LeftEntry, OutdatedEntry, RaisedEntry};
use crate::report::markdown::{code_cell, escape};
use crate::report::pluralize;
use crate::safe_text::SafeText;
use crate::symbols::{Undecided, VerdictKind};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The maximum size in bytes. GitHub takes 65,536 characters for a pull request.
pub const MAX_BYTES: usize = 60_000;
/// The most lines with the old version that are listed for one entry.
const MAX_MENTIONS: usize = 10;

/// The text about all entries, with a part for each group.
#[must_use]
pub fn render(raised: &[RaisedEntry], left: &[LeftEntry], group: Option<BumpGroup>) -> String {
    let mut text = Bounded::default();
    text.line(&format!(
        "## {}\n",
        escape(&bump_lines::totals(raised.len(), left, "Raised"))
    ));
    let groups = grouped(raised, left, group);
    for (name, (raised, left)) in &groups {
        if group.is_some() {
            text.line(&format!("### {}\n", escape(name)));
        }
        write_group(raised, left, &mut text);
    }
    text.finish()
}

/// The text about the entries of one group.
#[must_use]
pub fn render_group(raised: &[&RaisedEntry], left: &[&LeftEntry]) -> String {
    let mut text = Bounded::default();
    write_group(raised, left, &mut text);
    text.finish()
}

fn write_group(raised: &[&RaisedEntry], left: &[&LeftEntry], text: &mut Bounded) {
    if !raised.is_empty() {
        text.line("| Entry | Package | From | To | Symbols of the code |");
        text.line("| --- | --- | --- | --- | --- |");
        for entry in raised {
            let entry = &entry.entry;
            let row = format!(
                "| {} | {} | {} | {} | {} |",
                code(entry.path.as_str()),
                code(&entry.package.to_string()),
                release(&entry.declared, entry.declared_date),
                release(&entry.newest, entry.newest_date),
                evidence(entry),
            );
            text.row(&row);
        }
        text.line(
            "\nFound means that the names exist. What they do may have changed: read the release notes before merging.\n",
        );
        mentions(raised, text);
    }
    if !left.is_empty() {
        text.line(&format!(
            "<details><summary>{} behind and not raised</summary>\n",
            match left.len() {
                1 => "1 entry is".to_owned(),
                count => format!("{count} entries are"),
            }
        ));
        text.line("| Entry | Package | Declared | Newest | Why |\n| --- | --- | --- | --- | --- |");
        for left in left {
            let entry = &left.entry;
            text.row(&format!(
                "| {} | {} | {} | {} | {} |",
                code(entry.path.as_str()),
                code(&entry.package.to_string()),
                release(&entry.declared, entry.declared_date),
                release(&entry.newest, entry.newest_date),
                code(&bump_lines::reason(left)),
            ));
        }
        text.end("\n</details>\n");
    }
}

/// The lines that still name the old version: only a person knows whether they are still true.
fn mentions(raised: &[&RaisedEntry], text: &mut Bounded) {
    let mut rows = Vec::new();
    let mut count = 0;
    for of in raised.iter().flat_map(|entry| &entry.files) {
        let before = Document::new(of.file.path.clone(), of.file.before.clone());
        let count_lines = |text: &str| text.matches('\n').count();
        // New fields move the body down.
        let added = count_lines(&of.file.after).saturating_sub(count_lines(&of.file.before));
        for (at, old) in of.pins.left.iter().take(MAX_MENTIONS) {
            let line = before.lines().line(*at) + added;
            rows.push(format!(
                "- {}: {}",
                code(&format!("{}:{line}", of.file.path)),
                code(old)
            ));
        }
        count += of.pins.left.len();
    }
    if count == 0 {
        return;
    }
    rows.dedup();
    text.line(&format!(
        "<details><summary>{} the old version</summary>\n",
        match count {
            1 => "1 line still names".to_owned(),
            count => format!("{count} lines still name"),
        }
    ));
    for row in &rows {
        text.row(row);
    }
    text.end("\n</details>\n");
}

/// A version with its day.
fn release(version: &str, date: Option<Date>) -> String {
    match date {
        Some(date) => format!("{} ({date})", code(version)),
        None => code(version),
    }
}

/// What the symbols of the entry show: how many are in the new release, and what was not decided.
fn evidence(entry: &OutdatedEntry) -> String {
    let Some(of) = &entry.evidence else {
        return "not checked".to_owned();
    };
    let mut text = match of.kind {
        VerdictKind::Safe => {
            format!(
                "{} of {} found in {}",
                of.decided,
                pluralize(of.total, "symbol"),
                code(&entry.newest)
            )
        }
        _ => code(&bump_lines::verdict(entry)),
    };
    if !of.undecided.is_empty() {
        text.push_str(&format!(", {}", undecided(&of.undecided)));
    }
    text
}

fn undecided(reasons: &BTreeMap<Undecided, usize>) -> String {
    let count: usize = reasons.values().sum();
    let reasons: Vec<String> = reasons
        .iter()
        .map(|(why, count)| format!("{count}: {}", why.as_str()))
        .collect();
    format!("{count} not decided ({})", escape(&reasons.join("; ")))
}

fn code(text: &str) -> String {
    code_cell(SafeText::new(text).as_str())
}

/// Text up to a size. Rows that do not fit are counted.
#[derive(Default)]
struct Bounded {
    text: String,
    left: usize,
}

impl Bounded {
    fn line(&mut self, line: &str) {
        if self.text.len() + line.len() < MAX_BYTES {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn row(&mut self, row: &str) {
        match self.text.len() + row.len() < MAX_BYTES - 2_000 {
            true => self.line(row),
            false => self.left += 1,
        }
    }

    /// What closes a part that was begun.
    fn end(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn finish(mut self) -> String {
        if self.left > 0 {
            self.text
                .push_str(&format!("{} left out for size.\n", pluralize(self.left, "row")));
        }
        self.text
    }
}
