//! The page of an entry: what to do, its versions, its symbols, its findings and its source.

use super::charts;
use super::model::{Site, SiteEntry, SitePackage, SiteSymbols, SymbolRow, SymbolState};
use super::page::{self, Page, prose, short};
use super::source;
use super::time_line;
use crate::diagnostic::Applicability;
use crate::document::Document;
use crate::report::finding::Finding;
use crate::report::{Run, pluralize};
use crate::rule::page::RulePage;
use crate::safe_text::SafeText;
use crate::text::ColumnUnit;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The most lines that are linked to for one symbol.
const MAX_PLACES: usize = 8;
/// The most symbols in one table.
const MAX_SYMBOLS: usize = 1_000;
/// The most findings in the list of a page; all are counted.
const MAX_LISTED: usize = 500;

/// The page.
pub fn page(site: &Site, run: &Run<'_>, entry: &SiteEntry, findings: &[Finding<'_>]) -> String {
    let title = format!(
        "{} – {}",
        short(entry.name.as_str(), 80),
        short(site.title.as_str(), 80)
    );
    let page = Page {
        title: &title,
        up: "../",
        has_script: false,
    };
    page.render(site, &main(run, entry, findings))
}

fn main(run: &Run<'_>, entry: &SiteEntry, findings: &[Finding<'_>]) -> Markup {
    let files = ShownFiles::new(run, entry, findings);
    let to_do = to_do(entry, findings);
    html! {
        (head(entry, findings))
        @if !to_do.is_empty() {
            section.todo aria-labelledby="to-do" {
                h2 #to-do { "What to do" }
                ol { @for one in &to_do { li { (prose(one)) } } }
            }
        }
        @for (at, package) in entry.packages.iter().enumerate() { (versions(at, entry, package)) }
        @for (at, package) in entry.packages.iter().enumerate() {
            @if let Some(symbols) = &package.symbols { (symbol_section(at, symbols, &files)) }
        }
        (finding_section(findings, &files))
        @for (number, document) in &files.0 {
            @let inside: Vec<&Finding<'_>> = findings.iter().filter(|one| is_in(one, document)).collect();
            (source_section(*number, document, &inside))
        }
    }
}

/// What to do: about versions, and what can be fixed without a person.
fn to_do(entry: &SiteEntry, findings: &[Finding<'_>]) -> Vec<SafeText> {
    let mut to_do = entry.to_do.clone();
    for (safety, flags, what) in [
        (Applicability::Safe, "--fix", "fixed"),
        (
            Applicability::Unsafe,
            "--diff --unsafe-fixes",
            "fixed after a review",
        ),
    ] {
        let can = |finding: &&Finding<'_>| finding.fix.as_ref().is_some_and(|fix| fix.safety == safety);
        let count = findings.iter().filter(can).count();
        if count > 0 {
            let path = page::argument(entry.path.as_str(), "FILE");
            let findings = pluralize(count, "finding");
            let text = format!("run `chub-lint {flags} {path}`: {findings} can be {what}");
            to_do.push(SafeText::new(&text));
        }
    }
    to_do
}

fn source_section(number: usize, document: &Document, findings: &[&Finding<'_>]) -> Markup {
    let id = format!("source-{number}");
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { "Source: " bdi { (SafeText::new(document.path.file_name())) } }
            @if number > 0 { p.quiet { bdi { (SafeText::new(document.path.as_str())) } } }
            (source::source(document, number, findings))
        }
    }
}

fn is_in(finding: &Finding<'_>, document: &Document) -> bool {
    finding
        .place
        .document
        .is_some_and(|of| std::ptr::eq(of, document))
}

/// The files of an entry that its page shows, with their numbers: the entry itself, and companions with something to see.
struct ShownFiles<'a>(Vec<(usize, &'a Document)>);

