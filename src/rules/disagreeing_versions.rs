//! Two entries of one package declare different versions.

use super::freshness;
use crate::document::{Document, DocumentKind};
use crate::hub::Hub;
use crate::package::Package;
use crate::package::version::Version;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The rule; see its page.
pub static RULE: Rule =
    rule!("disagreeing-versions", Check::Hub(check)).with(&[Property::NeedsWholeHub, Property::OnlyHubs]);

struct Claim<'a> {
    document: &'a Document,
    version: Version,
    text: &'a str,
    span: Span,
    id: (Option<&'a str>, Option<&'a str>),
}

fn check(hub: &Hub, context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut claims: BTreeMap<(&Package, String), Vec<Claim<'_>>> = BTreeMap::new();
    let package_of = |document| match freshness::resolved_packages(document, context)?.packages() {
        [package] => Some(package),
        _ => None,
    };
    let reported: Option<BTreeSet<&Package>> =
        (!hub.is_whole()).then(|| hub.focused().filter_map(package_of).collect());
    for document in hub.entries(DocumentKind::Doc) {
        let Some(package) = package_of(document) else {
            continue;
        };
        if reported
            .as_ref()
            .is_some_and(|packages| !packages.contains(package))
        {
            continue;
        }
        let Some(front) = document.front_matter() else {
            continue;
        };
        let newest = freshness::declared(document)
            .into_iter()
            .filter_map(|(text, span)| Some((Version::parse(package.ecosystem(), text)?, text, span)))
            .max_by(|a, b| a.0.cmp(&b.0));
        let Some((version, text, span)) = newest else {
            continue;
        };
        let name = front.field(&["name"]).and_then(|(_, node)| node.as_str());
        for (language, _) in front.list("languages", &document.text) {
            claims
                .entry((package, language.to_lowercase()))
                .or_default()
                .push(Claim {
                    document,
                    version: version.clone(),
                    text,
                    span,
                    id: (document.path.author(), name),
                });
        }
    }
    for ((package, _), mut claims) in claims {
        claims.sort_by(|a, b| {
            a.version
                .cmp(&b.version)
                .then_with(|| a.document.path.cmp(&b.document.path))
        });
        let Some(highest) = claims.pop() else { continue };
        for claim in &claims {
            // One entry may have several versions.
            if claim.id == highest.id || claim.version == highest.version {
                continue;
            }
            sink.report_in(
                &claim.document.path,
                claim.span,
                format!(
                    "another entry about {} declares {}, not {}",
                    package.name(),
                    highest.text,
                    claim.text
                ),
            )
            .help("declare the same version in both, or make them versions of one entry")
            .related_in(&highest.document.path, highest.span, "declared here");
        }
    }
}
