//! Symbolic links to files outside of the published content of a hub.

use crate::document::HubPath;
use crate::hub::{FileKind, Hub};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("escaping-link", Check::Hub(check)).with(&[Property::AlwaysOn]);

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for (path, kind) in &hub.files {
        if *kind == FileKind::Escape {
            let at = HubPath::new(&hub.shown, path);
            sink.report_in(
                &at,
                Span::default(),
                "a symbolic link that leads out of the hub: the build refuses it".to_owned(),
            )
            .help("put the file itself here, or remove the link");
        }
    }
}
