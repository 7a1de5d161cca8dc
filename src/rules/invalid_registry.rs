//! Registries of authors that the build refuses.

use crate::hub::Hub;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule =
    rule!("invalid-registry", Check::Hub(check)).with(&[Property::ReportedByBuild, Property::OnlyHubs]);

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for supplied in &hub.supplied {
        for (span, message) in &supplied.errors {
            sink.report_in(&supplied.file.path, *span, message.clone())
                .help("correct the value, or remove the file and let the build find the entries");
        }
    }
}
