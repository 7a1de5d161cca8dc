//! Fences without a closing fence.

use crate::diagnostic::Severity;
use crate::document::Document;
use crate::document::fences::FaultKind;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("broken-fence", Check::Document(check)).with(&[Property::NeverCausedByFix]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    // Agents read the text of a skill as it is, and not as it is rendered.
    let severity = match document.is_plain_skill() {
        true => Severity::Warning,
        false => Severity::Error,
    };
    for fault in &document.snippets().fences.faults {
        let (message, help, shown) = match fault.kind {
            FaultKind::LostCloser => (
                "this block is not closed before the next one opens",
                "add the closing fence after its code",
                "the next block opens here",
            ),
            FaultKind::NeverClosed => (
                "this block is never closed",
                "add the closing fence after its code",
                "",
            ),
            FaultKind::TextOnCloser => (
                "a closing fence cannot have text after it, so this one does not close the block",
                "move the text to a separate line",
                "the block opens here",
            ),
            FaultKind::LostOpener => (
                "this fence does not close a block, so it opens one",
                "remove it, or add the opening fence before the code",
                "",
            ),
            FaultKind::NestedEqual => (
                "the fences inside this block are as long as its opening fence, so the first closing fence ends it",
                "use a longer fence around it, such as four back-ticks",
                "a fence inside",
            ),
            FaultKind::OutsideItem => (
                "this fence is outside the list item or quote of its block, so it opens a new one",
                "indent it like the opening fence",
                "the block opens here",
            ),
        };
        let bare = document
            .slice(fault.span)
            .bytes()
            .all(|byte| matches!(byte, b'`' | b'~'));
        let closes_none = fault.kind == FaultKind::LostOpener || fault.kind == FaultKind::NeverClosed && bare;
        if closes_none && let Some(fence) = opener_in_html(document, fault.span) {
            sink.report(
                fence,
                "this fence does not open a block: it is inside HTML, which continues to the next blank line",
            )
            .severity(severity)
            .help("put a blank line before it")
            .related(fault.span, "so this one does not close a block");
            continue;
        }
        let report = sink.report(fault.span, message).severity(severity).help(help);
        if let Some(span) = fault.shown_by {
            report.related(span, shown);
        }
    }
}

/// The opening fence that belongs to a closing fence, if it is in an HTML block directly before it.
fn opener_in_html(document: &Document, closer: Span) -> Option<Span> {
    let html = &document.body.html;
    let before = html.get(..html.partition_point(|piece| piece.end <= closer.start))?;
    let end = before.last()?.end;
    let blocks = &document.body.code_blocks;
    let between = blocks.partition_point(|block| block.span.start < end);
    if blocks
        .get(between)
        .is_some_and(|block| block.span.start < closer.start)
    {
        return None;
    }
    // An HTML block consists of one event per line.
    let mut start = end;
    for piece in before.iter().rev() {
        if piece.end != start {
            break;
        }
        start = piece.start;
        let line = document.slice(*piece);
        let indent = line.len() - line.trim_start().len();
        let text = line.trim();
        let fence = text.trim_start_matches(['`', '~']);
        if text.len() - fence.len() >= 3 {
            let at = piece.start as usize + indent;
            return fence
                .starts_with(char::is_alphanumeric)
                .then(|| Span::new(at, at + text.len()));
        }
    }
    None
}
