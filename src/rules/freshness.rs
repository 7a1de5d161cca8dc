//! Shared code of the freshness rules: declared versions, the newest release to compare with, and wording.

use crate::diagnostic::Severity;
use crate::document::{Document, DocumentKind, FrontMatter};
use crate::package::declared::DeclaredVersions;
use crate::package::distance::{VersionDistance, VersionScheme, VersionStep, releases_between};
use crate::package::evidence::MAX_DECLARED;
use crate::package::resolution::{Install, ResolvedPackages};
use crate::package::version::Version;
use crate::package::{Ecosystem, Package};
use crate::releases::{PackageLookup, PackageLookups, PublishedPackage};
use crate::rule::Context;
use crate::text::Span;
use jiff::civil::Date;
use std::cell::LazyCell;
use std::collections::BTreeSet;

/// A covered package with its registry data and the versions that the document declares.
pub struct VersionClaim<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its registry data.
    pub published: &'a PublishedPackage,
    /// The declared versions, parsed for the ecosystem of the package, with their spans.
    pub declared: Vec<(DeclaredVersions, Span)>,
}

/// The installs of a document that a registry is asked about, each package once.
pub fn asked_installs<'a>(
    covered: &'a ResolvedPackages,
    context: &Context<'a>,
) -> impl Iterator<Item = &'a Install> {
    let options = context.options;
    let mut seen: BTreeSet<&Package> = BTreeSet::new();
    covered
        .checked_installs()
        .filter(move |install| !options.is_unasked(&install.package) && seen.insert(&install.package))
}

/// The covered packages that exist in a registry and are not excluded in the config. When an entry covers several, each
/// declared version belongs to the first package that has it.
pub fn version_claims<'a>(
    document: &'a Document,
    releases: &'a PackageLookups,
    context: &Context<'a>,
) -> Vec<VersionClaim<'a>> {
    let Some(covered) = resolved_packages(document, context) else {
        return Vec::new();
    };
    let pieces = declared(document);
    let known: Vec<(&Package, &PublishedPackage)> = covered
        .packages()
        .iter()
        .filter(|package| !context.options.is_unasked(package))
        .filter_map(|package| match releases.get(package) {
            Some(PackageLookup::Published(published)) => Some((package, published)),
            _ => None,
        })
        .collect();
    let mut subjects: Vec<VersionClaim<'a>> = known
        .iter()
        .map(|(package, published)| VersionClaim {
            package,
            published,
            declared: Vec::new(),
        })
        .collect();
    for (text, span) in pieces {
        let has = |(package, published): &(&Package, &PublishedPackage)| {
            published.find(package.ecosystem(), text).is_some()
        };
        // With one package the owner is clear, and searching its releases would take time.
        let owner = match known.len() {
            0 | 1 => 0,
            _ => known.iter().position(has).unwrap_or(0),
        };
        if let Some(subject) = subjects.get_mut(owner) {
            let declared = DeclaredVersions::parse(subject.package.ecosystem(), text);
            subject.declared.push((declared, span));
        }
    }
    subjects
}

/// The packages that a document covers, when it is an entry with content.
pub fn resolved_packages<'a>(document: &Document, context: &Context<'a>) -> Option<&'a ResolvedPackages> {
    if document.kind != DocumentKind::Doc {
        return None;
    }
    context.coverage.get(&document.path)
}

/// The non-empty items of `metadata.versions`, with their spans.
pub fn declared(document: &Document) -> Vec<(&str, Span)> {
    let Some(front) = document.front_matter() else {
        return Vec::new();
    };
    front
        .list("versions", &document.text)
        .into_iter()
        .filter(|(piece, _)| !piece.is_empty())
        .take(MAX_DECLARED)
        .collect()
}

/// The non-empty items of `metadata.versions`.
pub fn declared_texts(document: &Document) -> Vec<&str> {
    declared(document).into_iter().map(|(text, _)| text).collect()
}

/// A release to compare with.
#[derive(Clone, Debug)]
pub struct NewestRelease {
    /// Its version.
    pub version: Version,
    /// The upload date, if the registry has it.
    pub date: Option<Date>,
}

/// The newest release to compare with: of the dist-tag in the config, and at least `min-age-days` old.
pub fn newest(
    package: &Package,
    published: &PublishedPackage,
    context: &Context<'_>,
) -> Option<NewestRelease> {
    let freshness = &context.options.freshness;
    let tag = freshness
        .dist_tags
        .get(package.name())
        .or_else(|| freshness.dist_tags.get(package.to_string().as_str()));
    let text = match tag {
        Some(tag) => published.dist_tags.get(tag)?,
        None => published.newest.as_ref()?,
    };
    let date_of = |version: &str| {
        let listed = published.find(package.ecosystem(), version).and_then(|v| v.date);
        listed.or(published
            .newest_date
            .filter(|_| published.newest.as_deref() == Some(version)))
    };
    let newest = NewestRelease {
        version: Version::parse(package.ecosystem(), text)?,
        date: date_of(text),
    };
    let counts = |date: Date| {
        let age = context
            .today
            .since(date)
            .map_or(0, |span| i64::from(span.get_days()));
        age >= freshness.min_age_days
    };
    match newest.date {
        Some(date) if !counts(date) => published
            .versions
            .iter()
            .filter(|listed| listed.yanked.is_none() && listed.date.is_some_and(counts))
            .filter_map(|listed| {
                let version = Version::parse(package.ecosystem(), &listed.version)?;
                (!version.is_prerelease() && version <= newest.version).then_some(NewestRelease {
                    version,
                    date: listed.date,
                })
            })
            .max_by(|a, b| a.version.cmp(&b.version)),
        _ => Some(newest),
    }
}

