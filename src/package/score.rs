//! Points: how strongly the evidence says that a document covers a package. Each kind of evidence counts once per
//! candidate. The weights come from a study of a hand-labelled hub.

mod installs;

use super::candidates::candidates;
use super::evidence::{Evidence, Mention, PackageRequirement, names};
use super::resolution::PackageCandidate;
use super::version::Version;
use super::{Ecosystem, Package};
use installs::Installs;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A candidate, with what the decision needs besides its points.
#[derive(Clone, Debug)]
pub struct CandidateScore {
    /// The package, its points and the reasons.
    pub candidate: PackageCandidate,
    /// Kinds of strong evidence.
    pub strong: usize,
    /// Whether a pin or the prose gives it the declared version.
    pub tied: bool,
    /// Whether a command or a table installs it.
    pub installed: bool,
    /// Whether the title or a "Package:" line names it.
    pub named: bool,
    /// How much of its name is the document's own, 0 to 1.
    pub affinity: f32,
    /// How often the prose has it in back-ticks.
    pub mentioned: usize,
}

impl CandidateScore {
    /// Add points with their reason.
    pub fn add(&mut self, points: i32, reason: impl Into<String>) {
        self.candidate.points += points;
        self.candidate.reasons.push((points, reason.into()));
    }
}

/// What installs packages and is itself a tool that installs other packages: never the subject by being installed first.
fn is_installer(package: &Package) -> bool {
    matches!(
        package.name(),
        "pip"
            | "setuptools"
            | "wheel"
            | "uv"
            | "pipx"
            | "poetry"
            | "pdm"
            | "virtualenv"
            | "build"
            | "npm"
            | "yarn"
            | "pnpm"
            | "corepack"
            | "bun"
    )
}

/// Every candidate of a document with its points, best first.
#[must_use]
pub fn score(evidence: &Evidence<'_>) -> Vec<CandidateScore> {
    let packages = candidates(evidence);
    let sorted = EvidenceByCandidate {
        mentions: namings(evidence, &packages),
        lines: lines(evidence),
        installs: Installs::from_evidence(evidence, &packages),
        description: names::TextNames::new(evidence.description),
    };
    let mut tallies: Vec<CandidateScore> = packages
        .iter()
        .enumerate()
        .map(|(at, package)| score_candidate(evidence, &sorted, at, package))
        .collect();
    title(evidence, &mut tallies);
    shares(evidence, &mut tallies);
    tallies.sort_by(|a, b| {
        (b.candidate.points, &a.candidate.package).cmp(&(a.candidate.points, &b.candidate.package))
    });
    tallies
}

/// A back-ticked text that names a candidate, and what it asks for.
type MentionedCandidate<'a> = (&'a Mention<'a>, Rc<PackageRequirement>);

/// For each of some packages in order, the back-ticked texts that name it. Each text is read once, not once for each
/// package, and only when one of them begins as it does.
fn namings<'a>(evidence: &'a Evidence<'_>, packages: &[Package]) -> Vec<Vec<MentionedCandidate<'a>>> {
    let mut out = vec![Vec::new(); packages.len()];
    for ecosystem in &evidence.ecosystems {
        let of_registry = packages
            .iter()
            .filter(|package| package.ecosystem() == *ecosystem);
        let mut first_words: Vec<&str> = of_registry
            .map(|package| names::first_word(package.name()))
            .collect();
        first_words.dedup();
        // Names are written many times.
        let mut known: BTreeMap<&str, Option<(usize, Rc<PackageRequirement>)>> = BTreeMap::new();
        let may_name = |mention: &&Mention<'_>| mention.may_name(&first_words);
        for mention in evidence.mentions.iter().filter(may_name) {
            let named = known.entry(mention.text).or_insert_with(|| {
                let named = mention.requirement(*ecosystem)?;
                Some((packages.binary_search(&named.package).ok()?, Rc::new(named)))
            });
            if let Some((at, named)) = named
                && let Some(of_package) = out.get_mut(*at)
            {
                of_package.push((mention, Rc::clone(named)));
            }
        }
    }
    out
}

/// Evidence by candidate, so that scoring takes linear time.
struct EvidenceByCandidate<'a> {
    mentions: Vec<Vec<MentionedCandidate<'a>>>,
    lines: BTreeSet<Package>,
    installs: Installs<'a>,
    description: names::TextNames<'a>,
}

/// Score one candidate, given by its index.
fn score_candidate(
    evidence: &Evidence<'_>,
    sorted: &EvidenceByCandidate<'_>,
    at: usize,
    package: &Package,
) -> CandidateScore {
    let mentions = sorted.mentions.get(at).map(Vec::as_slice).unwrap_or_default();
    let affinity = evidence.identity.affinity(package.name());
    let mut tally = CandidateScore {
        candidate: PackageCandidate {
            package: package.clone(),
            points: 0,
            reasons: Vec::new(),
        },
        strong: 0,
        tied: false,
        installed: false,
        named: false,
        affinity,
        mentioned: mentions.len(),
    };
    if sorted.lines.contains(package) {
        tally.add(36, "a \"Package:\" line names it");
        tally.strong += 1;
        tally.named = true;
    }
    versions(
        evidence,
        mentions,
        sorted.installs.versions(at),
        package,
        &mut tally,
    );
    sorted
        .installs
        .score(at, evidence.identity.matches(package.name()), &mut tally);
    prose(evidence, mentions, package, &mut tally);
    if sorted.description.find(package.name()).is_some() {
        tally.add(8, "the description names it");
    }
    // Truncation is intended: points are whole numbers.
    #[expect(clippy::cast_possible_truncation, reason = "0 to 34")]
    let points = (affinity * 34.0).round() as i32;
    if points > 0 {
        tally.add(points, "its name and the document's path and name");
        tally.strong += usize::from(affinity >= 0.7);
    }
    tally
}

