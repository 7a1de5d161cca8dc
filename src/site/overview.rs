//! The overview: numbers, what to do first, charts and the table of all entries.

use super::charts::{self, Chart};
use super::model::{EntryState, Site};
use super::page::{self, Page, in_address, short};
use super::{names, raw, table};
use crate::diagnostic::Severity;
use crate::report::finding::Finding;
use crate::report::{Run, pluralize};
use crate::text::ColumnUnit;
use maud::{Markup, html};

/// The most findings outside of entries that are listed; all are counted.
const MAX_OUTSIDE: usize = 100;

/// The page.
pub fn page(site: &Site, run: &Run<'_>, by_entry: &[Vec<Finding<'_>>], outside: &[Finding<'_>]) -> String {
    let title = short(site.title.as_str(), 120);
    let page = Page {
        title: &title,
        up: "",
        has_script: true,
    };
    let main = html! {
        h1 { bdi { (short(site.title.as_str(), 200)) } }
        (numbers(site, run))
        (first(site, run))
        section aria-labelledby="charts" {
            h2 #charts { "Charts" }
            div.charts {
                @for (at, chart) in charts::all(site, by_entry, outside).iter().enumerate() { (figure(at, chart)) }
            }
        }
        (others(outside))
        (not_checked(site))
        (entries(site, by_entry))
    };
    page.render(site, &main)
}

/// A share in percent, rounded down so that only all of it is 100.
fn percent(part: usize, whole: usize) -> String {
    match whole {
        0 => "–".to_owned(),
        whole => format!("{} %", part * 100 / whole),
    }
}

fn numbers(site: &Site, run: &Run<'_>) -> Markup {
    let fresh = site.count(&[EntryState::Fresh]);
    let compared = fresh + site.behind() + site.count(&[EntryState::NoRelease]);
    let decided: usize = site.symbols().map(|symbols| symbols.decided).sum();
    let total: usize = site.symbols().map(|symbols| symbols.total).sum();
    let findings: usize = run
        .diagnostics
        .iter()
        .map(crate::diagnostic::Diagnostic::count)
        .sum();
    let severities = [Severity::Error, Severity::Warning, Severity::Note]
        .map(|severity| pluralize(run.count(severity), severity.as_str()));
    html! {
        dl.numbers {
            (number("Entries", &site.entries.len().to_string(), &pluralize(run.summary.code_blocks, "code block")))
            (number("Fresh", &percent(fresh, compared), &format!("{fresh} of {compared} that could be compared")))
            (number("Behind", &site.behind().to_string(), &format!("{} safe to raise", site.count(&[EntryState::Safe]))))
            (number("Findings", &findings.to_string(), &severities.join(", ")))
            (number("Symbols decided", &percent(decided, total), &match total {
                0 => "not checked".to_owned(),
                total => format!("{decided} of {total}, in {}", page::entries(site.symbols().count())),
            }))
        }
    }
}

fn number(label: &str, value: &str, more: &str) -> Markup {
    html! {
        div { dt { (label) } dd { strong { (value) } span { (more) } } }
    }
}

/// What to do first, with links to the entries.
fn first(site: &Site, run: &Run<'_>) -> Markup {
    let states = [
        (
            EntryState::Wrong,
            "use symbols that their own release does not have: correct the code",
        ),
        (
            EntryState::NoRelease,
            "declare a version or a package that does not exist: correct the front matter",
        ),
        (
            EntryState::Breaks,
            "use symbols that the newest release no longer has: change the code, then raise the version",
        ),
        (
            EntryState::Safe,
            "can be raised: the newest release has every decided symbol",
        ),
        (
            EntryState::Behind,
            "are behind, and nothing was decided about their code: check the text against the newest release",
        ),
    ];
    let rows: Vec<(EntryState, usize, &str)> = states
        .into_iter()
        .map(|(state, what)| (state, site.count(&[state]), what))
        .filter(|(_, count, _)| *count > 0)
        .collect();
    let errors = run.count(Severity::Error);
    html! {
        section.todo aria-labelledby="first" {
            h2 #first { "What to do first" }
            @if rows.is_empty() && errors == 0 { p { "Nothing: no entry is behind and there is no error." } }
            ul {
                @if errors > 0 {
                    li { a href="#severity=error" { (pluralize(errors, "error")) } " to fix." }
                }
                @for (state, count, what) in rows {
                    li {
                        a href={ "#state=" (state.id()) } {
                            (count) @if count == 1 { " entry" } @else { " entries" }
                        }
                        ": " (what) "."
                    }
                }
            }
        }
    }
}