/// The result of comparing a document with the newest release of its package.
#[derive(Clone, Debug)]
pub struct Freshness {
    /// The declared version that is compared: the highest one.
    pub declared: Version,
    /// Its span.
    pub span: Span,
    /// The upload date, if the registry has it.
    pub date: Option<Date>,
    /// The newest release to compare with.
    pub newest: NewestRelease,
    /// The distance between them. It is `Same` also for a range that includes the newest.
    pub distance: VersionDistance,
    /// The number of final releases between them, when the document is behind and the list of the registry is complete.
    pub between: Option<usize>,
    /// Whether the registry has the declared version; `None` when its list may be incomplete.
    pub published: Option<bool>,
}

/// Compare the declared versions with the newest release. `None` when they cannot be compared.
pub fn freshness(subject: &VersionClaim<'_>, context: &Context<'_>) -> Option<Freshness> {
    let newest = newest(subject.package, subject.published, context)?;
    let ecosystem = subject.package.ecosystem();
    let published: LazyCell<Vec<Version>, _> = LazyCell::new(|| {
        let listed = subject.published.versions.iter();
        listed
            .filter_map(|listed| Version::parse(ecosystem, &listed.version))
            .collect()
    });
    // Only the highest version of a list is compared. A range that includes the newest is up to date.
    let (declared, span) = subject
        .declared
        .iter()
        .filter_map(|(declared, span)| match declared {
            DeclaredVersions::Version(version) => Some((version, *span)),
            ranges => Some((ranges.effective(&published)?, *span)),
        })
        .max_by(|a, b| a.0.cmp(b.0))?;
    let listed = subject.published.find(ecosystem, declared.as_str());
    let calver = context.options.freshness.calver.matches(subject.package);
    let numbering = if calver {
        VersionScheme::Calendar
    } else {
        VersionScheme::Detect
    };
    let covers = subject
        .declared
        .iter()
        .any(|(declared, _)| declared.covers(&newest.version));
    let from = if covers { &newest.version } else { declared };
    let date = listed.and_then(|listed| listed.date);
    let distance = VersionDistance::between(from, &newest.version, numbering);
    let complete = subject.published.complete;
    // There is no need to update to a release that was withdrawn.
    let offered: Option<Vec<Version>> = (complete && distance.is_behind()).then(|| {
        let listed = subject.published.versions.iter();
        listed
            .filter(|listed| listed.yanked.is_none())
            .filter_map(|listed| Version::parse(ecosystem, &listed.version))
            .collect()
    });
    let distance = match &offered {
        Some(offered) => distance.with_releases(from, &newest.version, offered),
        None => distance,
    };
    Some(Freshness {
        declared: declared.clone(),
        span,
        date,
        distance: if covers {
            distance
        } else {
            distance.with_dates(date, newest.date)
        },
        between: offered.map(|offered| releases_between(from, &newest.version, &offered)),
        published: complete.then_some(listed.is_some()),
        newest,
    })
}

impl Freshness {
    /// The severity that the config sets for the distance; `None` for no finding.
    pub fn severity(&self, context: &Context<'_>) -> Option<Severity> {
        let freshness = &context.options.freshness;
        match self.distance.step {
            VersionStep::Same => None,
            // The version may be missing in a private registry, or be a release on another tag.
            VersionStep::Ahead => Some(Severity::Note),
            _ if self.distance.is_breaking() => freshness.breaking.severity(),
            VersionStep::Prerelease | VersionStep::Patch(_) => freshness.patch.severity(),
            VersionStep::Minor(_) | VersionStep::Major(_) | VersionStep::Calendar | VersionStep::Scheme => {
                freshness.minor.severity()
            }
        }
    }
}

/// The registries of the languages of an entry.
pub fn ecosystems(document: &Document, front: &FrontMatter) -> BTreeSet<Ecosystem> {
    front
        .list("languages", &document.text)
        .into_iter()
        .filter_map(|(language, _)| ecosystem(language))
        .collect()
}

/// The registry of a language.
pub fn ecosystem(language: &str) -> Option<Ecosystem> {
    match language.to_lowercase().as_str() {
        "python" | "py" => Some(Ecosystem::PyPi),
        "javascript" | "typescript" | "js" | "ts" => Some(Ecosystem::Npm),
        _ => None,
    }
}

/// What a package that does not exist is missing on: a private one was not searched on the public registry.
pub fn registry_asked(package: &Package, context: &Context<'_>) -> &'static str {
    match context.options.private.matches(package) {
        true => "its private registry",
        false => registry_phrase(package),
    }
}

/// `PyPI has`, `npm has`: the start of a sentence about the releases of a package.
pub fn registry_phrase(package: &Package) -> &'static str {
    package.ecosystem().title()
}
