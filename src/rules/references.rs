//! The Markdown files of a skill, and which of them a text names.

use crate::document::{Document, DocumentKind, Link, join_normal};
use crate::hub::skill_path::{SkillPath, SkillPathBase};
use crate::hub::target::LinkTarget;
use crate::hub::{Hub, join_path};
use crate::text::Span;
use std::collections::HashSet;

/// Files for people who look at the repository. Agents are not asked to read them.
const FOR_PEOPLE: [&str; 9] = [
    "agents",
    "authors",
    "changelog",
    "claude",
    "code_of_conduct",
    "contributing",
    "license",
    "notice",
    "readme",
];
/// How many file names are searched for literally in one text.
const MAX_STEMS: usize = 200;

/// Whether a file is read by people, and not by the agent that uses the skill.
#[must_use]
pub fn is_for_people(document: &Document) -> bool {
    let name = document.path.file_name();
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    FOR_PEOPLE.contains(&stem.as_str())
}

/// The Markdown files of a skill besides its `SKILL.md`, in order of path.
#[must_use]
pub fn companions<'a>(hub: &'a Hub, skill: &Document) -> Vec<&'a Document> {
    let below = join_path(skill.path.folder(), "");
    let documents = hub.documents();
    let first = documents.partition_point(|document| document.path.path_in_hub() < below.as_str());
    documents
        .iter()
        .skip(first)
        .take_while(|document| document.path.path_in_hub().starts_with(&below))
        .filter(|document| document.kind == DocumentKind::Companion && !is_for_people(document))
        .filter(|document| hub.entry_folder(&document.path) == Some(skill.path.folder()))
        .collect()
}

/// What a `SKILL.md` names: files, and folders whose files the agent finds.
#[derive(Debug)]
pub struct Named<'a> {
    text: &'a str,
    files: HashSet<&'a str>,
    folders: HashSet<&'a str>,
    targets: HashSet<String>,
    /// How many more names without an ending are searched for.
    stems: usize,
}

impl<'a> Named<'a> {
    /// Read the text of a document once.
    #[must_use]
    pub fn by(document: &'a Document) -> Self {
        let mut named = Self {
            text: &document.text,
            files: HashSet::new(),
            folders: HashSet::new(),
            targets: HashSet::new(),
            stems: MAX_STEMS,
        };
        for (_, word) in words(&document.text) {
            let word = word.trim_end_matches(['.', ':']);
            let (folder, file) = word.rsplit_once('/').unwrap_or(("", word));
            if is_markdown(file) {
                named.files.insert(file);
            }
            // `rules/`, `rules/*.md`, `rules/{topic}.md`
            if !folder.is_empty() && (file.is_empty() || file.contains(['{', '$', '*'])) {
                named.folders.insert(folder.rsplit('/').next().unwrap_or(folder));
            }
        }
        let targets = document
            .body
            .links
            .iter()
            .filter_map(|link| target(document, link));
        named.targets.extend(targets);
        named
    }

    /// Whether a file of the skill in `folder` is named in some way.
    pub fn has(&mut self, companion: &Document, folder: &str) -> bool {
        let path = companion.path.path_in_hub();
        let mut above = path.strip_prefix(folder).unwrap_or(path).split('/').rev();
        let name = above.next().unwrap_or(path);
        self.files.contains(name)
            || self.targets.contains(path)
            || above.any(|part| self.folders.contains(part))
            || self.has_stem(name)
    }

    /// Whether the text has the name without its ending, if it is more than one word.
    fn has_stem(&mut self, name: &str) -> bool {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let Some(left) = self.stems.checked_sub(1) else {
            return true;
        };
        self.stems = left;
        stem.contains(['-', '_']) && memchr::memmem::find(self.text.as_bytes(), stem.as_bytes()).is_some()
    }
}

/// The paths in the hub of the Markdown files that a file of the skill in `folder` refers to by a path, each with its
/// place, in the order of the text.
#[must_use]
pub fn references(document: &Document, folder: &str) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for (at, word) in words(&document.text) {
        let word = word.trim_end_matches(['.', ':']);
        let path = SkillPath::parse(word);
        if !is_markdown(word) || matches!(path.base, SkillPathBase::Unknown | SkillPathBase::Plugin) {
            continue;
        }
        let span = Span::new(at, at + word.len());
        let from_file = join_normal([document.path.folder(), path.rest]);
        let from_skill = join_normal([folder, path.rest]);
        let paths = match path.base {
            SkillPathBase::None => [from_file, from_skill],
            _ => [None, from_skill],
        };
        found.extend(paths.into_iter().flatten().map(|path| (span, path)));
    }
    let links = document.body.links.iter();
    found.extend(links.filter_map(|link| Some((link.span, target(document, link)?))));
    found.sort();
    found
}

fn target(document: &Document, link: &Link) -> Option<String> {
    match LinkTarget::parse(&document.path, &link.target) {
        LinkTarget::Inside { path, .. } => Some(path),
        _ => None,
    }
}

fn is_markdown(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && (ending.eq_ignore_ascii_case("md") || ending.eq_ignore_ascii_case("markdown"))
    })
}

/// The words of a text that could be paths, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_end = |c: char| c.is_whitespace() || "`\"'()[],;|=<>#".contains(c);
    let mut start = 0;
    text.split_inclusive(is_end).filter_map(move |piece| {
        let at = start;
        start += piece.len();
        let word = piece.trim_end_matches(is_end);
        (word.contains(['/', '.'])).then_some((at, word))
    })
}
