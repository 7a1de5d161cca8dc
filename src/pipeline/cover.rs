//! Resolve the packages that the documents of a hub cover.

use crate::config::Settings;
use crate::document::{Document, DocumentKind, HubPath};
use crate::hub::{BATCH_SIZE, Hub};
use crate::package::mapping::PackageMapping;
use crate::package::resolution::{PackageResolution, ResolvedPackages};
use crate::package::resolve::{self, PackagePolicy};
use crate::rule::{Property, Rule};
use crate::rules::RULES;
use rayon::prelude::*;
use std::collections::BTreeSet;

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
    let documents = hub.documents().iter();
    let documents: Vec<_> = documents
        .filter(|d| hub.in_focus(&d.path) || all && d.kind == DocumentKind::Doc || also.contains(&d.path))
        .collect();
    let covered: Vec<_> = documents
        .par_iter()
        .with_max_len(BATCH_SIZE)
        .map(|d| (d.path.clone(), resolve_document(d, hub, settings, mapping)))
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
    let policy = PackagePolicy {
        overrides: &settings.packages,
        mapping,
        private: &settings.options.private,
    };
    resolve::resolve(document, hub.entry_of(&document.path), policy)
}
