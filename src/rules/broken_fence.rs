//! Fences without a closing fence.

use crate::diagnostic::Severity;
use crate::document::Document;
use crate::document::fences::FaultKind;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("broken-fence", Check::Document(check)).with(&[Property::NeverCausedByFix]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    // Agents read the source text of a skill, not the rendered page.
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
            FaultKind::Joined => (
                "a closing and an opening fence are on one line, so the block is not closed",
                "split the line: the closing fence, and below it the opening fence with its tag",
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
            FaultKind::IndentedCloser => (
                "this fence is indented by four or more spaces, so it does not close the block",
                "indent it like the opening fence",
                "the block opens here",
            ),
            FaultKind::ShortCloser => (
                "this fence is shorter than the opening one, so it does not close the block",
                "make it as long as the opening fence",
                "the block opens here",
            ),
            FaultKind::InHtml { splits: true, .. } => (
                "this fence does not open a block: it is inside HTML, which continues to the next blank line",
                "put a blank line before it",
                "so this one does not close a block",
            ),
            FaultKind::InHtml { splits: false, .. } => (
                "this fence is inside HTML: GitHub and other readers of Markdown show it as text, and MDX shows a block",
                "put a blank line before it",
                "",
            ),
        };
        // Renderers differ: MDX, which has components, reads each of these fences as one.
        let severity = match fault.kind {
            FaultKind::InHtml { jsx, splits } if jsx || !splits => Severity::Warning,
            _ => severity,
        };
        let report = sink.report(fault.span, message).severity(severity).help(help);
        if let Some(span) = fault.shown_by {
            report.related(span, shown);
        }
    }
}
