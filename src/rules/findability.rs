//! An entry that is not the first result of a search for its package.

use super::fields;
use crate::hub::catalog::client_search;
use crate::hub::{Hub, ids};
use crate::package::Package;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use std::collections::{BTreeMap, BTreeSet};

/// The rule; see its page.
pub static RULE: Rule = rule!("findability", Check::Hub(check)).with(&[Property::OnlyHubs]);

fn check(hub: &Hub, context: &Context<'_>, sink: &mut Sink<'_>) {
    // Several entries may cover one package. Any of them may be the first result.
    let mut covering: BTreeMap<&Package, BTreeSet<&str>> = BTreeMap::new();
    for (id, entry) in hub.ids().iter() {
        for document in entry.docs(hub) {
            let covered = context.coverage.get(&document.path);
            for package in covered.map(|covered| covered.packages()).unwrap_or_default() {
                covering.entry(package).or_default().insert(id);
            }
        }
    }
    if covering.is_empty() {
        return;
    }
    let searchable = client_search(hub);
    for (package, entries) in &covering {
        let hits = searchable.search(package.name());
        let Some(first) = hits.first().copied() else {
            continue;
        };
        if entries.contains(first) {
            continue;
        }
        for id in entries {
            let Some(document) = hub.ids().get(id).and_then(|entry| entry.docs(hub).next()) else {
                continue;
            };
            let Some((_, name)) = document
                .front_matter()
                .and_then(|front| fields::text(front.field(&["name"])))
            else {
                continue;
            };
            let place = hits.iter().position(|hit| hit == id);
            let place = place.map_or_else(
                || "does not find this entry".to_owned(),
                |at| format!("lists this entry at position {}", at + 1),
            );
            let message = format!(
                "a search for `{}` finds `{first}` first and {place}",
                package.name()
            );
            let report = sink.report_in(&document.path, name.span, message).help(
                "name the package in `name`, `description` or `tags`: the search weighs the id and the name most",
            );
            if let Some(other) = hub
                .ids()
                .get(first)
                .and_then(|entry| entry.docs(hub).chain(entry.skills(hub)).next())
                && let Some((_, value)) = other.front_matter().and_then(|front| front.field(&["name"]))
            {
                report.related_in(
                    &other.path,
                    value.span,
                    format!("the first hit, named `{}`", ids::js_string(value)),
                );
            }
        }
    }
}
