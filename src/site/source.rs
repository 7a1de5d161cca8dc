//! The source of a file, line by line, with the findings below their lines.

use super::page::prose;
use crate::document::Document;
use crate::report::finding::Finding;
use crate::safe_text::SafeSource;
use crate::text::ColumnUnit;
use maud::{Markup, html};
use std::ops::Range;

/// The most lines of a file that are shown.
const MAX_LINES: usize = 6_000;
/// The longest part of a line that is shown, in bytes.
const MAX_LINE: usize = 2_000;
/// The most findings that are shown in one file.
const MAX_FINDINGS: usize = 400;

/// The id of a line in a page. Each file of an entry has a number.
pub fn line_id(file: usize, line: usize) -> String {
    match file {
        0 => format!("L{line}"),
        file => format!("F{file}L{line}"),
    }
}

/// Whether a page shows a line, so that it can be linked to.
pub fn is_shown(line: usize) -> bool {
    line <= MAX_LINES
}

/// A file with the findings in it.
pub fn source(document: &Document, file: usize, findings: &[&Finding<'_>]) -> Markup {
    let lines = document.lines();
    let count = lines.count();
    let shown = count.min(MAX_LINES);
    let mut next = findings
        .iter()
        .take(MAX_FINDINGS)
        .map(|finding| (finding.place.start(ColumnUnit::Chars).line, *finding))
        .peekable();
    html! {
        div.source translate="no" {
            @for number in 1..=shown {
                @let here = std::iter::from_fn(|| next.next_if(|(line, _)| *line == number)).map(|(_, one)| one).collect::<Vec<_>>();
                (line(document, file, number, &here))
                @for finding in &here { (note(finding)) }
            }
        }
        @if count > shown {
            p.quiet { (count - shown) " more lines are not shown." }
        }
        @if findings.len() > MAX_FINDINGS {
            p.quiet { (findings.len() - MAX_FINDINGS) " more findings are not shown." }
        }
    }
}

/// One line, with marks at the findings.
fn line(document: &Document, file: usize, number: usize, findings: &[&Finding<'_>]) -> Markup {
    let whole = document.lines().line_span(&document.text, number).range();
    let text = document.masked_text();
    let end = text.floor_char_boundary(whole.end.min(whole.start + MAX_LINE));
    let shown = whole.start..end;
    let safe = SafeSource::new(text.get(shown.clone()).unwrap_or_default());
    let marks = marks(document, findings, &shown, &safe);
    let part = |from: usize, to: usize| safe.text().get(from..to).unwrap_or_default();
    let before = std::iter::once(0).chain(marks.iter().map(|mark| mark.end));
    let last = marks.last().map_or(0, |mark| mark.end);
    let id = line_id(file, number);
    html! {
        div.hit[!findings.is_empty()] id=(id) {
            @for (mark, before) in marks.iter().zip(before) {
                (part(before, mark.start))
                mark { (part(mark.start, mark.end)) }
            }
            (part(last, safe.text().len()).trim_end_matches(['\n', '\r']))
            @if end < whole.end {
                span.quiet { " … " (whole.end - end) " more bytes" }
            }
        }
    }
}

/// The parts of the safe text of a line that findings are about, in order and apart.
fn marks(
    document: &Document,
    findings: &[&Finding<'_>],
    shown: &Range<usize>,
    safe: &SafeSource,
) -> Vec<Range<usize>> {
    let mut marks: Vec<Range<usize>> = findings
        .iter()
        .map(|finding| document.first_line(finding.place.span).range())
        .filter(|span| span.start >= shown.start && span.start < shown.end)
        .map(|span| {
            let end = span.end.clamp(span.start, shown.end);
            safe.map(span.start - shown.start)..safe.map(end - shown.start)
        })
        .filter(|mark| !mark.is_empty())
        .collect();
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut end = 0;
    marks.retain(|mark| {
        let is_apart = mark.start >= end;
        if is_apart {
            end = mark.end;
        }
        is_apart
    });
    marks
}

/// A finding below its line.
fn note(finding: &Finding<'_>) -> Markup {
    let word = finding.severity.as_str();
    html! {
        div class={ "note " (word) } {
            p {
                span class={ "tag " (word) } { (word) } " "
                code { (finding.rule.id) } " "
                (prose(&finding.message))
            }
            @if let Some(help) = &finding.help {
                p.help { "Help: " (prose(help)) }
            }
            @if let Some(fix) = &finding.fix {
                p.help { "Fix: " (prose(&fix.title)) }
            }
        }
    }
}
