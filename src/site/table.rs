//! The rows of the table of entries: as data for the script, and as markup for browsers without one.

use super::charts;
use super::model::{EntryState, Site, SiteEntry};
use super::page::{self, short};
use crate::diagnostic::Severity;
use crate::report::finding::Finding;
use maud::{Markup, html};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// The longest text of a cell, in characters: the page of the entry has the whole.
const MAX_CELL: usize = 160;

/// What the script shows. Texts that many rows share are numbers in lists.
#[derive(Debug, Serialize)]
pub struct TableData<'a> {
    rules: Vec<&'a str>,
    authors: Vec<&'a str>,
    /// The id, the label and the colour of each state.
    states: Vec<[&'static str; 3]>,
    rows: Vec<Row>,
}

/// A row, as an array in this order.
#[derive(Debug)]
struct Row {
    page: String,
    path: String,
    package: String,
    declared: String,
    newest: String,
    distance: String,
    rank: u64,
    age: String,
    days: i64,
    numbers: RowNumbers,
    readers: String,
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (
            &self.page,
            &self.path,
            &self.package,
            &self.declared,
            &self.newest,
            &self.distance,
            self.rank,
            &self.age,
            self.days,
            &self.numbers,
            &self.readers,
        )
            .serialize(to)
    }
}

/// The numbers of a row, as an array in this order. `author`, `state` and `rules` are indexes of the lists.
#[derive(Debug)]
struct RowNumbers {
    author: usize,
    state: usize,
    decided: usize,
    used: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    rules: Vec<usize>,
}

impl Serialize for RowNumbers {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (
            self.author,
            self.state,
            self.decided,
            self.used,
            self.errors,
            self.warnings,
            self.notes,
            &self.rules,
        )
            .serialize(to)
    }
}

/// The data of all entries.
pub fn data<'a>(site: &'a Site, by_entry: &'a [Vec<Finding<'_>>]) -> TableData<'a> {
    let ids = by_entry.iter().flatten().map(|finding| finding.rule.id);
    let rules: BTreeSet<&str> = ids.collect();
    let authors: BTreeSet<&str> = site.entries.iter().map(|entry| entry.author.as_str()).collect();
    let number = |of: &BTreeSet<&'a str>| -> BTreeMap<&'a str, usize> {
        of.iter().enumerate().map(|(at, one)| (*one, at)).collect()
    };
    let (rule_numbers, author_numbers) = (number(&rules), number(&authors));
    let rows = site.entries.iter().zip(by_entry).map(|(entry, findings)| {
        let used: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.id).collect();
        let used = used.iter().filter_map(|rule| rule_numbers.get(rule).copied());
        let author = author_numbers.get(entry.author.as_str());
        row(
            entry,
            findings,
            author.copied().unwrap_or_default(),
            used.collect(),
        )
    });
    TableData {
        rows: rows.collect(),
        rules: rules.into_iter().collect(),
        authors: authors.into_iter().collect(),
        states: EntryState::ALL
            .map(|state| [state.id(), state.label(), charts::ink(state).class()])
            .to_vec(),
    }
}

fn row(entry: &SiteEntry, findings: &[Finding<'_>], author: usize, rules: Vec<usize>) -> Row {
    let cell = |text: &str| short(text, MAX_CELL);
    let behind = entry.behind();
    let (decided, used) = entry
        .symbols()
        .map_or((0, 0), |symbols| (symbols.decided, symbols.total));
    let state = EntryState::ALL
        .iter()
        .position(|state| *state == entry.state())
        .unwrap_or_default();
    Row {
        page: entry.page.clone(),
        path: cell(entry.path.as_str()),
        package: cell(package(entry)),
        declared: cell(entry.declared.as_str()),
        newest: cell(newest(entry)),
        distance: behind.map_or_else(String::new, |behind| cell(behind.distance.as_str())),
        rank: behind.map_or(0, |behind| behind.rank),
        age: behind.map_or_else(String::new, |behind| cell(behind.age.as_str())),
        days: behind.and_then(|behind| behind.days).unwrap_or(-1),
        numbers: RowNumbers {
            author,
            state,
            decided,
            used,
            errors: page::count(findings, Severity::Error),
            warnings: page::count(findings, Severity::Warning),
            notes: page::count(findings, Severity::Note),
            rules,
        },
        readers: entry.readers.clone().unwrap_or_default(),
    }
}

fn package(entry: &SiteEntry) -> &str {
    entry.packages.first().map_or("", |package| package.name.as_str())
}

fn newest(entry: &SiteEntry) -> &str {
    let newest = entry.packages.first().and_then(|package| package.newest.as_ref());
    newest.map_or("", |newest| newest.as_str())
}

/// The row of an entry as markup.
pub fn markup(entry: &SiteEntry, findings: &[Finding<'_>]) -> Markup {
    let state = entry.state();
    let behind = entry.behind();
    html! {
        tr {
            th scope="row" {
                a href=(entry.address()) { bdi { (short(entry.path.as_str(), MAX_CELL)) } }
            }
            td { span class={ "state " (charts::ink(state).class()) } { (state.label()) } }
            td.wide { bdi { (short(package(entry), MAX_CELL)) } }
            td.wide { bdi { (short(entry.declared.as_str(), MAX_CELL)) } }
            td.wide { bdi { (short(newest(entry), MAX_CELL)) } }
            td.wide { @if let Some(behind) = behind { (behind.distance) } }
            td.number.wide { @if let Some(behind) = behind { (behind.age) } }
            td.number.wide { @if let Some(of) = entry.symbols().filter(|of| of.total > 0) { (of.decided) " of " (of.total) } }
            td {
                (page::finding_counts(findings))
                @if let Some(said) = &entry.readers { span.readers { (said) } }
            }
        }
    }
}

/// The headings of these rows, with their classes.
pub const HEADINGS: [(&str, &str); 9] = [
    ("Entry", ""),
    ("State", ""),
    ("Package", "wide"),
    ("Declared", "wide"),
    ("Newest", "wide"),
    ("Distance", "wide"),
    ("Age", "number wide"),
    ("Symbols", "number wide"),
    ("Findings", ""),
];
