//! Companion files that their entry does not mention.

use crate::document::{Document, DocumentKind};
use crate::hub::Hub;
use crate::hub::target::LinkTarget;
use crate::rule::{Check, Context, Rule, Sink, rule};
use std::collections::BTreeMap;

/// The rule; see its page.
pub static RULE: Rule = rule!("unlisted-reference", Check::Hub(check));

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    let mut companions: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
    for companion in hub.entries(DocumentKind::Companion) {
        if let Some(entry) = hub.entry_folder(&companion.path) {
            companions.entry(entry).or_default().push(companion);
        }
    }
    for (entry, mut unlisted) in companions {
        let mut readers: Vec<&Document> = ["DOC.md", "SKILL.md"]
            .iter()
            .filter_map(|name| hub.document(&format!("{entry}/{name}")))
            .collect();
        // An entry that could not be read may mention anything.
        if readers.is_empty() {
            continue;
        }
        while let Some(reader) = readers.pop() {
            let (found, rest): (Vec<_>, Vec<_>) = unlisted
                .into_iter()
                .partition(|companion| mentions(reader, companion, entry));
            readers.extend(found);
            unlisted = rest;
        }
        for companion in unlisted {
            let first = companion.lines().line_span(&companion.text, 1);
            let path = below(companion, entry);
            sink.report_in(
                &companion.path,
                first,
                format!("the entry does not refer to `{path}`"),
            )
            .help("name it in the entry and say when to read it, or remove it");
        }
    }
}

/// A link to the file, or its path or name anywhere in the text, code included.
fn mentions(reader: &Document, companion: &Document, entry: &str) -> bool {
    let says = |text: &str| memchr::memmem::find(reader.text.as_bytes(), text.as_bytes()).is_some();
    says(below(companion, entry))
        || says(companion.path.file_name())
        || reader.body.links.iter().any(|link| {
            matches!(LinkTarget::parse(&reader.path, &link.target), LinkTarget::Inside { path, .. } if path == companion.path.path_in_hub())
        })
}

fn below<'a>(companion: &'a Document, entry: &str) -> &'a str {
    let path = companion.path.path_in_hub();
    path.strip_prefix(entry).unwrap_or(path).trim_start_matches('/')
}
