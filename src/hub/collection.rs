//! Decide which folders are a content hub and which are a collection of Agent Skills, from what is in them.
//!
//! A public skill does not know the fields of a hub, and a hub has signs that no collection of skills has. So a folder at
//! the top is part of a hub only when it shows one of these signs: a `DOC.md`, a registry of an author, or `metadata.revision` or
//! `metadata.updated-on` in most of its skills. docs/skills.md tells users the same.

use super::Hub;
use crate::document::{Collection, Document, DocumentKind, KIND_FOLDERS};
use std::collections::{BTreeMap, BTreeSet};

/// The fields under `metadata` that only skills of a hub have.
const HUB_FIELDS: [&str; 2] = ["revision", "updated-on"];
/// What the `docs` and `skills` folders of the repository of one author are called together.
const ONE_AUTHOR: &str = "";

/// The decision for one hub. It is made when the hub is read and not again, so that a fix cannot change it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Collections {
    /// The folders at the top that hold skills.
    skills: BTreeSet<String>,
    /// What a folder is that had no skill yet.
    others: Collection,
}

impl Collections {
    /// Decide for all folders of a hub. `unpublished`: they are folders of agents, such as `.claude`.
    pub(super) fn decide(hub: &Hub, unpublished: bool) -> Self {
        let mut signs: BTreeMap<&str, FolderSigns> = BTreeMap::new();
        for document in hub.documents() {
            let signs = signs.entry(folder(document)).or_default();
            signs.is_hub |= is_doc(hub, document);
            if document.kind == DocumentKind::Skill {
                signs.skills += 1;
                signs.hub_skills += usize::from(has_hub_field(document));
            }
        }
        let is_hub = |(name, signs): (&&str, &FolderSigns)| {
            // The index of skills in `skills/registry.json` is not the registry of an author.
            signs.is_hub
                || (*name != ONE_AUTHOR && hub.has_registry(name))
                || signs.hub_skills * 2 > signs.skills
        };
        let (hubs, skills): (Vec<_>, Vec<_>) = signs
            .iter()
            .filter(|(_, signs)| signs.is_hub || signs.skills > 0)
            .partition(|(name, signs)| !unpublished && is_hub((name, signs)));
        Self {
            others: match hubs.is_empty() && !skills.is_empty() {
                true => Collection::Skills,
                false => Collection::Hub,
            },
            skills: skills.into_iter().map(|(name, _)| (*name).to_owned()).collect(),
        }
    }

    /// What the folder of a document is for. The documentation of a library is always part of a hub.
    pub(super) fn of(&self, hub: &Hub, document: &Document) -> Collection {
        match self.skills.contains(folder(document)) {
            _ if self.skills.is_empty() || is_doc(hub, document) => Collection::Hub,
            true => Collection::Skills,
            false => self.others,
        }
    }
}

/// What the documents of a folder show.
#[derive(Debug, Default)]
struct FolderSigns {
    is_hub: bool,
    skills: usize,
    hub_skills: usize,
}

/// The folder at the top that a document is in.
fn folder(document: &Document) -> &str {
    let author = document.path.author().unwrap_or(ONE_AUTHOR);
    match KIND_FOLDERS.contains(&author) {
        true => ONE_AUTHOR,
        false => author,
    }
}

/// Whether a document is a `DOC.md`, or a companion of one. A `DOC.md` below a skill is a companion of the skill.
fn is_doc(hub: &Hub, document: &Document) -> bool {
    let folder = match document.kind {
        DocumentKind::Doc => Some(document.path.folder()),
        DocumentKind::Companion => hub.entry_folder(&document.path),
        DocumentKind::Skill | DocumentKind::Attachment => None,
    };
    folder.is_some_and(|folder| {
        let has = |folder: &str, name| hub.files.contains_key(&super::join_path(folder, name));
        let is_skill = super::upwards(folder).any(|folder| has(folder, "SKILL.md"));
        has(folder, "DOC.md") && (!is_skill || declares_docs(hub, folder))
    })
}

/// Whether the `DOC.md` of a folder has the fields that a hub needs of documentation.
fn declares_docs(hub: &Hub, folder: &str) -> bool {
    let document = hub.document(&super::join_path(folder, "DOC.md"));
    document.and_then(Document::front_matter).is_some_and(|front| {
        front
            .metadata("languages")
            .or(front.metadata("versions"))
            .is_some()
    })
}

fn has_hub_field(document: &Document) -> bool {
    document
        .front_matter()
        .is_some_and(|front| HUB_FIELDS.iter().any(|key| front.metadata(key).is_some()))
}

#[cfg(test)]
mod tests {
    use crate::document::{Collection, Document, HubPath};
    use crate::hub::Hub;

    const PLAIN: &str = "---\nname: a\ndescription: b\nmetadata:\n  version: \"1.0\"\n---\n";
    const OF_HUB: &str = "---\nname: a\ndescription: b\nmetadata:\n  revision: 1\n---\n";
    const DOC: &str = "---\nname: a\ndescription: b\nmetadata:\n  languages: \"python\"\n---\n";

    fn collections(files: &[(&str, &str)]) -> Vec<Collection> {
        let mut hub = Hub::default();
        for (path, text) in files {
            if path.ends_with(".md") {
                hub.insert(Document::new(HubPath::new("", path), (*text).to_owned()));
            } else {
                hub.add_file(path);
            }
        }
        hub.classify(false);
        let kinds = files.iter().filter_map(|(path, _)| hub.document(path));
        kinds.map(|document| document.collection).collect()
    }

    #[test]
    fn skills_without_a_sign_of_a_hub_are_a_collection() {
        use Collection::{Hub, Skills};
        assert_eq!(collections(&[("skills/a/SKILL.md", PLAIN)]), [Skills]);
        assert_eq!(collections(&[("skills/a/SKILL.md", "# A")]), [Skills]);
        assert_eq!(collections(&[("acme/skills/a/SKILL.md", OF_HUB)]), [Hub]);
        let both = [("skills/a/SKILL.md", OF_HUB), ("skills/b/SKILL.md", PLAIN)];
        assert_eq!(collections(&both), [Skills, Skills]);
        let docs = [("acme/docs/a/DOC.md", DOC), ("acme/skills/b/SKILL.md", PLAIN)];
        assert_eq!(collections(&docs), [Hub, Hub]);
        assert_eq!(collections(&[("acme/docs/a/DOC.md", "# A")]), [Hub]);
    }

    #[test]
    fn a_companion_named_doc_does_not_make_a_hub() {
        use Collection::{Hub, Skills};
        let files = [
            ("skills/a/SKILL.md", PLAIN),
            ("skills/a/references/DOC.md", "# A"),
        ];
        assert_eq!(collections(&files), [Skills, Skills]);
        let pair = [("acme/docs/a/SKILL.md", PLAIN), ("acme/docs/a/DOC.md", DOC)];
        assert_eq!(collections(&pair), [Hub, Hub]);
    }

    #[test]
    fn folders_beside_a_hub_hold_skills() {
        use Collection::{Hub, Skills};
        let files = [
            ("acme/docs/a/DOC.md", DOC),
            ("acme/skills/b/SKILL.md", PLAIN),
            ("plugins/p/skills/c/SKILL.md", PLAIN),
        ];
        assert_eq!(collections(&files), [Hub, Hub, Skills]);
    }
}
