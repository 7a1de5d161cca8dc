//! From evidence to one package, with a confidence and the reasons.

use super::declared::{DeclaredVersions, InvalidVersion};
use super::evidence::{self, Evidence, ManagerAction, RequestedPackage, SkillRegistries};
use super::mapping::PackageMapping;
use super::patterns::PackagePatterns;
use super::resolution::{Confidence, Install, NamedBy, PackageCandidate, PackageChoice, ResolvedPackages};
use super::score::{self, CandidateScore};
use super::stubs;
use super::{Ecosystem, Package};
use crate::document::{Document, DocumentKind, FrontMatter, HubPath, YamlValue};
use crate::text::Span;
use std::path::{Path, PathBuf};

/// A row of `[[package]]`, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageOverride {
    /// A folder or file inside the hub; `{name}` matches one folder.
    pub path: String,
    /// The packages with `{name}` still in them; empty for `none`.
    pub packages: Vec<String>,
    /// The wheel, sdist or folder that symbols are checked against, in place of a release of a registry.
    pub source: Option<PathBuf>,
    /// Where the path is written.
    pub span: Span,
    /// Where the source is written; empty without one.
    pub source_span: Span,
}

impl PackageOverride {
    /// Whether the row is for the document at a path inside the hub.
    #[must_use]
    pub fn matches(&self, in_hub: &str) -> bool {
        matched(&self.path, in_hub).is_some()
    }
}

/// Candidates that are kept to be shown.
const MAX_CANDIDATES: usize = 12;

/// What the config and the reviewed mapping say about packages.
#[derive(Clone, Copy, Debug)]
pub struct PackagePolicy<'a> {
    /// The rows of `[[package]]`.
    pub overrides: &'a [PackageOverride],
    /// The reviewed mapping.
    pub mapping: &'a PackageMapping,
    /// The packages that no public registry is asked about.
    pub private: &'a PackagePatterns,
}

impl PackagePolicy<'_> {
    /// What the front matter, the config or the mapping names.
    fn stated(&self, document: &Document, evidence: Option<&Evidence<'_>>) -> Option<ResolvedPackages> {
        let path = &document.path;
        from_front_matter(document.front_matter()?)
            .or_else(|| self.overrides.iter().find_map(|row| from_row(row, path)))
            .or_else(|| self.mapped(document, evidence))
    }
}

/// The packages of a document. Companions and attachments cover none, but install some. `entry` is the entry of these:
/// when it says `package: none`, so do they. `skill` is for the files of a skill.
#[must_use]
pub fn resolve(
    document: &Document,
    entry: Option<&Document>,
    skill: Option<&SkillRegistries>,
    policy: PackagePolicy<'_>,
) -> ResolvedPackages {
    if document.is_attachment() {
        let found = skill.map(|skill| evidence::packages_of_attachment(document, skill));
        let installs = found.iter().flatten().map(install).collect();
        return ResolvedPackages {
            installs,
            ..with_entry(entry, policy)
        };
    }
    let evidence = evidence::collect(document, skill);
    let installs = installs(&evidence);
    let stated = policy.stated(document, Some(&evidence));
    let covered = stated.unwrap_or_else(|| match (document.kind, document.front_matter()) {
        (DocumentKind::Doc, Some(_)) => decide(&evidence, policy.private),
        (DocumentKind::Doc | DocumentKind::Skill, None) => ResolvedPackages::default(),
        (DocumentKind::Skill, Some(_)) => none(Confidence::High),
        (DocumentKind::Companion | DocumentKind::Attachment, _) => with_entry(entry, policy),
    });
    ResolvedPackages { installs, ..covered }
}

/// What a file that is not an entry covers: nothing. The confidence is explicit when its entry declares
/// `package: none`.
fn with_entry(entry: Option<&Document>, policy: PackagePolicy<'_>) -> ResolvedPackages {
    let of_entry = entry.and_then(|entry| policy.stated(entry, None));
    let says_none = of_entry.is_some_and(|stated| stated.choice == PackageChoice::None);
    none(if says_none {
        Confidence::Explicit
    } else {
        Confidence::High
    })
}

fn none(confidence: Confidence) -> ResolvedPackages {
    ResolvedPackages {
        choice: PackageChoice::None,
        confidence,
        ..ResolvedPackages::default()
    }
}

/// Every package that a command or a table installs, in order of place.
fn installs(evidence: &Evidence<'_>) -> Vec<Install> {
    let commands = evidence
        .commands
        .iter()
        .filter(|command| command.action != ManagerAction::Uninstall)
        .flat_map(|command| &command.packages);
    let found = commands.chain(&evidence.spans).chain(&evidence.tables);
    let mut out: Vec<Install> = found.map(install).collect();
    out.sort_by_key(|install| install.span);
    out
}

