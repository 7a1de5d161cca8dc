//! Characters that readers do not see but models read.

use crate::diagnostic::Severity;
use crate::document::{AllowedChanges, Document, Structure};
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::safety::invisible::{self, HiddenKind, HiddenRun};
use crate::text::line_around;

/// The rule; see its page.
pub static RULE: Rule = rule!("hidden-text", Check::Document(check))
    .with(&[Property::NeverCausedByFix, Property::ChecksAttachments]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let (marks, runs): (Vec<HiddenRun>, Vec<HiddenRun>) = invisible::find(&document.text)
        .into_iter()
        .partition(|run| run.kind == HiddenKind::DirectionMark);
    // Characters of one kind on one line are one finding, because they are often spread between letters.
    let mut lines: Vec<(usize, Vec<HiddenRun>)> = Vec::new();
    for run in runs {
        let line = document.lines().line(run.span.start);
        let same = lines
            .iter_mut()
            .rev()
            .take(HiddenKind::KINDS)
            .find(|(at, runs)| *at == line && runs.first().is_some_and(|first| first.kind == run.kind));
        match same {
            Some((_, runs)) => runs.push(run),
            None => lines.push((line, vec![run])),
        }
    }
    // A generator writes a mark before each name of a page, or none.
    lines.push((0, marks));
    let mut removable = RemovalCheck::new(document);
    for (_, runs) in lines {
        let Some(first) = runs.first() else { continue };
        let count: usize = runs.iter().map(|run| run.count).sum();
        let edits: Vec<Edit> = runs
            .iter()
            .map(|run| Edit {
                span: run.span,
                // Keep a space so that the words stay separate.
                text: if run.kind == HiddenKind::Space { " " } else { "" }.to_owned(),
            })
            .collect();
        let is_harmless = document.is_plain_skill() && is_harmless(document, &runs);
        let is_mild = first.kind == HiddenKind::DirectionMark || is_harmless;
        let is_shown = is_harmless && first.kind == HiddenKind::ZeroWidth && is_explained(document, first);
        let says = runs.iter().find_map(|run| run.decoded.as_deref());
        let mut report = sink.report(first.span, message(first.kind, count, says));
        if is_mild {
            report = report.severity(Severity::Warning);
        }
        if is_shown {
            report
                .severity(Severity::Note)
                .help("write it as an escape, such as `U+200B`, so that readers see it");
        } else if document.is_attachment() {
            report.help(help(first.kind));
        } else if removable.is(&edits) {
            report.help(help(first.kind)).fix(title(first.kind, count), edits);
        } else {
            report.help(format!(
                "{}; removing it changes the Markdown around it, so edit it by hand",
                help(first.kind)
            ));
        }
    }
}

/// Whether the characters of one line are harmless: a single one without a text, or control characters that start no
/// escape sequence. These are left over from other encodings.
fn is_harmless(document: &Document, runs: &[HiddenRun]) -> bool {
    let count: usize = runs.iter().map(|run| run.count).sum();
    runs.iter().all(|run| match run.kind {
        HiddenKind::ZeroWidth => count == 1 && run.decoded.is_none(),
        HiddenKind::Control => {
            let characters = document.slice(run.span);
            let rest = document.text.get(run.span.end as usize..).unwrap_or_default();
            let ends_word = rest.is_empty() || rest.starts_with(char::is_whitespace);
            // Backspace, delete, and the controls of one character that terminals know.
            !characters.contains(['\u{8}', '\u{7f}'])
                && !characters.contains(|c| ('\u{80}'..='\u{9f}').contains(&c))
                && (!characters.contains('\u{1b}') || ends_word)
        }
        _ => false,
    })
}

/// Whether the line of a character speaks of such characters, so that it is shown on purpose.
fn is_explained(document: &Document, run: &HiddenRun) -> bool {
    let line = line_around(&document.text, run.span.start as usize);
    let line = line.slice(&document.text).to_lowercase();
    ["zero-width", "zero width", "invisible"]
        .iter()
        .any(|words| line.contains(words))
}

/// Checks whether characters can be removed without making code, a comment, a link or a field of the text around them.
struct RemovalCheck<'a> {
    document: &'a Document,
    structure: Option<Structure>,
    /// How many more bytes may be parsed for this check. A crafted file over the limit gets no fixes.
    left: usize,
}

impl<'a> RemovalCheck<'a> {
    /// The maximum number of bytes: parsing them takes about half a second.
    const MAX_PARSED_BYTES: usize = 32 << 20;

    fn new(document: &'a Document) -> Self {
        Self {
            document,
            structure: None,
            left: Self::MAX_PARSED_BYTES,
        }
    }

    fn is(&mut self, edits: &[Edit]) -> bool {
        let Some(left) = self.left.checked_sub(self.document.text.len()) else {
            return false;
        };
        self.left = left;
        let document = self.document;
        self.structure
            .get_or_insert_with(|| Structure::from_document(document))
            .is_preserved_by(document, edits, AllowedChanges::default())
    }
}

fn title(kind: HiddenKind, count: usize) -> &'static str {
    match (kind, count) {
        (HiddenKind::Space, _) => "use plain spaces",
        (_, 1) => "remove it",
        _ => "remove them",
    }
}

fn message(kind: HiddenKind, count: usize, says: Option<&str>) -> String {
    let (one, many, why) = match kind {
        HiddenKind::Bidi => (
            "a bidirectional control",
            "bidirectional controls",
            ": the text is not displayed in the order in which it is read",
        ),
        HiddenKind::Tag => ("an invisible tag character", "invisible tag characters", ""),
        HiddenKind::Selector => (
            "a variation selector after a character that has no variants",
            "variation selectors without effect",
            "",
        ),
        HiddenKind::ZeroWidth => ("an invisible character", "invisible characters", ""),
        HiddenKind::DirectionMark => (
            "an invisible left-to-right mark",
            "invisible left-to-right marks",
            ", in text from left to right",
        ),
        HiddenKind::Control => (
            "a control character",
            "control characters",
            ", which a terminal executes",
        ),
        HiddenKind::Space => (
            "a space of unusual width",
            "spaces of different widths",
            ", which can carry a text",
        ),
    };
    match (count, says) {
        (1, _) => format!("{one}{why}"),
        (_, Some(says)) => format!("{count} {many} that say \"{says}\""),
        (_, None) => format!("{count} {many}{why}"),
    }
}

fn help(kind: HiddenKind) -> &'static str {
    match kind {
        HiddenKind::Bidi => "remove it; only right-to-left text needs controls, and they must be closed",
        HiddenKind::Tag | HiddenKind::Selector => "readers do not see them, but models read them",
        HiddenKind::DirectionMark => {
            "only text beside right-to-left letters needs it, and it is copied together with code"
        }
        HiddenKind::ZeroWidth => "no script and no emoji needs it here",
        HiddenKind::Space => "use plain spaces, or one width only",
        HiddenKind::Control => "write it as an escape, such as `\\x1b`, if it is meant to be read",
    }
}
