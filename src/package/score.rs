//! Points: how strongly the evidence says that a document covers a package. Each kind of evidence counts once per
//! candidate. The weights come from a study of a hand-labelled hub.

use super::candidates::candidates;
use super::coverage::Candidate;
use super::evidence::{Action, Evidence, Found, Mention, Requirement, names};
use super::version::Version;
use super::{Ecosystem, Package};

/// A candidate, with what the decision needs besides its points.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The package, its points and the reasons.
    pub candidate: Candidate,
    /// Kinds of evidence that seldom mislead.
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

impl Tally {
    /// Add points with their reason.
    pub fn add(&mut self, points: i32, reason: impl Into<String>) {
        self.candidate.points += points;
        self.candidate.reasons.push((points, reason.into()));
    }
}

/// What installs packages and is itself installed on the way: never the subject by being installed first.
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

/// Whether two versions are one, as their ecosystem reads them.
#[must_use]
pub fn same_version(ecosystem: Ecosystem, a: &str, b: &str) -> bool {
    a == b
        || match (Version::parse(ecosystem, a), Version::parse(ecosystem, b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        }
}

/// Every candidate of a document with its points, best first.
#[must_use]
pub fn tally(evidence: &Evidence<'_>) -> Vec<Tally> {
    let description = names::Title::new(evidence.description);
    let packages = candidates(evidence);
    let mut tallies: Vec<Tally> = packages
        .iter()
        .zip(namings(evidence, &packages))
        .map(|(package, mentions)| judge(evidence, &description, &mentions, package))
        .collect();
    title(evidence, &mut tallies);
    shares(evidence, &mut tallies);
    tallies.sort_by(|a, b| {
        (b.candidate.points, &a.candidate.package).cmp(&(a.candidate.points, &b.candidate.package))
    });
    tallies
}

/// A back-ticked text that names a candidate, and what it asks for.
type Naming<'a> = (&'a Mention<'a>, Requirement);

/// For each of some packages in order, the back-ticked texts that name it. Each text is read once, not once for each
/// package, and only when one of them begins as it does.
fn namings<'a>(evidence: &'a Evidence<'_>, packages: &[Package]) -> Vec<Vec<Naming<'a>>> {
    let mut out = vec![Vec::new(); packages.len()];
    for ecosystem in &evidence.ecosystems {
        let of_registry = packages
            .iter()
            .filter(|package| package.ecosystem() == *ecosystem);
        let initials = of_registry
            .filter_map(|package| names::initial(package.name()))
            .collect();
        for mention in &evidence.mentions {
            if let Some(named) = mention.naming(*ecosystem, &initials)
                && let Ok(at) = packages.binary_search(&named.package)
                && let Some(of_package) = out.get_mut(at)
            {
                of_package.push((mention, named));
            }
        }
    }
    out
}

fn judge(
    evidence: &Evidence<'_>,
    description: &names::Title,
    mentions: &[Naming<'_>],
    package: &Package,
) -> Tally {
    let affinity = evidence.identity.affinity(package.name());
    let mut tally = Tally {
        candidate: Candidate {
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
    lines(evidence, package, &mut tally);
    versions(evidence, mentions, package, &mut tally);
    installs(evidence, package, &mut tally);
    prose(evidence, mentions, package, &mut tally);
    if description.names(package.name()).is_some() {
        tally.add(8, "the description names it");
    }
    // Truncation is the point: points are whole numbers.
    #[expect(clippy::cast_possible_truncation, reason = "0 to 34")]
    let points = (affinity * 34.0).round() as i32;
    if points > 0 {
        tally.add(points, "its name and the document's path and name");
        tally.strong += usize::from(affinity >= 0.7);
    }
    tally
}

/// "NPM Package: `x`".
fn lines(evidence: &Evidence<'_>, package: &Package, tally: &mut Tally) {
    let named = evidence.lines.iter().any(|(of, text)| {
        of.is_none_or(|of| of == package.ecosystem())
            && super::evidence::read_requirement(package.ecosystem(), text)
                .is_some_and(|r| r.package == *package)
    });
    if named {
        tally.add(36, "a \"Package:\" line names it");
        tally.strong += 1;
        tally.named = true;
    }
}

/// The declared version beside the name, in commands, tables or prose.
fn versions(evidence: &Evidence<'_>, mentions: &[Naming<'_>], package: &Package, tally: &mut Tally) {
    let declared = |version: &str| {
        evidence
            .declared
            .iter()
            .find(|declared| same_version(package.ecosystem(), declared, version))
    };
    let pinned = every(evidence)
        .filter(|found| found.package == *package)
        .find_map(|found| declared(&found.spec.as_ref()?.0));
    if let Some(version) = pinned {
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

fn every<'a>(evidence: &'a Evidence<'_>) -> impl Iterator<Item = &'a Found> {
    evidence
        .commands
        .iter()
        .chain(&evidence.inline)
        .filter(|command| command.action != Action::Uninstall)
        .flat_map(|command| &command.packages)
        .chain(&evidence.tables)
}

fn installs(evidence: &Evidence<'_>, package: &Package, tally: &mut Tally) {
    let mut best: Option<(i32, &str)> = None;
    let mut better = |points: i32, reason: &'static str| {
        if best.is_none_or(|(most, _)| points > most) {
            best = Some((points, reason));
        }
    };
    let mut positive = false;
    let mut negative = false;
    let mut first = true;
    for command in &evidence.commands {
        let counts = command.action == Action::Install;
        let subject = command
            .packages
            .iter()
            .find(|found| !is_installer(&found.package) && found.package.ecosystem() == package.ecosystem());
        for found in command.packages.iter().filter(|found| found.package == *package) {
            if found.negative || command.action == Action::Uninstall {
                negative = true;
                continue;
            }
            positive = true;
            match command.action {
                Action::Weak => better(4, "a command runs or downloads it"),
                _ if is_installer(package) && !evidence.identity.is(package.name()) => {
                    better(2, "installed on the way");
                }
                _ if evidence.identity.is(package.name()) => {
                    better(22, "installed, and the document is called so");
                }
                _ if first && subject.is_some_and(|s| s.package == *package) => {
                    better(22, "the first package installed");
                }
                _ if first => better(14, "installed by the first command"),
                _ => better(8, "installed by a later command"),
            }
        }
        if counts && subject.is_some_and(|s| !s.negative) {
            first = false;
        }
    }
    for found in evidence.inline.iter().flat_map(|command| &command.packages) {
        if found.package == *package {
            positive |= !found.negative;
            negative |= found.negative;
            if !found.negative {
                better(4, "a command in the text installs it");
            }
        }
    }
    let removed = evidence
        .commands
        .iter()
        .filter(|command| command.action == Action::Uninstall)
        .any(|command| command.packages.iter().any(|found| found.package == *package));
    if let Some((points, reason)) = best {
        tally.add(points, reason);
        tally.installed = true;
        tally.strong += usize::from(points >= 22);
    }
    if evidence
        .tables
        .iter()
        .any(|found| found.package == *package && !found.negative)
    {
        tally.add(8, "a dependency table lists it");
        tally.installed = true;
        positive = true;
    }
    let others = every(evidence).any(|found| {
        found.package != *package
            && found.package.ecosystem() == package.ecosystem()
            && !found.negative
            && !is_installer(&found.package)
    });
    if others && !positive && !negative && !tally.tied && !tally.named {
        tally.add(-40, "never installed, though others are");
    }
    if negative && !positive && !tally.tied {
        tally.add(-40, "only named where the text warns against it");
    } else if removed {
        tally.add(-6, "a command removes it");
    }
}

fn prose(evidence: &Evidence<'_>, mentions: &[Naming<'_>], package: &Package, tally: &mut Tally) {
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
fn title(evidence: &Evidence<'_>, tallies: &mut [Tally]) {
    let Some(title) = &evidence.title else { return };
    let title = names::Title::new(title);
    let lengths: Vec<usize> = tallies
        .iter()
        .map(|tally| title.names(tally.candidate.package.name()).unwrap_or(0))
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
fn shares(evidence: &Evidence<'_>, tallies: &mut [Tally]) {
    let modules: Vec<String> = evidence
        .modules
        .iter()
        .map(|module| names::fold(module))
        .collect();
    let of_package: Vec<usize> = tallies
        .iter()
        .map(|tally| match tally.candidate.package.ecosystem() {
            Ecosystem::Npm => evidence
                .imports
                .iter()
                .filter(|p| **p == tally.candidate.package)
                .count(),
            Ecosystem::PyPi => {
                let name = names::fold(tally.candidate.package.name());
                modules.iter().filter(|module| module.starts_with(&name)).count()
            }
        })
        .collect();
    let all: usize = tallies.iter().map(|tally| tally.mentioned).sum();
    let imports = evidence.imports.len() + evidence.modules.len();
    for (tally, imported) in tallies.iter_mut().zip(of_package) {
        if imported > 0 {
            tally.add(share(12, imported, imports), "share of the imports");
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
