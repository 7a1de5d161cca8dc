//! The text format: `level[rule]`, the message, the location, the source line with carets, and the help.

use super::family::{FamilyNote, FindingFamilies, families};
use super::finding::{Finding, FindingLocation};
use super::rule_counts::count_by_rule;
use super::{RenderOptions, Reporter, Run, text_summary, urgency};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::document::Document;
use crate::safe_text::{SafeSource, SafeText};
use crate::text::{ColumnUnit, Span};
use annotate_snippets::renderer::{DEFAULT_LINE_NUM_STYLE, DEFAULT_TERM_WIDTH, DecorStyle};
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use anstyle::Style;
use std::io::{self, Write};
use std::ops::{Range, RangeInclusive};

/// Lines longer than this, in bytes, are shortened before rendering. Shorter ones are fitted to the terminal by the
/// renderer.
const MAX_LINE: usize = 2_000;
/// Narrower terminals wrap lines, because an excerpt with fewer columns shows nothing.
const MIN_WIDTH: usize = 60;
/// The lines of a screen when the output is not a terminal, so that the same run has the same report everywhere.
const DEFAULT_SCREEN: usize = 50;
/// Locations at most this many lines apart are shown in one excerpt, with the lines between them folded.
const MAX_MARK_GAP: usize = 200;

/// The text reporter.
#[derive(Debug)]
pub struct TextReporter {
    /// Colours, width and limits.
    pub render: RenderOptions,
}

impl TextReporter {
    /// Write the findings without the summary.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn findings(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.findings_before(run, 0, out)
    }

    /// Write the findings. If they do not fit on a screen together with some more lines, the severe ones are first.
    fn findings_before(&self, run: &Run<'_>, more_lines: usize, out: &mut dyn Write) -> io::Result<()> {
        let renderer = self.renderer();
        let most = self.render.most.unwrap_or(usize::MAX);
        let families = match self.render.verbose {
            true => FindingFamilies::default(),
            false => families(run),
        };
        let mut shown: Vec<usize> = (0..run.diagnostics.len())
            .filter(|at| !families.folded.contains(at))
            .collect();
        let one = |at: usize| {
            let diagnostic = run.diagnostics.get(at)?;
            let finding = Finding::new(run, diagnostic);
            let note = families.notes.get(&at);
            let places = note.map(|note| self.places(run, note)).unwrap_or_default();
            Some(render(&renderer, &finding, note) + &places)
        };
        let screen = self.render.height.unwrap_or(DEFAULT_SCREEN);
        let mut lines = more_lines;
        let mut fits = shown.len() <= most;
        // Each has two lines and an empty one at least, so that little is written twice.
        for text in shown.iter().take(screen / 3 + 1).filter_map(|at| one(*at)) {
            lines += text.lines().count() + 1;
            fits &= lines <= screen;
        }
        if !fits {
            shown.sort_by_key(|at| run.diagnostics.get(*at).map(urgency));
        }
        for text in shown.iter().take(most).filter_map(|at| one(*at)) {
            writeln!(out, "{text}\n")?;
        }
        let left = shown.get(most..).unwrap_or_default();
        let behind = left.iter().map(|at| {
            let count = run.diagnostics.get(*at).map_or(1, Diagnostic::count);
            count + families.notes.get(at).map_or(0, |note| note.folded)
        });
        match behind.sum::<usize>() {
            0 => Ok(()),
            more => writeln!(out, "{more} more not shown (--max-findings {most})\n"),
        }
    }

    fn renderer(&self) -> Renderer {
        // The colours of carets and headings are those of the crate: `Renderer::error` and the like change them.
        let renderer = match self.render.colour {
            true => Renderer::styled(),
            false => Renderer::plain(),
        };
        let width = self.render.width.unwrap_or(DEFAULT_TERM_WIDTH).max(MIN_WIDTH);
        renderer.decor_style(DecorStyle::Ascii).term_width(width)
    }

    /// Lines with the locations of findings that are not shown.
    fn places(&self, run: &Run<'_>, note: &FamilyNote) -> String {
        let arrow = match self.render.colour {
            true => DEFAULT_LINE_NUM_STYLE,
            false => Style::new(),
        };
        let mut lines = String::new();
        for diagnostic in note.places.iter().filter_map(|at| run.diagnostics.get(*at)) {
            let place = FindingLocation::new(run, &diagnostic.path, diagnostic.span);
            let start = place.start(ColumnUnit::Chars);
            let path = place.opened.as_str();
            lines.push_str(&format!(
                "\n      {arrow}-->{arrow:#} {path}:{}:{}",
                start.line, start.column
            ));
        }
        let more = note.folded - note.places.len();
        if more > 0 && !note.places.is_empty() {
            lines.push_str(&format!("\n      {arrow}...{arrow:#} {more} more"));
        }
        lines
    }
}

impl Reporter for TextReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut end = String::new();
        if self.render.verbose {
            for skipped in &run.summary.skipped {
                let path = crate::safe_text::escape(&skipped.path);
                end.push_str(&format!(
                    "skipped {path}: {}\n",
                    crate::safe_text::escape(&skipped.why())
                ));
            }
            for line in run.summary.symbols.lines() {
                end.push_str(&format!("{}\n", crate::safe_text::escape(&line)));
            }
        }
        if !self.render.quiet {
            let counts = count_by_rule(run);
            end.push_str(&text_summary::by_rule(&counts, &self.render));
            end.push_str(&text_summary::lines(run, &counts, &self.render));
        }
        self.findings_before(run, end.lines().count(), out)?;
        out.write_all(end.as_bytes())
    }
}

/// One finding.
fn render(renderer: &Renderer, finding: &Finding<'_>, family: Option<&FamilyNote>) -> String {
    let title = level(finding.severity)
        .primary_title(finding.message.as_str())
        .id(finding.rule.id);
    let mut elements: Vec<Element<'_>> = Vec::new();
    let excerpts = excerpts(finding);
    for excerpt in &excerpts {
        // The columns of a shortened line are wrong, so the position is not computed from the excerpt.
        if let Some((line, column)) = excerpt.position {
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
        elements.push(Level::NOTE.message(family.text.as_str()).into());
    }
    let group: Group<'_> = title.elements(elements);
    let rendered = renderer.render(&[group]);
    rendered.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The lines that are shown of the files of a finding, by path.
pub(super) fn shown_lines(finding: &Finding<'_>) -> Vec<(SafeText, RangeInclusive<usize>)> {
    let excerpts = excerpts(finding).into_iter();
    excerpts
        .map(|excerpt| (SafeText::new(excerpt.path), excerpt.first..=excerpt.last))
        .collect()
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
                && e.position.is_none()
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
        let position = long.then(|| (line, place.start(ColumnUnit::Chars).column));
        let path = place.opened.as_str();
        excerpts.push(SourceExcerpt {
            document,
            path,
            first: line,
            last: line,
            position,
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
    position: Option<(usize, usize)>,
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
        let window = match self.position {
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
        let path = self.position.is_none().then_some(self.path);
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
