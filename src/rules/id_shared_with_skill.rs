//! A doc and a skill with the same id, or with different names in one folder.

use crate::document::{Document, DocumentKind};
use crate::hub::{Hub, ids, join_path};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use std::collections::HashSet;

/// The rule; see its page.
pub static RULE: Rule = rule!("id-shared-with-skill", Check::Hub(check)).with(&[Property::OnlyHubs]);

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for (id, entry) in hub.ids().focused(hub) {
        let folders: HashSet<&str> = entry.docs(hub).map(|doc| doc.path.folder()).collect();
        for skill in entry.skills(hub) {
            // A doc and a skill in one folder may share an id.
            if folders.contains(skill.path.folder()) {
                continue;
            }
            if let Some(doc) = entry.docs(hub).next() {
                report(
                    hub,
                    (skill, doc),
                    &format!("`{id}` is a doc and a skill: the client can fetch neither"),
                    sink,
                );
            }
        }
    }
    for skill in hub.entries(DocumentKind::Skill) {
        let Some(doc) = hub.document(&join_path(skill.path.folder(), "DOC.md")) else {
            continue;
        };
        if let (Some(of_skill), Some(of_doc)) = (ids::document_id(skill), ids::document_id(doc))
            && of_skill != of_doc
        {
            let message = format!(
                "the doc and the skill of one folder have different names: `{of_doc}` and `{of_skill}`"
            );
            report(hub, (skill, doc), &message, sink);
        }
    }
}

fn report(hub: &Hub, (skill, doc): (&Document, &Document), message: &str, sink: &mut Sink<'_>) {
    let turned = hub.in_run(&doc.path) && !hub.in_run(&skill.path);
    let (here, there) = if turned { (doc, skill) } else { (skill, doc) };
    let word = |document: &Document| match document.kind {
        DocumentKind::Skill => "the skill",
        _ => "the doc",
    };
    sink.report_in(&here.path, ids::name_span(here), message)
        .label(word(here))
        .related_in(&there.path, ids::name_span(there), word(there))
        .help("rename one of them, or put both into one folder under one name");
}
