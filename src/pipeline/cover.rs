//! Which packages the documents of a hub cover.

use crate::config::Settings;
use crate::document::Kind;
use crate::hub::{Hub, TOGETHER};
use crate::package::coverage::Coverage;
use crate::package::mapping::Mapping;
use crate::package::resolve;
use crate::rule::{Property, Rule};
use crate::rules::RULES;
use rayon::prelude::*;

/// The packages of every document to report on; of all entries when a rule compares them.
#[must_use]
pub(super) fn cover(hub: &Hub, settings: &Settings, mapping: &Mapping) -> Coverage {
    let needs_all = |rule: &&Rule| rule.has(Property::NeedsWholeHub) && settings.options.is_enabled(rule.id);
    let all = RULES.iter().any(needs_all);
    let documents = hub.documents().iter();
    let documents: Vec<_> = documents
        .filter(|d| hub.in_focus(&d.path) || all && d.kind == Kind::Doc)
        .collect();
    let covered: Vec<_> = documents
        .par_iter()
        .with_max_len(TOGETHER)
        .map(|d| (d.path.clone(), resolve::cover(d, &settings.packages, mapping)))
        .collect();
    let mut coverage = Coverage::default();
    for (path, covered) in covered {
        coverage.insert(path, covered);
    }
    coverage
}
