//! Resolve the packages that the documents of a hub cover.

use crate::config::Settings;
use crate::document::{Document, DocumentKind, HubPath};
use crate::hub::{BATCH_SIZE, Hub};
use crate::package::evidence::SkillRegistries;
use crate::package::mapping::PackageMapping;
use crate::package::resolution::{PackageResolution, ResolvedPackages};
use crate::package::resolve::{self, PackagePolicy};
use crate::rule::{Property, Rule};
use crate::rules::RULES;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The packages of every document to report on and of some others, or of all entries when a rule compares them.
#[must_use]
pub(super) fn resolve_packages(
    hub: &Hub,
    settings: &Settings,
    mapping: &PackageMapping,
    also: &BTreeSet<HubPath>,
) -> PackageResolution {
    let needs_all = |rule: &&Rule| rule.has(Property::NeedsWholeHub) && settings.options.is_enabled(rule.id);
    let all = RULES.iter().any(needs_all);
    let documents = hub.documents().iter().chain(hub.attachments());
    let skills = SkillsOfHub::new(hub);
    let documents: Vec<_> = documents
        .filter(|d| hub.in_focus(&d.path) || all && d.kind == DocumentKind::Doc || also.contains(&d.path))
        .collect();
    let covered: Vec<_> = documents
        .par_iter()
        .with_max_len(BATCH_SIZE)
        .map(|d| (d.path.clone(), resolve_in(d, hub, &skills, settings, mapping)))
        .collect();
    let mut coverage = PackageResolution::default();
    for (path, covered) in covered {
        coverage.insert(path, covered);
    }
    coverage
}

/// The packages of one document of a hub.
pub(super) fn resolve_document(
    document: &Document,
    hub: &Hub,
    settings: &Settings,
    mapping: &PackageMapping,
) -> ResolvedPackages {
    let skills = SkillsOfHub::only(hub, hub.skill_folder(&document.path));
    resolve_in(document, hub, &skills, settings, mapping)
}

/// What the files of each skill of a hub say about registries, by folder.
struct SkillsOfHub<'a>(BTreeMap<&'a str, SkillRegistries>);

impl<'a> SkillsOfHub<'a> {
    fn new(hub: &'a Hub) -> Self {
        let mut skills: BTreeMap<&str, SkillRegistries> = BTreeMap::new();
        for file in hub.entries(DocumentKind::Skill).chain(hub.attachments()) {
            if let Some(folder) = hub.skill_folder(&file.path) {
                skills.entry(folder).or_default().add(file);
            }
        }
        Self(skills)
    }

    /// Only those of one skill.
    fn only(hub: &Hub, folder: Option<&'a str>) -> Self {
        let registries = |folder: &'a str| {
            let mut registries = SkillRegistries::default();
            let is_of = |file: &&Document| {
                file.path.path_in_hub().starts_with(folder) && hub.skill_folder(&file.path) == Some(folder)
            };
            let files = hub.entries(DocumentKind::Skill).chain(hub.attachments());
            files.filter(is_of).for_each(|file| registries.add(file));
            (folder, registries)
        };
        Self(folder.map(registries).into_iter().collect())
    }

    fn of(&self, hub: &Hub, document: &Document) -> Option<&SkillRegistries> {
        self.0.get(hub.skill_folder(&document.path)?)
    }
}

fn resolve_in(
    document: &Document,
    hub: &Hub,
    skills: &SkillsOfHub<'_>,
    settings: &Settings,
    mapping: &PackageMapping,
) -> ResolvedPackages {
    let policy = PackagePolicy {
        overrides: &settings.packages,
        mapping,
        private: &settings.options.private,
    };
    let skill = skills.of(hub, document);
    resolve::resolve(document, hub.entry_of(&document.path), skill, policy)
}
