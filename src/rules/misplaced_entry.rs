//! Entries outside the hub's layout, and language folders that contradict the front matter.

use crate::document::{Document, DocumentKind, KIND_FOLDERS};
use crate::hub::{Hub, ids, join_path};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("misplaced-entry", Check::Hub(check)).with(&[Property::OnlyHubs]);

/// Languages that have folders, with the short names that the client accepts.
const LANGUAGES: &[(&str, &str)] = &[
    ("csharp", "cs"),
    ("dart", ""),
    ("elixir", ""),
    ("go", ""),
    ("java", ""),
    ("javascript", "js"),
    ("kotlin", ""),
    ("php", ""),
    ("python", "py"),
    ("ruby", "rb"),
    ("rust", ""),
    ("scala", ""),
    ("swift", ""),
    ("typescript", "ts"),
];

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    let of_one_author = !hub.documents().iter().any(has_author);
    for document in hub.focused().filter(|document| document.kind.is_entry()) {
        // An author with a registry file lists the paths in it.
        if document
            .path
            .author()
            .is_some_and(|author| hub.has_registry(author))
        {
            continue;
        }
        if of_one_author && is_below_kind_folder(document) {
            continue;
        }
        if let Some(layout) = wrong_place(hub, document) {
            let name = document.path.file_name();
            sink.report_in(
                &document.path,
                ids::name_span(document),
                format!("the {name} of this entry is not below `{layout}`"),
            )
            .help(format!("move its folder below `{layout}`"));
        } else if document.kind == DocumentKind::Doc {
            language(document, sink);
        }
    }
}

/// Whether an entry is below the `docs` or `skills` folder of an author.
fn has_author(document: &Document) -> bool {
    let mut folders = document.path.folders();
    let is_kind = folders
        .next()
        .is_some_and(|folder| KIND_FOLDERS.contains(&folder));
    document.kind.is_entry() && is_kind && folders.next().is_some()
}

/// Whether an entry has the place that it has in the repository of one author: `skills/<entry>/`, without a folder of
/// the author.
fn is_below_kind_folder(document: &Document) -> bool {
    let kind = match document.kind {
        DocumentKind::Doc => "docs",
        DocumentKind::Skill => "skills",
        DocumentKind::Companion | DocumentKind::Attachment => return false,
    };
    document.path.author() == Some(kind) && document.path.folders().next().is_some()
}

/// The folders where an entry of this kind belongs, when it is not there.
fn wrong_place(hub: &Hub, document: &Document) -> Option<String> {
    let (kind, other, pair) = match document.kind {
        DocumentKind::Doc => ("docs", "skills", "SKILL.md"),
        DocumentKind::Skill => ("skills", "docs", "DOC.md"),
        DocumentKind::Companion | DocumentKind::Attachment => return None,
    };
    let mut folders = document.path.folders();
    let (first, has_own_folder) = (folders.next(), folders.next().is_some());
    // A doc and a skill of one name may share a folder.
    let paired = || first == Some(other) && hub.files.contains_key(&join_path(document.path.folder(), pair));
    let fine = has_own_folder && (first == Some(kind) || paired());
    let author = document.path.author().unwrap_or("author");
    (!fine).then(|| format!("{author}/{kind}/<entry>/"))
}

/// Report an innermost language folder for a language that the document does not have.
fn language(document: &Document, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    let Some((_, node)) = front.metadata("languages") else {
        return;
    };
    let named: Vec<&str> = ids::variants(document)
        .iter()
        .filter_map(|variant| full(variant.language.0).or(Some(variant.language.0)))
        .collect();
    // The folder of the entry itself may be named after a language that it is about.
    let folder = document.path.folders().skip(2).filter_map(full).last();
    let Some(folder) = folder.filter(|folder| !named.is_empty() && !named.contains(folder)) else {
        return;
    };
    let message = format!(
        "the folder is {folder}, but `metadata.languages` is {}",
        node.as_str().unwrap_or_default()
    );
    sink.report_in(&document.path, node.span, message)
        .help("correct the one that is wrong");
}

/// The full name of a language; `None` for other names.
fn full(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    LANGUAGES
        .iter()
        .find(|(full, short)| *full == name || !short.is_empty() && *short == name)
        .map(|(full, _)| *full)
}
