//! The text format: `level[rule]`, the message, the location, the source line with carets, and the help.

use super::family::{FindingFamilies, families};
use super::finding::Finding;
use super::{RenderOptions, Reporter, Run};
use crate::diagnostic::{Applicability, Severity};
use crate::document::Document;
use crate::safe_text::{SafeSource, SafeText};
use crate::text::{ColumnUnit, Span};
use annotate_snippets::renderer::{DEFAULT_TERM_WIDTH, DecorStyle};
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use std::io::{self, Write};
use std::ops::Range;

/// Lines longer than this, in bytes, are shortened before rendering. Shorter ones are fitted to the terminal by the
/// renderer.
const MAX_LINE: usize = 2_000;
/// Locations at most this many lines apart are shown in one excerpt, with the lines between them folded.
const MAX_MARK_GAP: usize = 200;

/// The text reporter.
#[derive(Debug)]
pub struct TextReporter {
    /// Colours, width and limits.
    pub look: RenderOptions,
}

impl TextReporter {
    /// Write the findings without the summary.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn findings(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let renderer = if self.look.colour {
            // The colours of carets and headings are those of the crate: `Renderer::error` and the like change them.
            Renderer::styled()
        } else {
            Renderer::plain()
        }
        .decor_style(DecorStyle::Ascii)
        .term_width(
            self.look
                .width
                .unwrap_or(DEFAULT_TERM_WIDTH)
                .max(DEFAULT_TERM_WIDTH),
        );
        let most = self.look.most.unwrap_or(usize::MAX);
        let families = if self.look.verbose {
            FindingFamilies::default()
        } else {
            families(run)
        };
        let shown = run
            .findings()
            .enumerate()
            .filter(|(at, _)| !families.folded.contains(at));
        for (at, finding) in shown.take(most) {
            writeln!(out, "{}\n", render(&renderer, &finding, families.notes.get(&at)))?;
        }
        let whole = run.diagnostics.len() - families.folded.len();
        match whole.saturating_sub(most) {
            0 => Ok(()),
            more => writeln!(out, "{more} more not shown (--max-findings {most})\n"),
        }
    }
}

impl Reporter for TextReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.findings(run, out)?;
        if self.look.verbose {
            for skipped in &run.summary.skipped {
                writeln!(
                    out,
                    "skipped {}: {}",
                    crate::safe_text::escape(&skipped.path),
                    skipped.reason
                )?;
            }
        }
        writeln!(out, "{}", summary(run))
    }
}

/// One finding.
fn render(renderer: &Renderer, finding: &Finding<'_>, family: Option<&SafeText>) -> String {
    let title = level(finding.severity)
        .primary_title(finding.message.as_str())
        .id(finding.rule.id);
    let mut elements: Vec<Element<'_>> = Vec::new();
    let excerpts = excerpts(finding);
    for excerpt in &excerpts {
        // The columns of a shortened line are wrong, so the position is not computed from the excerpt.
        if let Some((line, column)) = excerpt.said {
            elements.push(Origin::path(excerpt.path).line(line).char_column(column).into());
        }
        elements.push(excerpt.snippet().into());
    }
    if excerpts.is_empty() {
        elements.push(Origin::path(finding.place.opened.as_str()).into());
    }
    if let Some(help) = &finding.help {
        elements.push(Level::HELP.message(help.as_str()).into());
    }
    if let Some(fix) = &finding.fix {
        let how = match fix.safety {
            Applicability::Safe => "--fix",
            Applicability::Unsafe => "--fix --unsafe-fixes",
        };
        elements.push(Level::NOTE.message(format!("`{how}` can {}", fix.title)).into());
    }
    if let Some(family) = family {
        elements.push(Level::NOTE.message(family.as_str()).into());
    }
    let group: Group<'_> = title.elements(elements);
    let rendered = renderer.render(&[group]);
    rendered.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The locations of a finding as excerpts: the file of the finding first, and nearby locations together.
fn excerpts<'a>(finding: &'a Finding<'_>) -> Vec<SourceExcerpt<'a>> {
    let primary = (&finding.place, AnnotationKind::Primary, finding.label.as_ref());
    let related = finding
        .related
        .iter()
        .map(|(place, why)| (place, AnnotationKind::Context, Some(why)));
    let mut excerpts: Vec<SourceExcerpt<'a>> = Vec::new();
    for (place, kind, label) in std::iter::once(primary).chain(related) {
        let Some(document) = place.document else { continue };
        let lines = document.lines();
        let line = lines.line(place.span.start);
        let mark = Mark {
            span: place.span,
            kind,
            label: label.map(SafeText::as_str),
        };
        let long = lines.line_span(&document.text, line).len() > MAX_LINE;
        let near = excerpts.iter_mut().find(|e| {
            e.path == place.opened.as_str()
                && e.said.is_none()
                && !long
                && e.first <= line + MAX_MARK_GAP
                && line <= e.last + MAX_MARK_GAP
        });
        if let Some(excerpt) = near {
            excerpt.first = excerpt.first.min(line);
            excerpt.last = excerpt.last.max(line);
            excerpt.marks.push(mark);
            continue;
        }
        let said = long.then(|| (line, place.start(ColumnUnit::Chars).column));
        let path = place.opened.as_str();
        excerpts.push(SourceExcerpt {
            document,
            path,
            first: line,
            last: line,
            said,
            marks: vec![mark],
            shown: String::new(),
            spans: Vec::new(),
        });
    }
    excerpts.iter_mut().for_each(SourceExcerpt::prepare);
    excerpts
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// Some lines of a file, with annotations.
struct SourceExcerpt<'a> {
    document: &'a Document,
    path: &'a str,
    first: usize,
    last: usize,
    /// The line and column of a location in a shortened line.
    said: Option<(usize, usize)>,
    marks: Vec<Mark<'a>>,
    shown: String,
    spans: Vec<Range<usize>>,
}

struct Mark<'a> {
    span: Span,
    kind: AnnotationKind,
    label: Option<&'a str>,
}

