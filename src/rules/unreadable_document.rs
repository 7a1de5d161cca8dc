//! Documents that could not be read at all.

use crate::hub::Hub;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("unreadable-document", Check::Hub(check)).with(&[Property::AlwaysOn]);

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for unread in &hub.unread {
        let message = format!("{} {}", unread.path.file_name(), unread.reason);
        sink.report_in(&unread.path, Span::default(), message)
            .help(unread.help.clone());
    }
}