fn install(found: &RequestedPackage) -> Install {
    let version = |wanted: bool| {
        let spec = found.spec.as_ref().filter(|(_, _, exact)| *exact == wanted);
        spec.map(|(version, span, _)| (version.clone(), *span))
    };
    Install {
        package: found.package.clone(),
        span: found.span,
        pin: version(true),
        range: version(false),
        negative: found.negative || found.elsewhere,
    }
}

/// Decide by the evidence.
fn decide(evidence: &Evidence<'_>, private: &PackagePatterns) -> ResolvedPackages {
    if evidence.ecosystems.is_empty() {
        // Neither Python nor JavaScript: it covers no package of these registries.
        return none(Confidence::High);
    }
    let mut tallies = score::score(evidence);
    stubs::choose_types_package(evidence, &mut tallies);
    let mut confidence = confidence(evidence, &tallies);
    let mut in_house = None;
    if let Some(CandidateScore { candidate, .. }) = tallies.first_mut() {
        if confidence > Confidence::Unresolved && is_in_house(evidence, &candidate.package) {
            let registry = candidate.package.ecosystem().title();
            let reason = format!("not a package of {registry}: each command takes it from another registry");
            candidate.reasons.push((0, reason));
            in_house = Some(candidate.package.clone());
        }
        if private.matches_or_tells(&candidate.package) {
            // A public package of that name would be another one.
            candidate.reasons.push((0, "private: never `high`".to_owned()));
            confidence = confidence.min(Confidence::Medium);
        }
    }
    let choice = match tallies.first() {
        _ if in_house.is_some() => PackageChoice::None,
        Some(first) if confidence > Confidence::Unresolved => {
            PackageChoice::Packages(vec![first.candidate.package.clone()])
        }
        _ if is_about_no_package(evidence, &tallies) => PackageChoice::None,
        _ => PackageChoice::Unresolved,
    };
    let confidence = match choice {
        PackageChoice::None => Confidence::Medium,
        _ => confidence,
    };
    let has_other_name = match &choice {
        PackageChoice::Packages(packages) => !packages
            .iter()
            .any(|package| evidence.identity.shares_entry_name(package.name())),
        _ => false,
    };
    ResolvedPackages {
        choice,
        confidence,
        has_other_name,
        candidates: tallies
            .into_iter()
            .take(MAX_CANDIDATES)
            .map(|tally| tally.candidate)
            .collect(),
        in_house,
        ..ResolvedPackages::default()
    }
}

/// Whether every command that installs a package takes it from a registry that is not public.
fn is_in_house(evidence: &Evidence<'_>, package: &Package) -> bool {
    let commands = evidence.commands.iter();
    let commands = commands.filter(|command| command.action != ManagerAction::Uninstall);
    let found = commands
        .flat_map(|command| &command.packages)
        .chain(&evidence.tables);
    let mut found = found
        .filter(|found| found.package == *package && !found.negative)
        .peekable();
    found.peek().is_some() && found.all(|found| found.in_house)
}

/// What declares a date or an API version, and is tied to no package, is about a service.
fn is_about_no_package(evidence: &Evidence<'_>, tallies: &[CandidateScore]) -> bool {
    !evidence.declared.is_empty()
        && evidence.declared.iter().all(|declared| {
            matches!(
                DeclaredVersions::parse(Ecosystem::PyPi, declared),
                DeclaredVersions::Invalid(InvalidVersion::Date | InvalidVersion::ApiVersion)
            )
        })
        && !tallies
            .iter()
            .any(|tally| tally.tied || tally.named && tally.installed)
}

fn confidence(evidence: &Evidence<'_>, tallies: &[CandidateScore]) -> Confidence {
    let Some((first, rivals)) = tallies.split_first() else {
        return Confidence::Unresolved;
    };
    if vetoed(evidence, first, rivals) {
        return Confidence::Unresolved;
    }
    let points = first.candidate.points;
    let margin = points - rivals.first().map_or(0, |rival| rival.candidate.points.max(0));
    let strong = points >= 80 && margin >= 25 && first.strong >= 3 && first.installed;
    let plain = points >= 75 && margin >= 25 && first.named && first.affinity >= 0.7;
    match () {
        () if strong || plain => Confidence::High,
        () if points >= 50 && margin >= 12 => Confidence::Medium,
        () => Confidence::Unresolved,
    }
}

/// The reason not to choose a candidate, whatever its points.
fn vetoed(evidence: &Evidence<'_>, first: &CandidateScore, rivals: &[CandidateScore]) -> bool {
    let name = first.candidate.package.name();
    let rival_tied = !first.tied && rivals.iter().any(|rival| rival.tied);
    let twin = !first.tied
        && evidence.identity.is_bare_entry(name)
        && rivals.iter().any(|rival| {
            rival.candidate.points > 0 && evidence.identity.is_full_name(rival.candidate.package.name())
        });
    let unrelated = !first.tied && !first.named && first.affinity < 0.3;
    rival_tied || twin || unrelated || is_one_of_many(first, rivals)
}