impl<'a> ShownFiles<'a> {
    fn new(run: &Run<'a>, entry: &SiteEntry, findings: &[Finding<'_>]) -> Self {
        let rows = entry
            .packages
            .iter()
            .filter_map(|package| package.symbols.as_ref());
        let missing: BTreeSet<usize> = rows
            .flat_map(|symbols| &symbols.rows)
            .filter(|row| row.worst() == Some(SymbolState::Missing))
            .flat_map(|row| row.lines.iter().map(|(file, _)| *file))
            .collect();
        let shown = entry.files.iter().enumerate().filter_map(|(number, path)| {
            let document = run.document(path)?;
            let is_shown = number == 0
                || missing.contains(&number)
                || findings.iter().any(|finding| is_in(finding, document));
            is_shown.then_some((number, document))
        });
        Self(shown.collect())
    }

    /// The id of a line, when the page shows it.
    fn id(&self, file: usize, line: usize) -> Option<String> {
        let has_file = self.0.iter().any(|(number, _)| *number == file);
        (has_file && source::is_shown(line)).then(|| source::line_id(file, line))
    }

    fn number(&self, finding: &Finding<'_>) -> Option<usize> {
        let at = self.0.iter().find(|(_, document)| is_in(finding, document));
        at.map(|(number, _)| *number)
    }
}

fn head(entry: &SiteEntry, findings: &[Finding<'_>]) -> Markup {
    let state = entry.state();
    html! {
        p.crumbs {
            a href={ "../index.html#author=" (page::in_address(entry.author.as_str())) } {
                bdi { (short(entry.author.as_str(), 80)) }
            }
        }
        h1 { bdi { (short(entry.name.as_str(), 200)) } }
        @if !entry.description.as_str().is_empty() {
            p.lead { bdi { (short(entry.description.as_str(), 600)) } }
        }
        dl.facts {
            div { dt { "State" } dd {
                span class={ "state " (charts::ink(state).class()) } { (state.label()) }
            } }
            div { dt { "Kind" } dd { @if entry.is_skill { "skill" } @else { "document" } } }
            div { dt { "Declares" } dd { (or_dash(&entry.declared)) } }
            div { dt { "Findings" } dd { (page::finding_counts(findings)) } }
            div { dt { "Updated" } dd { (or_dash(&entry.updated_on)) } }
            @if let Some(said) = &entry.readers { div { dt { "Readers" } dd { (said) } } }
            div.wide { dt { "Path" } dd { bdi { (entry.path) } } }
        }
        p.quiet { (state.meaning()) }
    }
}

fn or_dash(text: &SafeText) -> Markup {
    html! {
        @if text.as_str().is_empty() { span.quiet { "–" } } @else { bdi { (short(text.as_str(), 200)) } }
    }
}

/// What is known about a package of the entry, with its releases on a time line.
fn versions(at: usize, entry: &SiteEntry, package: &SitePackage) -> Markup {
    let id = format!("versions-{at}");
    let releases = &package.releases;
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) {
                "Versions"
                @if !package.name.as_str().is_empty() { " of " bdi { (short(package.name.as_str(), 120)) } }
            }
            dl.facts {
                div { dt { "Declared" } dd { (or_dash(&entry.declared)) } }
                div { dt { "Newest" } dd {
                    @match &package.newest {
                        Some(newest) => { bdi { (newest) } }
                        None => { span.quiet { "not known" } }
                    }
                } }
                @if let Some(day) = package.newest_date {
                    div { dt { "Released" } dd { (day) } }
                }
                div { dt { "Result" } dd { (package.status) } }
            }
            @if let Some(picture) = time_line::picture(releases) {
                figure.wide {
                    div.picture role="img" aria-label=(spoken(releases)) { (picture) }
                    figcaption { (spoken(releases)) }
                }
            }
        }
    }
}

/// A time line in words.
fn spoken(releases: &super::model::ReleaseDates) -> String {
    let mut words = Vec::new();
    for (word, release) in [("declared", &releases.declared), ("newest", &releases.newest)] {
        if let Some((version, day)) = release {
            words.push(format!("{word} {version} of {day}"));
        }
    }
    if releases.between > 0 {
        words.push(format!("{} between them", pluralize(releases.between, "release")));
    }
    words.push(format!(
        "{} with a release",
        pluralize(releases.days.len(), "day")
    ));
    words.join("; ")
}

