//! Registries of authors that the build refuses.

use crate::hub::Hub;
use crate::rule::{Check, Context, Rule, Sink};

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "invalid-registry",
    page: include_str!("../../rules/invalid-registry.md"),
    check: Check::Hub(check),
};

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for supplied in &hub.supplied {
        for (span, message) in &supplied.errors {
            sink.report_in(&supplied.file.path, *span, message.clone())
                .help("correct the value, or remove the file and let the build find the entries");
        }
    }
}
