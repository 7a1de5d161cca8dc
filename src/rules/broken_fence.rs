//! Fences that fell out of step.

use crate::document::Document;
use crate::document::fences::FaultKind;
use crate::rule::{Check, Context, Rule, Sink};

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "broken-fence",
    page: include_str!("../../rules/broken-fence.md"),
    check: Check::Document(check),
};

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for fault in &document.samples().fences.faults {
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
                "a closing fence cannot carry text, so this one closes nothing",
                "move the text to a line of its own",
                "the block opens here",
            ),
            FaultKind::LostOpener => (
                "this fence closes no block, so it opens one",
                "remove it, or add the opening fence before the code",
                "",
            ),
            FaultKind::NestedEqual => (
                "the fences inside this block are as long as its own, so the first of them to close ends it",
                "use a longer fence around it, such as four back-ticks",
                "a fence inside",
            ),
            FaultKind::OutsideItem => (
                "this fence stands outside the list item or quote of its block, so it opens a new one",
                "indent it as the opening fence is",
                "the block opens here",
            ),
        };
        let report = sink.report(fault.span, message).help(help);
        if let Some(span) = fault.shown_by {
            report.related(span, shown);
        }
    }
}