/// Three or more packages of one scope, each offered for another framework, and none of them preferred.
fn is_one_of_many(first: &CandidateScore, rivals: &[CandidateScore]) -> bool {
    let Some(scope) = first.candidate.package.scope() else {
        return false;
    };
    let alike = |rival: &&CandidateScore| rival.candidate.package.scope() == Some(scope) && rival.installed;
    !first.tied && !first.named && rivals.iter().filter(alike).count() >= 2
}

fn explicit(packages: Vec<Package>, reason: &str, named_by: NamedBy) -> ResolvedPackages {
    let candidates = packages
        .iter()
        .map(|package| PackageCandidate {
            package: package.clone(),
            points: 100,
            reasons: vec![(100, reason.to_owned())],
        })
        .collect();
    let choice = if packages.is_empty() {
        PackageChoice::None
    } else {
        PackageChoice::Packages(packages)
    };
    ResolvedPackages {
        choice,
        confidence: Confidence::Explicit,
        named_by: Some(named_by),
        candidates,
        ..ResolvedPackages::default()
    }
}

impl PackagePolicy<'_> {
    /// The reviewed mapping's row, and whether the evidence now clearly contradicts it.
    fn mapped(&self, document: &Document, evidence: Option<&Evidence<'_>>) -> Option<ResolvedPackages> {
        let packages = self.mapping.get(document.path.path_in_hub())?;
        let mut covered = explicit(
            packages.to_vec(),
            "the reviewed mapping names it",
            NamedBy::Mapping,
        );
        if let (DocumentKind::Doc, Some(evidence)) = (document.kind, evidence) {
            let decided = decide(evidence, self.private);
            let other = decided
                .packages()
                .first()
                .filter(|other| !packages.contains(other));
            covered.contradicted = other.filter(|_| decided.confidence == Confidence::High).cloned();
        }
        Some(covered)
    }
}

/// `metadata.package`: `pypi:NAME`, `npm:NAME`, `none`, or a list of them. The hub's builder ignores the key.
fn from_front_matter(front: &FrontMatter) -> Option<ResolvedPackages> {
    let (_, node) = front.metadata("package")?;
    let texts: Vec<&str> = match &node.value {
        YamlValue::String(text) => text.split(',').map(str::trim).collect(),
        YamlValue::Sequence(items) => items.iter().filter_map(|item| item.as_str()).collect(),
        _ => return None,
    };
    let packages: Option<Vec<Package>> = texts
        .into_iter()
        .filter(|text| *text != "none")
        .map(|text| Package::parse(text).ok())
        .collect();
    Some(explicit(
        packages?,
        "`metadata.package` names it",
        NamedBy::FrontMatter,
    ))
}

/// A row of `[[package]]` whose path fits the document.
fn from_row(row: &PackageOverride, path: &HubPath) -> Option<ResolvedPackages> {
    let name = matched(&row.path, path.path_in_hub())?;
    let packages: Option<Vec<Package>> = row
        .packages
        .iter()
        .map(|text| Package::parse(&text.replace("{name}", name)).ok())
        .collect();
    Some(explicit(
        packages?,
        "a `[[package]]` row of the config names it",
        NamedBy::Config(row.path.clone()),
    ))
}

/// The package of a document whose symbols are checked against a source of the config, with that source.
#[must_use]
pub fn local_source<'a>(
    overrides: &'a [PackageOverride],
    covered: &ResolvedPackages,
    path: &HubPath,
) -> Option<(Package, &'a Path)> {
    let (row, packages) = overrides
        .iter()
        .find_map(|row| Some((row, from_row(row, path)?)))?;
    // The front matter may name another package.
    let [package] = packages.packages() else {
        return None;
    };
    (covered.packages() == packages.packages()).then_some(())?;
    Some((package.clone(), row.source.as_deref()?))
}

/// The value of `{name}` if the path of a row matches the path of the document or of a folder above it; empty when
/// the row has no `{name}`.
fn matched<'a>(row: &str, path: &'a str) -> Option<&'a str> {
    let mut name = "";
    let mut parts = path.split('/');
    for wanted in row.trim_end_matches('/').split('/') {
        let part = parts.next()?;
        match wanted.split_once("{name}") {
            Some((before, after)) => name = part.strip_prefix(before)?.strip_suffix(after)?,
            None if wanted == part => {}
            None => return None,
        }
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::matched;

    #[test]
    fn a_row_fits_the_folders_below_it() {
        assert_eq!(
            matched("acme/docs/{name}/python", "acme/docs/widget/python/DOC.md"),
            Some("widget")
        );
        assert_eq!(matched("acme/docs/", "acme/docs/widget/DOC.md"), Some(""));
        assert_eq!(matched("acme/docs/t-{name}", "acme/docs/widget/DOC.md"), None);
        assert_eq!(matched("acme/doc", "acme/docs/widget/DOC.md"), None);
    }
}