impl<'a> SourceExcerpt<'a> {
    /// Make the lines safe, shorten long ones, and map the annotations.
    fn prepare(&mut self) {
        let (text, lines) = (&self.document.text, self.document.lines());
        let start = lines.line_span(text, self.first).start as usize;
        let end = lines.line_span(text, self.last).end as usize;
        let within = |span: Span| {
            let line = lines.line_span(text, lines.line(span.start));
            let from = (span.start.clamp(line.start, line.end)) as usize;
            from..(span.end.clamp(line.start, line.end)) as usize
        };
        let window = match self.said {
            Some(_) => self
                .marks
                .first()
                .map_or(start..end, |mark| window(text, start..end, within(mark.span))),
            None => start..end,
        };
        let source = SafeSource::new(
            self.document
                .masked_text()
                .get(window.clone())
                .unwrap_or_default(),
        );
        let before = if window.start > start { "..." } else { "" };
        let after = if window.end < end { "..." } else { "" };
        let at = |byte: usize| before.len() + source.map(byte.clamp(window.start, window.end) - window.start);
        self.spans = self
            .marks
            .iter()
            .map(|mark| within(mark.span))
            .map(|s| at(s.start)..at(s.end))
            .collect();
        self.shown = format!("{before}{}{after}", source.text());
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let annotations = self
            .marks
            .iter()
            .zip(&self.spans)
            .map(|(mark, span)| mark.kind.span(span.clone()).label(mark.label));
        let path = self.said.is_none().then_some(self.path);
        Snippet::source(self.shown.as_str())
            .line_start(self.first)
            .path(path)
            .annotations(annotations)
    }
}

/// The part of a long line to show around a location.
fn window(text: &str, line: Range<usize>, place: Range<usize>) -> Range<usize> {
    let from = text.floor_char_boundary(place.start.saturating_sub(MAX_LINE / 4).max(line.start));
    from..text.floor_char_boundary((from + MAX_LINE / 2).min(line.end))
}

/// The last line: findings, documents, blocks, packages, seconds.
pub(super) fn summary(run: &Run<'_>) -> String {
    let counted = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let counts = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Note, "note", "notes"),
    ]
    .into_iter()
    .map(|(severity, one, many)| (run.count(severity), one, many))
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| counted(n, one, many))
    .collect::<Vec<_>>();
    let found = if counts.is_empty() {
        "no findings".to_owned()
    } else {
        counts.join(", ")
    };
    let s = &run.summary;
    let fixed = match s.fixed {
        0 => String::new(),
        n => format!("{n} fixed; "),
    };
    let mut line = format!(
        "{fixed}{found} in {} with {}",
        counted(s.documents, "document", "documents"),
        counted(s.code_blocks, "code block", "code blocks"),
    );
    let p = &s.packages;
    if p.checked + p.cached + p.unknown > 0 {
        line.push_str(&format!(
            "; packages: {} checked, {} cached, {} not checked",
            p.checked, p.cached, p.unknown
        ));
    }
    let suppressed = s.suppressed.phrases();
    if !suppressed.is_empty() {
        line.push_str(&format!("; suppressed: {}", suppressed.join(", ")));
    }
    let not_checked = s.not_checked.phrases();
    if !not_checked.is_empty() {
        line.push_str(&format!("; not checked: {}", not_checked.join("; ")));
    }
    line.push_str(&format!(" ({:.2} s)", s.elapsed.as_secs_f64()));
    crate::safe_text::escape(&line).into_owned()
}