fn figure(at: usize, chart: &Chart) -> Markup {
    let id = format!("chart-{at}");
    html! {
        figure aria-labelledby=(id) {
            h3 id=(id) { (chart.title) }
            div.picture role="img" aria-label=(chart.summary) { (chart.picture) }
            details {
                summary { "Numbers" }
                table {
                    thead { tr { th scope="col" { (chart.columns[0]) } th.number scope="col" { (chart.columns[1]) } } }
                    tbody {
                        @for row in &chart.rows {
                            tr {
                                th scope="row" {
                                    span class={ "key " (row.ink.class()) } {}
                                    @match &row.filter {
                                        Some((key, value)) => {
                                            a href={ "#" (key) "=" (in_address(value)) } {
                                                bdi { (short(row.label.as_str(), 80)) }
                                            }
                                        }
                                        None => { (row.label) }
                                    }
                                }
                                td.number { (row.count) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The table, which the script fills from the data.
fn entries(site: &Site, by_entry: &[Vec<Finding<'_>>]) -> Markup {
    html! {
        section aria-labelledby="entries" {
            h2 #entries tabindex="-1" { "Entries" }
            noscript {
                p { "The table needs a script. " a href=(names::LIST) { "All entries without a script" } "." }
            }
            form #filters role="search" aria-label="Filter the entries" hidden {
                label { "Search" input #q type="search" placeholder="path, package or version" autocomplete="off" spellcheck="false"; }
                label { "State" select #state { option value="" { "any" } } }
                label { "Author" select #author { option value="" { "any" } } }
                label { "Rule" select #rule { option value="" { "any" } } }
                label { "Severity" select #severity {
                    option value="" { "any" }
                    option value="error" { "errors" }
                    option value="warning" { "warnings" }
                    option value="note" { "notes" }
                } }
                button #clear type="button" { "Clear" }
            }
            p #count role="status" {}
            div #scroll .scroll tabindex="0" role="region" aria-label="Table of entries" hidden {
                table #table .entries {
                    thead { tr {} }
                    tbody {}
                }
            }
            button #more type="button" hidden { "Show more" }
            script #data type="application/json" { (raw::data(&table::data(site, by_entry))) }
        }
    }
}

/// Findings outside of entries: in the config, registries and other files.
fn others(outside: &[Finding<'_>]) -> Markup {
    html! {
        @if !outside.is_empty() {
            section aria-labelledby="outside" {
                h2 #outside { "Findings outside of entries" }
                ul.findings {
                    @for finding in outside.iter().take(MAX_OUTSIDE) {
                        @let word = finding.severity.as_str();
                        li {
                            span class={ "tag " (word) } { (word) } " "
                            bdi.path { (short(finding.place.path.as_str(), 300)) ":" (finding.place.start(ColumnUnit::Chars).line) } " "
                            (page::prose(&finding.message)) " " code.quiet { (finding.rule.id) }
                        }
                    }
                }
                @if outside.len() > MAX_OUTSIDE {
                    p.quiet { (outside.len() - MAX_OUTSIDE) " more are not shown." }
                }
            }
        }
    }
}

/// What the numbers leave out.
fn not_checked(site: &Site) -> Markup {
    html! {
        @if !site.not_checked.is_empty() || !site.suppressed.is_empty() {
            section aria-labelledby="left-out" {
                h2 #left-out { "Not checked" }
                ul {
                    @for phrase in &site.not_checked { li { (page::prose(phrase)) } }
                    @for phrase in &site.suppressed { li { "findings suppressed: " (phrase) } }
                }
            }
        }
    }
}
