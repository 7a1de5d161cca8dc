//! For people: level[rule], the sentence, the place, the source line with carets, and what to do.

use super::finding::{Finding, Place};
use super::safe::Source;
use super::{Look, Reporter, Run};
use crate::diagnostic::Severity;
use crate::text::Unit;
use annotate_snippets::renderer::{DEFAULT_TERM_WIDTH, DecorStyle};
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use std::io::{self, Write};
use std::ops::Range;

/// The longest piece of a line that is shown, in bytes: around the span, with a mark where it is cut.
const LONGEST_LINE: usize = 160;

/// The text reporter.
#[derive(Debug)]
pub struct Text {
    /// How it may look.
    pub look: Look,
}

impl Reporter for Text {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let renderer = if self.look.colour { Renderer::styled() } else { Renderer::plain() }
            .decor_style(DecorStyle::Ascii)
            .term_width(self.look.width.unwrap_or(DEFAULT_TERM_WIDTH).max(DEFAULT_TERM_WIDTH));
        for finding in run.findings() {
            writeln!(out, "{}\n", render(&renderer, &finding))?;
        }
        if self.look.verbose {
            for skipped in &run.summary.skipped {
                writeln!(out, "skipped {}: {}", super::safe::text(&skipped.path), skipped.reason)?;
            }
        }
        writeln!(out, "{}", summary(run))
    }
}

/// One finding.
fn render(renderer: &Renderer, finding: &Finding<'_>) -> String {
    let level = level(finding.severity);
    let title = level.primary_title(finding.message.as_str()).id(finding.rule.id);
    let mut elements: Vec<Element<'_>> = Vec::new();
    let mut shown = Vec::new();
    let kind = AnnotationKind::Primary;
    shown.push((&finding.place, kind, finding.label.as_ref().map(super::safe::Safe::as_str)));
    for (place, message) in &finding.related {
        shown.push((place, AnnotationKind::Context, Some(message.as_str())));
    }
    let primary_path = finding.place.path.as_str();
    // One excerpt per line, so that a place far away costs no more than one near by.
    let mut excerpts: Vec<Excerpt<'_>> = Vec::new();
    for (place, kind, label) in shown {
        let Some(line) = Excerpt::new(place) else { continue };
        let line = line.annotated(kind, label);
        match excerpts.iter_mut().find(|e| e.line == line.line && e.path == line.path && e.cut == line.cut) {
            Some(same) => same.annotations.extend(line.annotations),
            None => excerpts.push(line),
        }
    }
    let start = finding.place.start(Unit::Chars);
    elements.push(Origin::path(primary_path).line(start.line).char_column(start.column).into());
    excerpts.sort_by(|a, b| (a.path != primary_path, a.path, a.line).cmp(&(b.path != primary_path, b.path, b.line)));
    let mut path = primary_path;
    for excerpt in &excerpts {
        if excerpt.path != path {
            path = excerpt.path;
            elements.push(Origin::path(path).line(excerpt.line).char_column(excerpt.column).into());
        }
        elements.push(excerpt.snippet().into());
    }
    if let Some(help) = &finding.help {
        elements.push(Level::HELP.message(help.as_str()).into());
    }
    if let Some(fix) = &finding.fix {
        let how = match fix.safety {
            crate::diagnostic::Safety::Safe => "--fix",
            crate::diagnostic::Safety::Unsafe => "--fix --unsafe-fixes",
        };
        elements.push(Level::NOTE.message(format!("`{how}` can {}", fix.title)).into());
    }
    let group: Group<'_> = title.elements(elements);
    let rendered = renderer.render(&[group]);
    rendered.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// One source line, cut and made safe.
struct Excerpt<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    /// Bytes of the line before the part that is shown.
    cut: usize,
    mark: Range<usize>,
    annotations: Vec<(AnnotationKind, Range<usize>, Option<&'a str>)>,
    text: String,
}

impl<'a> Excerpt<'a> {
    fn new(place: &'a Place<'_>) -> Option<Self> {
        let document = place.document?;
        let lines = document.lines();
        let number = lines.line(place.span.start);
        let line = lines.line_span(&document.text, number);
        let raw = line.slice(&document.text);
        let start = (place.span.start.clamp(line.start, line.end) - line.start) as usize;
        let end = (place.span.end.clamp(line.start, line.end) - line.start) as usize;
        let window = window(raw, start, end);
        let source = Source::new(raw.get(window.clone()).unwrap_or_default());
        let before = if window.start > 0 { "..." } else { "" };
        let after = if window.end < raw.len() { "..." } else { "" };
        let at = |offset: usize| before.len() + source.map(offset.clamp(window.start, window.end) - window.start);
        let mark = at(start)..at(end);
        let text = format!("{before}{}{after}", source.text());
        let column = place.start(Unit::Chars).column;
        Some(Self {
            path: place.path.as_str(),
            line: number,
            column,
            cut: window.start,
            mark,
            annotations: Vec::new(),
            text,
        })
    }

    fn annotated(mut self, kind: AnnotationKind, label: Option<&'a str>) -> Self {
        self.annotations.push((kind, self.mark.clone(), label));
        self
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let annotations = self.annotations.iter().map(|(kind, span, label)| {
            // A place at the end of a line still shows one caret.
            let span = if span.is_empty() { span.start..(span.start + 1).min(self.text.len()).max(span.start) } else { span.clone() };
            kind.span(span).label(*label)
        });
        Snippet::source(self.text.as_str()).line_start(self.line).annotations(annotations)
    }
}

/// The part of a line to show.
fn window(line: &str, start: usize, end: usize) -> Range<usize> {
    if line.len() <= LONGEST_LINE {
        return 0..line.len();
    }
    let boundary = |mut at: usize| {
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let width = (end - start).min(LONGEST_LINE * 3 / 4);
    let from = boundary(start.saturating_sub((LONGEST_LINE - width) / 2));
    let to = boundary((from + LONGEST_LINE).min(line.len()));
    from..to
}

/// The last line: findings, documents, blocks, packages, seconds.
fn summary(run: &Run<'_>) -> String {
    let counted = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let counts = [(Severity::Error, "error", "errors"), (Severity::Warning, "warning", "warnings"), (Severity::Note, "note", "notes")]
        .into_iter()
        .map(|(severity, one, many)| (run.count(severity), one, many))
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| counted(n, one, many))
        .collect::<Vec<_>>();
    let found = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let s = &run.summary;
    let mut line = format!(
        "{found} in {} with {}",
        counted(s.documents, "document", "documents"),
        counted(s.code_blocks, "code block", "code blocks"),
    );
    let p = &s.packages;
    if p.checked + p.cached + p.unknown > 0 {
        line.push_str(&format!("; packages: {} checked, {} cached, {} not checked", p.checked, p.cached, p.unknown));
        if !p.reasons.is_empty() {
            let why: Vec<_> = p.reasons.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
            line.push_str(&format!(" ({})", why.join(", ")));
        }
    }
    if !s.unchecked_blocks.is_empty() {
        let why: Vec<_> = s.unchecked_blocks.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
        line.push_str(&format!("; blocks not checked: {}", why.join(", ")));
    }
    if s.hidden > 0 {
        line.push_str(&format!("; {} hidden by allows or the baseline", s.hidden));
    }
    line.push_str(&format!(" ({:.2} s)", s.elapsed.as_secs_f64()));
    super::safe::text(&line).into_owned()
}
