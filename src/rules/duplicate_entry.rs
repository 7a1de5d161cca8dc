//! Two entries with the same id, language and version.

use crate::document::Document;
use crate::hub::Hub;
use crate::hub::ids::{self, EntryVariant, IdEntry};
use crate::rule::{Check, Context, FindingBuilder, Property, Rule, Sink, rule};
use crate::text::Span;
use std::collections::{BTreeMap, HashMap};

/// The rule; see its page.
pub static RULE: Rule = rule!("duplicate-entry", Check::Hub(check)).with(&[Property::OnlyHubs]);

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for (id, entry) in hub.ids().focused(hub) {
        variants(hub, id, entry, sink);
        skills(hub, id, entry, sink);
        types(hub, id, entry, sink);
    }
}

/// The variants that two documents share: their number, and the first of them in both.
struct SharedVariants<'a> {
    first: EntryVariant<'a>,
    again: EntryVariant<'a>,
    count: usize,
}

fn variants(hub: &Hub, id: &str, entry: &IdEntry, sink: &mut Sink<'_>) {
    let docs: Vec<&Document> = entry.docs(hub).collect();
    let mut seen: HashMap<(String, &str), (usize, EntryVariant<'_>)> = HashMap::new();
    for (at, document) in docs.iter().copied().enumerate() {
        let mut clashes: BTreeMap<usize, SharedVariants<'_>> = BTreeMap::new();
        for again in ids::variants(document) {
            let key = (again.language.0.to_lowercase(), again.version.0);
            let (earlier, first) = *seen.entry(key).or_insert((at, again));
            if (earlier, first) == (at, again) {
                continue;
            }
            let clash = clashes.entry(earlier).or_insert(SharedVariants {
                first,
                again,
                count: 0,
            });
            clash.count += 1;
        }
        for (earlier, clash) in clashes {
            report_clash(hub, id, (docs[earlier], document), &clash, sink);
        }
    }
}

fn report_clash(
    hub: &Hub,
    id: &str,
    (earlier, document): (&Document, &Document),
    clash: &SharedVariants<'_>,
    sink: &mut Sink<'_>,
) {
    let (language, version) = (clash.again.language.0, clash.again.version.0);
    let more = match clash.count {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let variant = format!("`{id}` for {} {version}{more}", language.to_lowercase());
    if earlier.path == document.path {
        // Find out which of the two fields has a duplicate.
        let by_version = clash.first.version.1 != clash.again.version.1;
        let (first, again) = if by_version {
            (clash.first.version.1, clash.again.version.1)
        } else {
            (clash.first.language.1, clash.again.language.1)
        };
        sink.report_in(&document.path, again, format!("{variant} is listed twice"))
            .related_in(&document.path, first, "first here")
            .help("name each language and version once");
        return;
    }
    let (first, again) = (clash.first.version.1, clash.again.version.1);
    DocumentPair {
        first: (earlier, first, "the client uses this one"),
        again: (document, again, "never reached"),
    }
    .report(hub, &variant, sink)
    .help("give one of them another `name`, language or version, or merge them");
}

/// Two conflicting documents, each with a span and a label.
struct DocumentPair<'a> {
    first: (&'a Document, Span, &'static str),
    again: (&'a Document, Span, &'static str),
}

impl DocumentPair<'_> {
    /// Report the second one, unless only the first is to be reported.
    fn report<'s>(self, hub: &Hub, what: &str, sink: &'s mut Sink<'_>) -> FindingBuilder<'s> {
        let Self { first, again } = self;
        let turned = hub.in_run(&first.0.path) && !hub.in_run(&again.0.path);
        let (here, there) = if turned { (first, again) } else { (again, first) };
        sink.report_in(&here.0.path, here.1, format!("{what} is also {}", there.0.path))
            .label(here.2)
            .related_in(&there.0.path, there.1, there.2)
    }
}

fn skills(hub: &Hub, id: &str, entry: &IdEntry, sink: &mut Sink<'_>) {
    let mut skills = entry.skills(hub);
    let Some(first) = skills.next() else { return };
    for again in skills {
        DocumentPair {
            first: (first, ids::name_span(first), "the first of that name"),
            again: (again, ids::name_span(again), "stops the build"),
        }
        .report(hub, &format!("the skill `{id}`"), sink)
        .help("names of skills are unique for one author");
    }
}

/// The builder reads `7` and `"7"` as two names, and then finds a duplicate id.
fn types(hub: &Hub, id: &str, entry: &IdEntry, sink: &mut Sink<'_>) {
    let kind = |document: &Document| {
        let name = document.front_matter().and_then(|front| front.field(&["name"]));
        name.map_or("nothing", |(_, name)| name.kind())
    };
    let mut docs = entry.docs(hub);
    let Some(first) = docs.next() else { return };
    if let Some(other) = docs.find(|document| kind(document) != kind(first)) {
        let (here, there) = (kind(other), kind(first));
        let message = format!(
            "`{id}` appears twice: its name is {here} here and {there} in {}",
            first.path
        );
        sink.report_in(&other.path, ids::name_span(other), message)
            .label("stops the build")
            .related_in(&first.path, ids::name_span(first), there)
            .help("write both names as strings, in quotes");
    }
}
