//! A name by which clients cannot fetch the entry.

use super::fields;
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::hub::supplied::unsafe_name_reason;
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-name", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some((name, node)) = document
        .front_matter()
        .and_then(|front| fields::text(front.field(&["name"])))
    else {
        return;
    };
    let unreachable = if name.contains(':') {
        Some("a `:`, which clients read as the end of a source's name")
    } else if name.trim() != name {
        Some("white space around it, which clients trim")
    } else if name.split_whitespace().collect::<Vec<_>>().join(" ") != name {
        Some("repeated white space, which clients collapse")
    } else {
        None
    };
    if let Some(wrong) = unsafe_name_reason(name) {
        sink.report(
            node.span,
            format!("the build refuses the name `{name}`: it {wrong}"),
        )
        .help("use small letters, digits and single hyphens");
    } else if let Some(what) = unreachable {
        sink.report(
            node.span,
            format!("clients cannot fetch the name `{name}`: it has {what}"),
        )
        .help("use small letters, digits and single hyphens");
    } else if sink.pedantic() && !is_kebab_case(name) {
        sink.report(node.span, format!("the name `{name}` is not in kebab case"))
            .severity(Severity::Warning)
            .help("use small letters, digits and single hyphens");
    }
}

fn is_kebab_case(name: &str) -> bool {
    name.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}