/// The packages of lines like "NPM Package: `x`".
fn lines(evidence: &Evidence<'_>) -> BTreeSet<Package> {
    let mut out = BTreeSet::new();
    for (of, text) in &evidence.lines {
        for ecosystem in &evidence.ecosystems {
            if of.is_none_or(|of| of == *ecosystem) {
                out.extend(super::evidence::read_requirement(*ecosystem, text).map(|named| named.package));
            }
        }
    }
    out
}

/// The declared version beside the name, in commands, tables or prose.
fn versions<'a>(
    evidence: &Evidence<'_>,
    mentions: &[MentionedCandidate<'_>],
    mut installed: impl Iterator<Item = &'a str>,
    package: &Package,
    tally: &mut CandidateScore,
) {
    let declared = |version: &str| {
        let read = Version::parse(package.ecosystem(), version);
        evidence.declared.iter().find(|declared| {
            **declared == version || read.as_ref().is_some_and(|read| read.is_written(declared))
        })
    };
    if let Some(version) = installed.find_map(declared) {
        tally.add(30, format!("installed at {version}, which the document declares"));
        tally.strong += 1;
        tally.tied = true;
    }
    let said = evidence
        .ties
        .iter()
        .any(|text| names::ends_with(text, package.name()))
        || mentions
            .iter()
            .filter_map(|(_, named)| named.spec.as_ref())
            .any(|spec| declared(&spec.version).is_some());
    if said {
        tally.add(20, "the text gives it the declared version");
        tally.strong += 1;
        tally.tied = true;
    }
}

fn prose(
    evidence: &Evidence<'_>,
    mentions: &[MentionedCandidate<'_>],
    package: &Package,
    tally: &mut CandidateScore,
) {
    if mentions.iter().any(|(mention, _)| mention.subject) {
        tally.add(18, "the opening is about it");
        tally.strong += 1;
    }
    if mentions.iter().any(|(mention, _)| mention.is_negative()) {
        tally.add(-12, "the text warns against it");
    }
    match evidence.links.iter().position(|link| link == package) {
        Some(0) => {
            tally.add(14, "the first project page linked");
            tally.strong += 1;
        }
        Some(_) => tally.add(7, "its project page is linked"),
        None => {}
    }
}

/// The longest name in the title counts: `widget-kit` is not also about `widget`.
fn title(evidence: &Evidence<'_>, tallies: &mut [CandidateScore]) {
    let Some(title) = &evidence.title else { return };
    let title = names::TextNames::new(title);
    let lengths: Vec<usize> = tallies
        .iter()
        .map(|tally| title.find(tally.candidate.package.name()).unwrap_or(0))
        .collect();
    let folded: Vec<String> = tallies
        .iter()
        .map(|t| names::fold(t.candidate.package.name()))
        .collect();
    for (i, tally) in tallies.iter_mut().enumerate() {
        let part_of_longer =
            (0..folded.len()).any(|j| lengths[j] > lengths[i] && folded[j].contains(&folded[i]));
        if lengths[i] > 0 && !part_of_longer {
            tally.add(30, "the title names it");
            tally.strong += 1;
            tally.named = true;
        }
    }
}

/// Shares of imports and of back-ticked names.
fn shares(evidence: &Evidence<'_>, tallies: &mut [CandidateScore]) {
    let mut modules: Vec<String> = evidence
        .modules
        .iter()
        .map(|module| names::fold(module))
        .collect();
    modules.sort_unstable();
    let mut imports: BTreeMap<&Package, usize> = BTreeMap::new();
    for package in &evidence.imports {
        *imports.entry(package).or_default() += 1;
    }
    let of_package: Vec<usize> = tallies
        .iter()
        .map(|tally| match tally.candidate.package.ecosystem() {
            Ecosystem::Npm => imports.get(&tally.candidate.package).copied().unwrap_or(0),
            Ecosystem::PyPi => {
                let name = names::fold(tally.candidate.package.name());
                let start = modules.partition_point(|module| *module < name);
                let end = modules.partition_point(|module| *module < name || module.starts_with(&name));
                end - start
            }
        })
        .collect();
    let all: usize = tallies.iter().map(|tally| tally.mentioned).sum();
    let all_imports = evidence.imports.len() + evidence.modules.len();
    for (tally, imported) in tallies.iter_mut().zip(of_package) {
        if imported > 0 {
            tally.add(share(12, imported, all_imports), "share of the imports");
        }
        if tally.mentioned > 0 {
            tally.add(share(8, tally.mentioned, all), "share of the names in back-ticks");
        }
    }
}

fn share(most: usize, part: usize, whole: usize) -> i32 {
    let points = (most * part).div_ceil(whole.max(1)).min(most);
    i32::try_from(points).unwrap_or(0)
}
