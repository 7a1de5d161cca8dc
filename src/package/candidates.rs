//! The packages that a document may cover: those that are named outside of plain prose.

use super::evidence::{self, Evidence};
use super::{Ecosystem, Package};
use std::collections::{BTreeMap, BTreeSet};

/// Candidates that are scored: a document with more is a catalogue, and scoring takes quadratic time.
const MAX_CANDIDATES: usize = 256;

/// The packages that are named outside of plain prose, in order.
#[must_use]
pub fn candidates(evidence: &Evidence<'_>) -> Vec<Package> {
    let mut out: BTreeMap<Package, ()> = BTreeMap::new();
    let mut add = |package: Package| {
        if evidence.ecosystems.contains(&package.ecosystem()) {
            out.insert(package, ());
        }
    };
    let commands = evidence.commands.iter().chain(&evidence.inline);
    for found in commands.flat_map(|c| &c.packages).chain(&evidence.tables) {
        add(found.package.clone());
    }
    evidence.links.iter().cloned().for_each(&mut add);
    evidence.imports.iter().cloned().for_each(&mut add);
    for ecosystem in &evidence.ecosystems {
        // Names are written many times.
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut named = |text| {
            if !seen.insert(text) || !may_be_name(*ecosystem, text, evidence) {
                return;
            }
            if let Some(requirement) = evidence::read_requirement(*ecosystem, text) {
                add(requirement.package);
            }
        };
        for (of, text) in &evidence.lines {
            if of.is_none_or(|of| of == *ecosystem) {
                named(text);
            }
        }
        // A back-ticked name is a candidate when the document itself is called so, or when its syntax is that of a
        // package.
        for mention in &evidence.mentions {
            let text = mention.text;
            let scoped = *ecosystem == Ecosystem::Npm && text.starts_with('@') && text.contains('/');
            let pinned = *ecosystem == Ecosystem::PyPi && text.contains("==");
            if scoped || pinned || mention.subject || evidence.identity.matches(text) {
                named(text);
            }
        }
        if let Some(title) = &evidence.title {
            for word in title.split_whitespace().filter(|word| word.starts_with('@')) {
                named(word);
            }
        }
        for module in &evidence.modules {
            let top = module.split('.').next().unwrap_or_default();
            if *ecosystem == Ecosystem::PyPi && evidence.identity.matches(top) {
                named(top);
            }
        }
    }
    out.into_keys().take(MAX_CANDIDATES).collect()
}

/// Whether a text may name a package. Names without letters are versions; npm has accepted no capitals since 2015;
/// `WidgetHook` is a class.
fn may_be_name(ecosystem: Ecosystem, text: &str, evidence: &Evidence<'_>) -> bool {
    let bare = text.split(['=', '[', '@']).next().unwrap_or_default();
    let camel = bare.contains(|c: char| c.is_lowercase())
        && bare.chars().skip(1).any(char::is_uppercase)
        && !bare.contains(['-', '.']);
    text.contains(|c: char| c.is_ascii_alphabetic())
        && !(ecosystem == Ecosystem::Npm && text.contains(|c: char| c.is_ascii_uppercase()))
        && (!camel || evidence.identity.matches(bare))
}
