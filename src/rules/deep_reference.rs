//! Files of a skill that only another file leads to.

use super::references::{Named, companions, references};
use crate::document::{Document, DocumentKind};
use crate::hub::Hub;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;
use std::collections::BTreeMap;

/// The rule; see its page.
pub static RULE: Rule = rule!("deep-reference", Check::Hub(check));

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    let skills = hub.entries(DocumentKind::Skill);
    for skill in skills.filter(|skill| skill.is_plain_skill()) {
        let companions = companions(hub, skill);
        // With one file there is no chain.
        if companions.len() > 1 {
            chains(skill, companions, sink);
        }
    }
}

/// Follow the references of a skill, and report each file that leads to others.
fn chains(skill: &Document, companions: Vec<&Document>, sink: &mut Sink<'_>) {
    let folder = skill.path.folder();
    let mut named = Named::by(skill);
    let (mut readers, rest): (Vec<_>, Vec<_>) = companions
        .into_iter()
        .partition(|companion| named.has(companion, folder));
    let mut rest: BTreeMap<&str, &Document> = rest
        .into_iter()
        .map(|companion| (companion.path.path_in_hub(), companion))
        .collect();
    readers.reverse();
    while let Some(reader) = readers.pop() {
        if rest.is_empty() {
            return;
        }
        let mut found: Vec<(Span, &Document)> = Vec::new();
        for (span, path) in references(reader, folder) {
            if let Some(companion) = rest.remove(path.as_str()) {
                found.push((span, companion));
            }
        }
        report(reader, &found, folder, sink);
        readers.extend(found.into_iter().map(|(_, companion)| companion));
    }
}

fn report(reader: &Document, found: &[(Span, &Document)], folder: &str, sink: &mut Sink<'_>) {
    let Some((span, first)) = found.first() else {
        return;
    };
    let path = first.path.path_in_hub();
    let path = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
    let more = match found.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    sink.report_in(
        &reader.path,
        reader.first_line(*span),
        format!("`SKILL.md` does not name `{path}`, to which this file refers{more}"),
    )
    .help("name it in `SKILL.md` too, and say when to read it");
}
