//! Clients recommend another version than the highest release.

use crate::document::Document;
use crate::hub::ids::{self, EntryVariant};
use crate::hub::{Hub, version_order};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use std::collections::BTreeMap;

/// The rule; see its page.
pub static RULE: Rule = rule!("ambiguous-recommended-version", Check::Hub(check)).with(&[Property::OnlyHubs]);

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for (id, entry) in hub.ids().focused(hub) {
        let mut by_language: BTreeMap<String, Vec<(&Document, EntryVariant<'_>)>> = BTreeMap::new();
        for document in entry.docs(hub) {
            for variant in ids::variants(document) {
                let language = variant.language.0.to_lowercase();
                by_language.entry(language).or_default().push((document, variant));
            }
        }
        for (language, versions) in by_language.iter().filter(|(_, versions)| versions.len() > 1) {
            compare(hub, &format!("`{id}` for {language}"), versions, sink);
        }
    }
}

fn compare(hub: &Hub, what: &str, versions: &[(&Document, EntryVariant<'_>)], sink: &mut Sink<'_>) {
    let texts: Vec<&str> = versions.iter().map(|(_, variant)| variant.version.0).collect();
    let Some(highest) = version_order::highest(&texts) else {
        return;
    };
    let Some(given) = version_order::recommended(versions.to_vec(), |(_, variant)| variant.version.0) else {
        return;
    };
    let shown = given.1.version.0;
    if version_order::highest(&[shown, highest]) == Some(shown) {
        return;
    }
    let Some(best) = versions.iter().find(|(_, variant)| variant.version.0 == highest) else {
        return;
    };
    // Both versions are in one file, so that clients get the same text.
    if given.0.path == best.0.path {
        return;
    }
    let marks = [(given, "clients sort it first"), (*best, "the highest release")];
    let turned = hub.in_run(&best.0.path) && !hub.in_run(&given.0.path);
    let [here, there] = if turned { [marks[1], marks[0]] } else { marks };
    let message = format!(
        "clients that do not request a version of {what} get {shown}, and the highest release is {highest}"
    );
    sink.report_in(&here.0.0.path, here.0.1.version.1, message)
        .label(here.1)
        .related_in(&there.0.0.path, there.0.1.version.1, there.1)
        .help("move a pre-release to a separate entry, and write releases without `v` and with all their numbers");
}