fn symbol_section(at: usize, symbols: &SiteSymbols, files: &ShownFiles<'_>) -> Markup {
    let id = format!("symbols-{at}");
    let is_open = |row: &&SymbolRow| row.worst() == Some(SymbolState::Missing);
    let (missing, others): (Vec<&SymbolRow>, Vec<&SymbolRow>) = symbols.rows.iter().partition(is_open);
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { "Symbols" }
            p {
                (prose(&symbols.verdict)) ". "
                (symbols.decided) " of " (pluralize(symbols.total, "symbol")) " decided."
            }
            @for reason in &symbols.not_read { p.quiet { (reason) } }
            @if !missing.is_empty() {
                h3 { (pluralize(missing.len(), "symbol")) " missing" }
                (symbol_table(symbols, &missing, files))
            }
            @if !others.is_empty() {
                details {
                    summary { (pluralize(others.len(), "symbol")) " found or not decided" }
                    (symbol_table(symbols, &others, files))
                }
            }
        }
    }
}

fn symbol_table(symbols: &SiteSymbols, rows: &[&SymbolRow], files: &ShownFiles<'_>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Table of symbols" {
            table {
                thead { tr {
                    th scope="col" { "Symbol" }
                    @for version in [&symbols.declared, &symbols.newest].into_iter().flatten() {
                        th scope="col" { "In " bdi { (short(version.as_str(), 40)) } }
                    }
                    th scope="col" { "Lines" }
                } }
                tbody {
                    @for row in rows.iter().take(MAX_SYMBOLS) {
                        tr {
                            th.symbol scope="row" { code { (short(row.symbol.as_str(), 200)) } }
                            @if symbols.declared.is_some() { (symbol_state(row.declared)) }
                            @if symbols.newest.is_some() { (symbol_state(row.newest)) }
                            td { (places(row, files)) }
                        }
                    }
                }
            }
        }
        @if rows.len() > MAX_SYMBOLS {
            p.quiet { (rows.len() - MAX_SYMBOLS) " more are not shown." }
        }
    }
}

fn symbol_state(state: Option<SymbolState>) -> Markup {
    html! {
        td {
            @match state {
                None => { span.quiet { "–" } }
                Some(SymbolState::Found) => { span.state.good { "found" } }
                Some(SymbolState::Missing) => { span.state.bad { "missing" } }
                Some(SymbolState::Undecided(why)) => { span.quiet { "not decided" span.reason { ": " (why) } } }
            }
        }
    }
}

fn places(row: &SymbolRow, files: &ShownFiles<'_>) -> Markup {
    html! {
        @for (file, line) in row.lines.iter().take(MAX_PLACES) {
            @match files.id(*file, *line) {
                Some(id) => { a href={ "#" (id) } { (line) } }
                None => { (line) }
            }
            " "
        }
        @if row.lines.len() > MAX_PLACES {
            span.quiet { "and " (row.lines.len() - MAX_PLACES) " more" }
        }
    }
}

fn finding_section(findings: &[Finding<'_>], files: &ShownFiles<'_>) -> Markup {
    html! {
        section aria-labelledby="findings" {
            h2 #findings { "Findings" }
            @if findings.is_empty() { p { "None." } }
            ul.findings {
                @for finding in findings.iter().take(MAX_LISTED) { (finding_item(finding, files)) }
            }
            @if findings.len() > MAX_LISTED {
                p.quiet { (findings.len() - MAX_LISTED) " more are not shown." }
            }
        }
    }
}

fn finding_item(finding: &Finding<'_>, files: &ShownFiles<'_>) -> Markup {
    let word = finding.severity.as_str();
    let start = finding.place.start(ColumnUnit::Chars);
    let place = format!("line {}", start.line);
    let id = files.number(finding).and_then(|file| files.id(file, start.line));
    html! {
        li {
            span class={ "tag " (word) } { (word) } " "
            @match id {
                Some(id) => { a href={ "#" (id) } { (place) } }
                None => { span.quiet { (place) } }
            }
            " " (prose(&finding.message)) " "
            code.quiet title=(RulePage::for_rule(finding.rule).title) { (finding.rule.id) }
        }
    }
}
